"""How the databases find what lists of the fleet show: never by reading a table that grows."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientCommand,
    ClientContentChange,
    ClientHealth,
    Incident,
    PublishedList,
)
from infoscreen_core.db.queries.monitoring.content import map_published, recent_titles
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.monitoring import fleet, sight
from infoscreen_core.services.monitoring.content import history as content
from infoscreen_core.services.monitoring.screen.explain import explain_screen
from infoscreen_core.services.monitoring.screen.timeline import read_timeline
from tests.support.big_fleet import Size, add_fleet, player_uuid
from tests.support.people import NOW

READING = fleet.Reading(NOW, window=timedelta(hours=24), priority_ttl=timedelta(minutes=2))
GROWING = (
    "client_commands",
    "client_content_changes",
    "client_health",
    "client_logs",
    "client_screenshots",
    "client_status_changes",
    "incidents",
    "published_lists",
)
SIZE = Size(players=60, groups=6, flips=20, pictures=20, logs=6000)
_ANALYZE = f"ANALYZE TABLE {', '.join(GROWING)}, clients, client_statuses"

_COUNTS = ("cpu_count", "memory_count", "temperature_count", "disk_count", "reconnects")
_FIGURES = dict.fromkeys(_COUNTS, 0)

Read = Callable[[Session], object]
READS: dict[str, Read] = {
    "figures": lambda session: fleet.read_figures(session, now=NOW),
    "alarms": lambda session: fleet.read_alarms(session, now=NOW, priority_ttl=timedelta(1)),
    "log sums": lambda session: fleet.sum_logs(session, since=NOW - timedelta(hours=24)),
    "a page": lambda session: fleet.list_players(session, FleetWish(), READING, limit=10),
    "a search": lambda session: fleet.list_players(
        session, FleetWish(search="raum"), READING, limit=10
    ),
    "by errors": lambda session: fleet.list_players(
        session, FleetWish(order=FleetOrder.ERRORS), READING, limit=10
    ),
    "incidents": lambda session: fleet.list_players(
        session, FleetWish(FleetFilter.WARNINGS, order=FleetOrder.URGENCY), READING, limit=5
    ),
    "one player": lambda session: fleet.find_client(session, player_uuid(7), READING),
    "not as planned": lambda session: fleet.list_players(
        session, FleetWish(content=Content.BEHIND), READING, limit=10
    ),
    "what was published": lambda session: content.list_published(
        session, 1, since=NOW - timedelta(days=1), until=NOW
    ),
    "what it showed": lambda session: content.list_content(
        session, player_uuid(7), since=NOW - timedelta(days=1), until=NOW
    ),
    "published last": lambda session: map_published(session, {1, 2}),
    "recent titles": lambda session: recent_titles(session, 1),
    "faces": lambda session: fleet.list_faces(session, [1, 2, None], READING),
    "troubled": lambda session: fleet.list_troubled(session, [1, 2], READING, limit=3),
    "blindness": sight.blind_since,
    "a screen's past": lambda session: read_timeline(
        session, player_uuid(7), Span(NOW - timedelta(days=7), NOW), now=NOW
    ),
    "why now": lambda session: explain_screen(session, player_uuid(3), actor=SYSTEM, now=NOW),
    "why then": lambda session: explain_screen(
        session, player_uuid(3), actor=SYSTEM, now=NOW, at=NOW - timedelta(days=20)
    ),
}


def _add_happenings(session: Session) -> None:
    """Add incidents, commands and figures, so that it does not pay to read their tables whole."""
    for number in range(SIZE.players):
        for hours in range(1, 20):
            at, uuid = NOW - timedelta(hours=hours), player_uuid(number)
            session.add(Incident(kind=IncidentKind.HOT, client_uuid=uuid, opened_at=at))
            session.add(
                ClientCommand(
                    command_id=f"{number}-{hours}",
                    client_uuid=uuid,
                    action=Action.RESTART_APP,
                    status=State.COMPLETED,
                    issued_at=at,
                    expires_at=at,
                    created_at=at,
                    updated_at=at,
                )
            )
            session.add(ClientHealth(client_uuid=uuid, at=at, **_FIGURES))


@contextmanager
def _statements(session: Session) -> Iterator[list[tuple[str, object]]]:
    """Collect what is asked of the database, with the values."""
    found: list[tuple[str, object]] = []

    def note(_on: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        found.append((statement, values))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield found
    event.remove(connection, "before_cursor_execute", note)


def _full_reads(connection: Connection, statement: str, values: object) -> list[str]:
    """Return which growing tables the database would read from end to end."""
    names = _aliases(statement)
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
        scanned = [row.detail.split()[1] for row in rows if row.detail.startswith("SCAN")]
    else:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)  # type: ignore[arg-type]
        scanned = [row.table for row in rows if row.type in {"ALL", "index"}]
    return [name for name in scanned if names.get(name, name) in GROWING]


def _aliases(statement: str) -> dict[str, str]:
    return {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", statement)}


def test_no_list_of_the_fleet_reads_a_growing_table_from_end_to_end(engine: Engine) -> None:
    with Session(engine) as session:
        add_fleet(session, SIZE, now=NOW)
        _add_contents(session)
        _add_happenings(session)
        session.commit()
        session.execute(text("ANALYZE" if engine.dialect.name == "sqlite" else _ANALYZE))
        session.commit()
    with Session(engine) as session:
        for name, read in READS.items():
            with _statements(session) as asked:
                read(session)
            assert asked, name
            connection = session.connection()
            for statement, values in asked:
                assert _full_reads(connection, statement, values) == [], (name, statement)


def _add_contents(session: Session) -> None:
    """Add what was published for the groups and what the screens showed, every hour."""
    for number in range(2000):
        at, event = NOW - timedelta(hours=number // 20), [[number, "Mathe 3B", 0]]
        ended = at + timedelta(hours=1) if at < NOW else None
        session.add(
            PublishedList(group_id=number % 6 + 1, began_at=at, ended_at=ended, events=event)
        )
        session.add(
            ClientContentChange(
                client_uuid=player_uuid(number % SIZE.players),
                at=at,
                state=Content.AS_PLANNED,
                reason=ContentReason.REPORTED,
            )
        )


def test_a_full_read_is_noticed(engine: Engine) -> None:
    with engine.connect() as connection:
        for statement in (
            "SELECT message FROM client_logs ORDER BY message",
            "SELECT l.message FROM client_logs AS l ORDER BY l.message",
        ):
            assert _full_reads(connection, statement, ()), statement
