"""Give the demo's screens a past, so that no chart or list of a newcomer is empty."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import BlindSpan, Client, ClientStatusChange, Incident
from infoscreen_core.db.queries.monitoring import power_record
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.health import DAY, HOUR, STRETCH, stretch_start
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, StatusReason
from infoscreen_core.domain.monitoring.logs.lines import digest, line_occasion
from infoscreen_core.domain.monitoring.past.figures import make_health
from infoscreen_core.domain.monitoring.past.lines import PastLine, make_lines
from infoscreen_core.domain.monitoring.past.lives import Past, make_past, our_outage
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.services.monitoring import health
from infoscreen_core.services.monitoring.reports import LogEntry, Reports, store
from infoscreen_core.services.setup.demo_commands import give_commands

LENGTH: Final = timedelta(days=30)
_SEED: Final = 7
_CALM: Final = LOG_WINDOW + timedelta(hours=1)
_MOMENT: Final = timedelta(seconds=1)
_OFF_AT_WEEKENDS: Final = slice(5, None, 6)
"""The screens of the library: somebody held their TVs off from Saturday noon on."""
_SATURDAY: Final = 5
_NOON: Final = timedelta(hours=11)
_WEEKEND: Final = timedelta(hours=42)
_INCIDENTS: Final = {
    StatusReason.HEARTBEAT_STALE: IncidentKind.SILENT,
    StatusReason.PROCESS_CRASHED: IncidentKind.PROCESS_CRASHED,
    StatusReason.SCREEN_BLACK: IncidentKind.SCREEN_BLACK,
    StatusReason.SCREEN_FROZEN: IncidentKind.SCREEN_FROZEN,
    StatusReason.SERVICE_FAILED: IncidentKind.SERVICE_FAILED,
}


def give_past(session: Session, players: Sequence[str], now: datetime) -> None:
    """Let screens have hung there for a month: statuses, figures, logs, incidents, commands.

    All of it is made up and believable, and none of it makes a screen look unwell now.
    """
    if not players:
        return
    window = Span(now - LENGTH, now)
    pasts = list(make_past(players, window, seed=_SEED))
    for past in pasts:
        session.add_all(_changes(past))
        session.add_all(_incidents(session, past))
        _give_health(session, past, window)
    lines = [entry for past in pasts for entry in _lines(past, window)]
    store(session, Reports(logs=lines, reconnects=(), failures=(), powers=()))
    give_commands(session, pasts, before=now - DAY)
    for uuid in players[_OFF_AT_WEEKENDS]:
        _give_orders(session, uuid, window)
    session.add_all(_outage(our_outage(window)))


def _changes(past: Past) -> Iterable[ClientStatusChange]:
    for change in past.changes:
        yield ClientStatusChange(
            client_uuid=past.client_uuid, at=change.at, status=change.status, reason=change.reason
        )


def _incidents(session: Session, past: Past) -> Iterable[Incident]:
    group_id = session.get_one(Client, past.client_uuid).group_id
    for change, following in zip(past.changes, past.changes[1:], strict=False):
        if kind := _INCIDENTS.get(change.reason):
            yield Incident(
                kind=kind,
                client_uuid=past.client_uuid,
                group_id=group_id,
                opened_at=change.at,
                closed_at=following.at,
                evidence={},
            )


def _outage(span: Span) -> tuple[BlindSpan, Incident]:
    cause = BlindCause.BROKER
    return (
        BlindSpan(cause=cause, began_at=span.start, ended_at=span.end),
        Incident(
            kind=IncidentKind.OUTAGE,
            opened_at=span.start,
            closed_at=span.end,
            evidence={"cause": cause.value},
        ),
    )


def _give_health(session: Session, past: Past, window: Span) -> None:
    """Store the hours of all the time, and five minutes of the last day and where many met."""
    met = [Span(at - STRETCH, at + _MOMENT) for at in map(stretch_start, past.reconnects)]
    wanted = [(HOUR, window), (STRETCH, Span(window.end - DAY, window.end))]
    for length, span in [*wanted, *((STRETCH, span) for span in met)]:
        stretches = make_health(past, span, length=length, seed=_SEED)
        known = {(past.client_uuid, stretch.at): stretch for stretch in stretches}
        health.store(session, known, length=length)


def _give_orders(session: Session, client_uuid: str, window: Span) -> None:
    """Put on record that a TV was held off at weekends, those that are over."""
    day = window.start.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    while (at := day + _NOON) + _WEEKEND < window.end:
        if at.weekday() == _SATURDAY:
            until = at + _WEEKEND
            power_record.note_client(session, client_uuid, DesiredPower.OFF, at=at, until=until)
        day += DAY


def _lines(past: Past, window: Span) -> Iterable[LogEntry]:
    calm_from = window.end - _CALM
    for line in make_lines(past, window, seed=_SEED, calm_from=calm_from):
        yield _entry(past.client_uuid, line)


def _entry(client_uuid: str, line: PastLine) -> LogEntry:
    moment = line_occasion(timestamp=line.at, packet_id=0, received_at=line.at)
    return LogEntry(
        client_uuid=client_uuid,
        level=line.level.value,
        message=line.message,
        context=None,
        timestamp=line.at,
        received_at=line.at,
        ordered_at=line.at,
        is_clock_skewed=False,
        digest=digest(client_uuid, line.level, moment, line.message, ""),
    )
