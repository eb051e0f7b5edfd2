"""`infoscreen migrate`."""

import sys
from typing import Annotated

import typer
from sqlalchemy import Engine

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import current_revision, downgrade, upgrade
from infoscreen_core.services.bootstrap import bootstrap
from infoscreen_core.settings import Settings, load_settings


def command(
    to: Annotated[
        str | None, typer.Option(help="Go back to this revision (`base` empties the database).")
    ] = None,
) -> None:
    """Bring the database to the newest schema and add missing defaults; running it again changes nothing.

    A first superadmin is created where there is none; its random password is printed once, unless
    DEFAULT_SUPERADMIN_PASSWORD gives one.
    """
    settings = load_settings()
    engine = make_engine(settings.database_url)
    before = current_revision(engine)
    if to is None:
        upgrade(engine)
        _add_defaults(engine, settings)
    else:
        downgrade(engine, to)
    after = current_revision(engine)
    sys.stdout.write(f"Database schema: {before or 'empty'} -> {after or 'empty'}\n")
    engine.dispose()


def _add_defaults(engine: Engine, settings: Settings) -> None:
    with make_session_factory(engine).begin() as session:
        done = bootstrap(session, settings, now=utc_now())
    if done.created_password:
        sys.stdout.write(f"First sign-in: {done.admin_username}, password {done.created_password}\n")
