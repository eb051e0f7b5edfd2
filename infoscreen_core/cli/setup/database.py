"""`infoscreen migrate`: bring the database up to date."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core import settings as configuration
from infoscreen_core.cli.context import JsonFlag, emit, open_engine
from infoscreen_core.clock import utc_now
from infoscreen_core.db import engine as engines
from infoscreen_core.db import migrate, transactions
from infoscreen_core.services.setup import bootstrap

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from infoscreen_core.settings import Settings


def command(
    to: Annotated[
        str | None, typer.Option(help="Go back to this revision (`base` empties the database).")
    ] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Bring the database to the newest schema and add missing defaults.

    Running it again changes nothing. A first superadmin is created where there is none; its random
    password is printed once, unless DEFAULT_SUPERADMIN_PASSWORD gives one.
    """
    settings = configuration.load_settings()
    engine = open_engine(settings)
    result: dict[str, Any] = {"revision_before": migrate.current_revision(engine)}
    if to is None:
        migrate.upgrade(engine)
        result |= _add_defaults(engine, settings)
    else:
        migrate.downgrade(engine, to)
    result["revision"] = migrate.current_revision(engine)
    engine.dispose()
    emit(result, as_json=True) if json else _tell(result)


def _add_defaults(engine: "Engine", settings: "Settings") -> dict[str, str | None]:
    done = transactions.in_transaction(
        engines.make_session_factory(engine),
        lambda session: bootstrap.bootstrap(session, settings, now=utc_now()),
    )
    if warning := done.period_warning("create one with `infoscreen period create`"):
        typer.echo(warning, err=True)
    period = done.active_period.name if done.active_period else None
    first = {"admin_username": done.admin_username, "admin_password": done.created_password}
    return {"active_period": period, **(first if done.created_password else {})}


def _tell(result: dict[str, Any]) -> None:
    before, after = result["revision_before"] or "empty", result["revision"] or "empty"
    if "admin_password" in result:
        typer.echo(
            f"First sign-in: {result['admin_username']}, password {result['admin_password']}"
        )
    typer.echo(f"Database schema: {before} -> {after}")
