"""A school's month of which everything is known: outages, blind time, incidents, errors."""

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.models import BlindSpan, ClientCommand, ClientStatusChange, Incident
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.past.months import Month
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.events.planning import add_group
from tests.support.log_lines import store_lines
from tests.support.people import add_client, uuid_of

VIENNA: Final = ZoneInfo("Europe/Vienna")
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
FEBRUARY: Final = Month(2021, 2)
"""It is four whole weeks, from Monday to Sunday, so the analysis counts it, too."""
BEGIN: Final = datetime(2021, 1, 31, 23, tzinfo=UTC)
"""Its first midnight in Vienna."""
AFTER: Final = BEGIN + 29 * DAY


def add_february(session: Session, begin: datetime = BEGIN) -> list[int]:
    """Store a month of three screens, two of them in groups; return the ids of the groups.

    Screen 1 (Aula) is down for three hours from the fourth day, 22:30, on, and again for one hour
    on the tenth; screen 2 (Labor) for half an hour; screen 3 is in no group and never down. For two
    hours of the twentieth day nobody could see.
    """
    groups = [add_group(session, "Aula"), add_group(session, "Labor <1>")]
    for number, (name, group) in enumerate(
        (("Links", groups[0]), ("<b>", groups[1]), ("Gang", None)), 1
    ):
        add_client(session, number, description=name, group_id=group)
        _be(session, number, begin - 10 * DAY, Status.HEALTHY, StatusReason.ALL_WELL)
    _be_down(session, 1, begin - 5 * DAY, 6 * HOUR, StatusReason.HEARTBEAT_STALE)
    _be_down(session, 1, begin + 3 * DAY + 22.5 * HOUR, 3 * HOUR, StatusReason.HEARTBEAT_STALE)
    _be_down(session, 1, begin + 9 * DAY + 10 * HOUR, HOUR, StatusReason.SCREEN_BLACK)
    _be_down(session, 2, begin + 12 * DAY, 0.5 * HOUR, StatusReason.PROCESS_CRASHED)
    blind = begin + 19 * DAY
    session.add(BlindSpan(cause=BlindCause.BROKER, began_at=blind, ended_at=blind + 2 * HOUR))
    _add_incidents(session, begin)
    _add_commands(session, begin)
    store_lines(
        session,
        [
            *((1, LogLevel.ERROR, begin + n * DAY, f"no signal for {n} s") for n in range(5)),
            (2, LogLevel.ERROR, begin + DAY, "cannot open <file>"),
            (2, LogLevel.WARN, begin + DAY, "dropped a frame"),
            (2, LogLevel.ERROR, begin - DAY, "cannot open <file>"),
        ],
    )
    return groups


def _be(session: Session, number: int, at: datetime, status: Status, why: StatusReason) -> None:
    session.add(ClientStatusChange(client_uuid=uuid_of(number), at=at, status=status, reason=why))


def _be_down(
    session: Session, number: int, at: datetime, length: timedelta, why: StatusReason
) -> None:
    is_silent = why is StatusReason.HEARTBEAT_STALE
    _be(session, number, at, Status.OFFLINE if is_silent else Status.CRITICAL, why)
    _be(session, number, at + length, Status.HEALTHY, StatusReason.ALL_WELL)


def _add_incidents(session: Session, begin: datetime) -> None:
    for number, kind, days, taken, length in (
        (1, IncidentKind.SILENT, 3, timedelta(minutes=10), 3 * HOUR),
        (1, IncidentKind.SILENT, 5, timedelta(minutes=30), HOUR),
        (2, IncidentKind.SILENT, 8, None, None),
        (2, IncidentKind.HOT, 9, None, 2 * HOUR),
        (1, IncidentKind.HOT, -3, None, HOUR),
        (None, IncidentKind.OUTAGE, 19, None, 2 * HOUR),
    ):
        at = begin + days * DAY
        session.add(
            Incident(
                kind=kind,
                client_uuid=None if number is None else uuid_of(number),
                opened_at=at,
                acknowledged_at=None if taken is None else at + taken,
                closed_at=None if length is None else at + length,
            )
        )


def _add_commands(session: Session, begin: datetime) -> None:
    for number, (action, status, days) in enumerate(
        (
            (Action.REBOOT_HOST, State.COMPLETED, 3),
            (Action.REBOOT_HOST, State.COMPLETED, 4),
            (Action.REBOOT_HOST, State.TIMED_OUT, 5),
            (Action.RESTART_APP, State.COMPLETED, 6),
            (Action.RESTART_APP, State.COMPLETED, -1),
        )
    ):
        at = begin + days * DAY
        session.add(
            ClientCommand(
                command_id=uuid_of(100 + number),
                client_uuid=uuid_of(1 + number % 2),
                action=action,
                status=status,
                issued_at=at,
                expires_at=at + HOUR,
                created_at=at,
                updated_at=at,
            )
        )
