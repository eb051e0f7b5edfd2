"""Log lines as readers get them, and counted by level and stretch of time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientLog
from infoscreen_core.db.queries.monitoring.records import count_logs
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.logs.latest import list_logs
from tests.support.people import add_client, uuid_of

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def _log(
    session: Session, level: LogLevel, at: datetime, *, number: int = 1, message: str = "x"
) -> None:
    row = ClientLog(
        client_uuid=uuid_of(number), level=level, message=message, received_at=at, ordered_at=at
    )
    row.digest = f"{number}{level}{at.isoformat()}".ljust(64, "0")
    session.add(row)


def test_lines_are_counted_by_level_and_stretch(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        add_client(session, 1)
        add_client(session, 2)
        for after in (timedelta(0), timedelta(minutes=14, seconds=59), QUARTER, 3 * QUARTER):
            _log(session, LogLevel.ERROR, START + after)
        _log(session, LogLevel.WARN, START + timedelta(seconds=1))
        _log(session, LogLevel.INFO, START)  # a level that nobody asked for
        _log(session, LogLevel.ERROR, START - timedelta(minutes=1))  # before the window
        _log(session, LogLevel.ERROR, START, number=2)  # another player's
    since, levels = START - timedelta(seconds=1), (LogLevel.ERROR, LogLevel.WARN)
    with sessions() as session:
        counted = count_logs(session, uuid_of(1), since=since, step=QUARTER, levels=levels)
    assert counted == [
        LogCount(START, LogLevel.ERROR, 2),
        LogCount(START, LogLevel.WARN, 1),
        LogCount(START + QUARTER, LogLevel.ERROR, 1),
        LogCount(START + 3 * QUARTER, LogLevel.ERROR, 1),
    ]


def test_readers_see_no_codes_for_terminals(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        add_client(session, 1)
        _log(session, LogLevel.ERROR, START, message="\x1b[31mno signal\x1b[0m")
    with sessions() as session:
        lines = list_logs(
            session, uuid_of(1), since=START - QUARTER, levels=[LogLevel.ERROR], limit=9
        )
    assert [line.message for line in lines] == ["no signal"]
