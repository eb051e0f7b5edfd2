"""Lines of all players are found a page at a time, and counted, without reading all of them."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.logs.filter import LinePlace, LogFilter, read_place
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.monitoring.logs import export as log_export
from infoscreen_core.services.monitoring.logs import search as log_search
from tests.support.listener.telemetry import empty
from tests.support.log_lines import Line, store_lines
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client, uuid_of

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LEVELS = (LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO)
SHAPES = ("no signal for {} s", "restarted {} times", "100 % of {} used")


def some_lines(count: int) -> list[Line]:
    """Lines of three players over four days, several of them in the same microsecond."""
    chance = random.Random(3)
    return [
        (
            chance.randint(1, 3),
            chance.choice(LEVELS),
            NOW - chance.randint(0, 96) * HOUR - chance.randint(0, 3) * timedelta(minutes=7),
            chance.choice(SHAPES).format(number),
        )
        for number in range(count)
    ]


LINES = some_lines(400)


@pytest.fixture(scope="module")
def filled(shared: sessionmaker[Session]) -> sessionmaker[Session]:
    empty(shared)
    with shared.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=REGISTERED))
        session.flush()
        add_client(session, 1, group_id=7, description="Aula links")
        add_client(session, 2, group_id=7)
        add_client(session, 3)
        store_lines(session, LINES)
    return shared


@pytest.fixture
def session(filled: sessionmaker[Session]) -> Any:  # noqa: ANN401 - a generator of sessions
    with filled() as session:
        yield session


def make_filter(
    session: Session,
    *,
    group_id: int | None = None,
    client_uuid: str | None = None,
    **parts: Any,  # noqa: ANN401
) -> LogFilter:
    return log_search.narrowed(
        session, LogFilter(**parts), group_id=group_id, client_uuid=client_uuid
    )


WANTED: list[dict[str, Any]] = [
    {},
    {"end": NOW - DAY},
    {"levels": frozenset([LogLevel.ERROR, LogLevel.WARN])},
    {"group_id": 7},
    {"client_uuid": uuid_of(3), "levels": frozenset([LogLevel.INFO])},
    {"text": "SIGNAL for 1"},
    {"text": "100 %"},
    {"text": "_"},
    {"family_id": family_of(LogLevel.WARN, SHAPES[1].format(1)).id},
    {"family_id": family_of(LogLevel.WARN, SHAPES[1].format(1)).id, "group_id": 7},
    {"family_id": family_of(LogLevel.WARN, "?").id},
]


def is_wanted(
    line: Line,
    start: datetime,
    **parts: Any,  # noqa: ANN401
) -> bool:
    number, level, at, message = line
    return (
        at >= start
        and ("end" not in parts or at < parts["end"])
        and level in parts.get("levels", LEVELS)
        and ("group_id" not in parts or number in {1, 2})
        and parts.get("client_uuid", uuid_of(int(number))) == uuid_of(int(number))
        and parts.get("text", "").casefold() in message.casefold()
        and family_of(level, message).id == parts.get("family_id", family_of(level, message).id)
    )


@pytest.mark.parametrize("parts", WANTED)
def test_pages_hold_exactly_the_wanted_lines_newest_first(
    session: Session, parts: dict[str, Any]
) -> None:
    start = NOW - 3 * DAY
    wanted = make_filter(session, start=start, **parts)
    before, messages, places = None, list[str](), list[LinePlace]()
    for _ in itertools.count():
        page = log_search.find_lines(session, wanted, before=before, limit=30, with_context=True)
        messages += [line.message for line in page.lines]
        places += [line.place for line in page.lines]
        if page.next is None:
            break
        before = read_place(str(page.next))
    assert sorted(messages) == sorted(line[3] for line in LINES if is_wanted(line, start, **parts))
    assert places == sorted(places, reverse=True)
    portions = log_search.each_portion(session, wanted, with_context=False)
    assert [line.message for portion in portions for line in portion] == messages


@pytest.mark.parametrize("parts", [one for one in WANTED if "text" not in one])
def test_counts_by_hour_and_by_minutes_are_those_of_the_lines(
    session: Session, parts: dict[str, Any]
) -> None:
    start = NOW.replace(minute=0) - 3 * DAY
    hours = make_filter(session, start=start, **{"end": NOW + HOUR, **parts})
    counted = log_search.count_lines(session, hours, step=HOUR)
    expected = Counter(
        (line[2].replace(minute=0), line[1]) for line in LINES if is_wanted(line, start, **parts)
    )
    late = parts.get("end", NOW + DAY)
    assert {(one.start, one.level): one.count for one in counted if one.start + HOUR <= late} == {
        key: lines for key, lines in expected.items() if key[0] + HOUR <= late
    }
    short = make_filter(session, start=NOW - 5 * HOUR, **{**parts, "end": NOW - HOUR})
    exact = log_search.count_lines(session, short, step=timedelta(minutes=5))
    assert sum(one.count for one in exact) == sum(
        is_wanted(line, NOW - 5 * HOUR, **{**parts, "end": NOW - HOUR}) for line in LINES
    )


@pytest.mark.parametrize("parts", [{}, {"group_id": 7}, {"levels": frozenset([LogLevel.WARN])}])
def test_families_say_how_often_where_and_since_when(
    session: Session, parts: dict[str, Any]
) -> None:
    start = NOW.replace(minute=0) - 5 * DAY
    wanted = make_filter(session, start=start, **parts)
    families = log_search.list_families(session, wanted, limit=50)
    lines = [line for line in LINES if is_wanted(line, start, **parts)]
    by_family = Counter(family_of(line[1], line[3]).id for line in lines)
    assert {one.id: one.lines for one in families} == by_family
    assert [one.lines for one in families] == sorted(by_family.values(), reverse=True)
    for one in families:
        mine = [line for line in lines if family_of(line[1], line[3]).id == one.id]
        assert one.clients == len({line[0] for line in mine})
        everywhere = [line for line in LINES if family_of(line[1], line[3]).id == one.id]
        assert one.first_at == min(line[2] for line in everywhere)
        assert one.last_at == max(line[2] for line in everywhere)
        assert family_of(one.level, one.example).id == one.id
    new = log_search.list_families(session, wanted, new_since=NOW - DAY, limit=50)
    assert {one.id for one in new} == {one.id for one in families if one.first_at >= NOW - DAY}


def test_a_search_for_a_text_says_how_far_it_came_and_goes_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_search, "SEARCHED_LINES", 60)
    wanted = make_filter(session, start=NOW - 5 * DAY, text="restarted")
    found, before, steps = list[str](), None, 0
    while True:
        page = log_search.find_lines(
            session, wanted, before=before, limit=1_000, with_context=False
        )
        found += [line.message for line in page.lines]
        if page.next is None:
            break
        assert page.searched_to == page.next.at
        before, steps = page.next, steps + 1
    assert sorted(found) == sorted(line[3] for line in LINES if "restarted" in line[3])
    assert steps > 3


def test_a_line_is_shown_between_what_its_screen_logged_before_and_after(
    session: Session,
) -> None:
    wanted = make_filter(session, start=NOW - 5 * DAY, client_uuid=uuid_of(1))
    mine = log_search.find_lines(session, wanted, limit=400, with_context=True).lines
    line, around = log_search.find_around(session, mine[50].id, with_context=True)
    assert line == mine[50]
    assert around == mine[42:59]
    assert line.context is not None
    assert (line.client_name, line.group_name) == ("Aula links", "Aula")
    hidden, _around = log_search.find_around(session, mine[50].id, with_context=False)
    assert hidden is not None
    assert hidden.context is None
    assert log_search.find_around(session, 10**6, with_context=True) == (None, ())


def test_what_does_not_exist_is_refused_with_a_sentence(session: Session) -> None:
    with pytest.raises(NotFoundError):
        make_filter(session, start=NOW, client_uuid=uuid_of(99))
    with pytest.raises(NotFoundError):
        make_filter(session, start=NOW, group_id=99)
    with pytest.raises(InvalidInputError, match="not after the start"):
        make_filter(session, start=NOW, end=NOW)
    with pytest.raises(InvalidInputError, match="at most 200"):
        make_filter(session, start=NOW, text="x" * 201)


@pytest.mark.parametrize("wrong", ["", "1", "1-", "-1", "9" * 17 + "-1", "1-1-1", "²-1"])
def test_a_place_that_is_none_is_not_read(wrong: str) -> None:
    assert read_place(wrong) is None


def test_no_query_reads_all_lines(filled: sessionmaker[Session]) -> None:
    """Neither the lines nor the counts, also with a span of everything."""
    engine = filled.kw["bind"]
    statements: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        statements.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        with filled() as session:
            for parts in WANTED:
                wanted = make_filter(session, start=NOW - 4 * DAY, **parts)
                log_search.find_lines(session, wanted, limit=10, with_context=False)
                log_search.count_lines(session, wanted, step=HOUR)
                log_search.list_families(session, wanted, limit=5)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    asked = [one for one in statements if "client_logs" in one[0] or "log_" in one[0]]
    assert len(asked) > 30
    for statement, parameters in asked:
        assert not full_scans(engine, statement, parameters), statement
        if is_list_of_players(statement):
            assert "ix_client_logs_client" in plan_of(engine, statement, parameters), statement
    assert any(is_list_of_players(statement) for statement, _parameters in asked)


def is_list_of_players(statement: str) -> bool:
    """Whether it reads some players' lines: along everybody's it would search long for few."""
    is_list = "FROM client_logs" in statement and "ORDER BY" in statement
    return is_list and "client_uuid IN" in statement and "family_id = " not in statement


def plan_of(engine: Engine, statement: str, parameters: Any) -> str:  # noqa: ANN401
    words = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
    with engine.connect() as connection:
        return str(connection.exec_driver_sql(f"{words} {statement}", parameters).all())


def test_a_file_of_many_lines_keeps_few_in_memory(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_search, "_PORTION", 20)
    held: list[int] = []

    def watched() -> Iterator[list[log_search.FoundLine]]:
        wanted = LogFilter(start=NOW - 5 * DAY)
        for lines in log_search.each_portion(session, wanted, with_context=True):
            held.append(len(session.identity_map))
            yield lines

    chunks = list(log_export.file_chunks(watched(), FileFormat.PARQUET, UTC))
    assert len(held) == 20
    assert max(held) <= 20  # a portion
    file = pq.ParquetFile(BytesIO(b"".join(chunks)))
    assert (file.num_row_groups, file.metadata.num_rows) == (20, 400)
    assert max(map(len, chunks[1:-1])) < 3 * min(map(len, chunks[1:-1]))


GROWING = ("client_logs", "log_counts", "log_family_hours", "log_family_clients")


def full_scans(engine: Engine, statement: str, parameters: Any) -> list[Any]:  # noqa: ANN401
    """The steps of the database's plan that read a whole table that grows."""
    is_sqlite = engine.dialect.name == "sqlite"
    words = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{words} {statement}", parameters).mappings().all()
    if is_sqlite:
        steps = [str(row["detail"]) for row in rows]
        return [step for step in steps if step.startswith("SCAN ") and step.split()[1] in GROWING]
    # Of small tables MariaDB likes to read all; only what has an index forced upon it shows more.
    return [row for row in rows if row["type"] == "ALL" and row["table"] == "client_logs"]
