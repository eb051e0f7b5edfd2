"""`infoscreen migrate`."""

import sys
from typing import Annotated

import typer

from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.migrate import current_revision, downgrade, upgrade
from infoscreen_core.settings import load_settings


def command(
    to: Annotated[
        str | None, typer.Option(help="Go back to this revision (`base` empties the database).")
    ] = None,
) -> None:
    """Bring the database to the newest schema; running it again changes nothing."""
    engine = make_engine(load_settings().database_url)
    before = current_revision(engine)
    if to is None:
        upgrade(engine)
    else:
        downgrade(engine, to)
    after = current_revision(engine)
    sys.stdout.write(f"Database schema: {before or 'empty'} -> {after or 'empty'}\n")
