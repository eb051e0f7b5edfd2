"""`infoscreen occurrences`: look after the index of what happens when."""

from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core import settings
from infoscreen_core.cli.context import JsonFlag, emit, open_engine
from infoscreen_core.clock import utc_now
from infoscreen_core.db import engine, transactions
from infoscreen_core.services import changes
from infoscreen_core.services.events import occurrence_checks, occurrences

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

app = typer.Typer(help="Look after the index of what happens when.", no_args_is_help=True)

EXIT_DIFFERENT = 1


@app.command("verify")
def verify(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what is wrong.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Compare the index with a fresh expansion of every event; exit with 1 when differences remain.

    It works in small transactions, so that screens and people can go on meanwhile.
    """
    sessions = _open_sessions()
    events, found = _check_all(sessions)
    remaining, repaired = found, 0
    while repair and remaining and (count := _repair(sessions, remaining)):
        before, repaired = remaining, repaired + count
        remaining = _check_all(sessions)[1]  # what one repair made readable may show more
        if remaining == before:
            break
    _show({"events": events, "repaired": repaired}, found, remaining, as_json=as_json)
    raise typer.Exit(EXIT_DIFFERENT if remaining else 0)


@app.command("extend")
def extend(*, as_json: JsonFlag = False) -> None:
    """Move the index's horizon on, as the scheduler does each night; nothing to do is no error."""
    sessions, now, total = _open_sessions(), utc_now(), 0
    while True:
        count = transactions.in_transaction(sessions, lambda session: _extend_batch(session, now))
        if not count:
            break
        total += count
    emit({"extended": total}, as_json=as_json)


def _extend_batch(session: "Session", now: datetime) -> int:
    count = occurrences.extend_batch(session, now=now)
    if count:
        changes.bump(session)
    return count


def _open_sessions() -> "sessionmaker[Session]":
    return engine.make_session_factory(open_engine(settings.load_settings()))


def _check_all(
    sessions: "sessionmaker[Session]",
) -> "tuple[int, list[occurrence_checks.Difference]]":
    """Return how many events there are, and what is wrong about them."""
    events, differences, now = 0, list[occurrence_checks.Difference](), utc_now()
    after: int | None = 0
    while after is not None:
        checked = transactions.in_transaction(
            sessions, partial(occurrence_checks.check_batch, now=now, after=after)
        )
        events += checked.events
        differences += checked.differences
        after = checked.last_id
    return events, differences


def _repair(
    sessions: "sessionmaker[Session]", differences: "list[occurrence_checks.Difference]"
) -> int:
    repaired = 0
    for _, of_event in groupby(sorted(differences, key=_event_id), key=_event_id):
        repaired += transactions.in_transaction(
            sessions, partial(_repair_event, of_event=list(of_event))
        )
    return repaired


def _repair_event(session: "Session", *, of_event: "list[occurrence_checks.Difference]") -> int:
    return occurrence_checks.repair(session, of_event, now=utc_now())


def _event_id(difference: "occurrence_checks.Difference") -> int:
    return difference.event_id


def _show(
    counts: dict[str, int],
    found: "list[occurrence_checks.Difference]",
    remaining: "list[occurrence_checks.Difference]",
    *,
    as_json: bool,
) -> None:
    if as_json:
        rows = [_row(one) for one in found]
        emit(
            {**counts, "differences": rows, "remaining": [_row(one) for one in remaining]},
            as_json=True,
        )
        return
    for one in found:
        typer.echo(str(one))
    if counts["repaired"]:
        typer.echo(
            f"Repaired events: {counts['repaired']}. Differences that remain: {len(remaining)}."
        )
        for one in remaining:
            typer.echo(str(one))
    elif not found:
        typer.echo(f"The index is right. Events: {counts['events']}.")


def _row(one: "occurrence_checks.Difference") -> dict[str, Any]:
    return {"event_id": one.event_id, "fault": one.fault, "start": one.start, "message": str(one)}
