"""The log lines of a big fleet: the databases write them themselves, and count them as we do.

Players log in bursts, each burst a few seconds long and of one player. Which line says what is
arithmetic, so a fleet of the same size always has the same lines.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
)
from sqlalchemy.types import String

from infoscreen_core.db.models import (
    ClientLog,
    LogCount,
    LogFamily,
    LogFamilyClient,
    LogFamilyDay,
    LogFamilyHour,
    LogHour,
)
from infoscreen_core.db.queries.monitoring.logs.counts import HOUR_OF_LINE
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.logs.lines import HOURS_OF_DAY
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.big_fleet.sql import NUMBERS, Instant, Moments, add_numbers, write

_BURST: Final = 20
_LEVELS: Final = (*[LogLevel.INFO] * 16, LogLevel.WARN, LogLevel.WARN, LogLevel.ERROR, "DEBUG")
"""Of the lines of a burst, one after the other."""
_VARIANTS: Final = 15
"""Families for each place in a burst."""
_KINDS: Final = 5
"""Of players, each of which says something else."""
_OF_A_KIND: Final = _VARIANTS // _KINDS
_STRIDE: Final = 7919
"""From one burst's player to the next one's; a prime, so that every player has its turn."""
_PROGRAMS: Final = ("mpv", "chromium", "watchdog", "mqtt", "cec")
_DEEDS: Final = ("lost frame", "opened page", "waited for", "read file", "drew slide")
_ALL_AT_ONCE: Final = 1_000_000
"""Up to so many lines it is quicker to keep the indexes while they are written."""

_WRITTEN: Final = (
    "id",
    "client_uuid",
    "level",
    "message",
    "timestamp",
    "received_at",
    "ordered_at",
    "is_clock_skewed",
    "digest",
    "family_id",
)
_LOGS: Final[Table] = ClientLog.__table__  # type: ignore[assignment]
_PLAYERS = table("bench_players", column("number"), column("uuid"))
_SHAPES = table("bench_shapes", column("id"), column("level"), column("words"), column("family_id"))


def add_logs(connection: Connection, moments: Moments, lines: int, uuids: list[str]) -> None:
    """Write so many lines of these players, spread evenly over the time, with all counts."""
    lines = lines // _BURST * _BURST
    if not lines:
        return
    _prepare(connection, uuids)
    write(connection, LogFamily, _families(moments, lines))
    is_heap = lines > _ALL_AT_ONCE
    if is_heap:
        _drop_indexes(connection)
    for first, last in moments.days(lines):
        _add_lines(connection, moments, lines, len(uuids), first=first, last=last)
        _count(connection, first=first, last=last)
        connection.commit()
    if is_heap:
        for index in _LOGS.indexes:
            index.create(connection)
    total = select(LogCount.hour, LogCount.level, func.sum(LogCount.line_count))
    _fill(connection, LogHour, total.group_by(LogCount.hour, LogCount.level))
    day = (LogFamilyHour.hour // HOURS_OF_DAY).label("day")
    total = select(LogFamilyHour.family_id, day, func.sum(LogFamilyHour.line_count))
    _fill(connection, LogFamilyDay, total.group_by(LogFamilyHour.family_id, "day"))
    write(connection, LogFamilyClient, _family_clients(moments, lines, uuids))


def _prepare(connection: Connection, uuids: list[str]) -> None:
    for name, columns in (
        ("bench_players", "number INTEGER PRIMARY KEY, uuid VARCHAR(36)"),
        (
            "bench_shapes",
            "id INTEGER PRIMARY KEY, level VARCHAR(8), words VARCHAR(60), family_id BIGINT",
        ),
    ):
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({columns})")
    players = [{"number": number, "uuid": uuid} for number, uuid in enumerate(uuids)]
    connection.execute(insert(_PLAYERS), players)
    connection.execute(insert(_SHAPES), list(_shapes()))


def _shapes() -> Iterator[dict[str, Any]]:
    for number in range(_BURST * _VARIANTS):
        place, variant = divmod(number, _VARIANTS)
        level, letter = LogLevel(_LEVELS[place]), chr(ord("a") + place)
        deed, program = _DEEDS[variant % len(_DEEDS)], _PROGRAMS[variant // len(_DEEDS)]
        words = f"{program} {letter}: {deed} of /media/clip.mp4, number "
        family = family_of(level, f"{words}7")
        yield {"id": number, "level": level.value, "words": words, "family_id": family.id}


def _families(moments: Moments, lines: int) -> Iterator[dict[str, Any]]:
    for shape in _shapes():
        family = family_of(LogLevel(shape["level"]), f"{shape['words']}7")
        yield {
            "id": family.id,
            "level": family.level.value,
            "shape": family.shape,
            "first_at": moments.of(0, lines),
            "last_at": moments.of(lines - 1, lines),
        }


def _drop_indexes(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("SET foreign_key_checks = 0, unique_checks = 0")
    for index in _LOGS.indexes:
        index.drop(connection)


def _add_lines(
    connection: Connection, moments: Moments, lines: int, players: int, *, first: int, last: int
) -> None:
    add_numbers(connection, last - first)
    line = NUMBERS.c.n + first
    burst, at = line // _BURST, Instant(moments.milliseconds(line, lines))
    number = burst * _STRIDE % players
    turn = burst // players % _OF_A_KIND
    shape = line % _BURST * _VARIANTS + number % _KINDS * _OF_A_KIND + turn
    query = (
        select(
            line + 1,
            _PLAYERS.c.uuid,
            _SHAPES.c.level,
            _SHAPES.c.words + _text(line),
            at,
            at,
            at,
            literal(0),
            func.substr(literal("0" * 64) + _text(line), -64),
            _SHAPES.c.family_id,
        )
        .select_from(NUMBERS)
        .join(_PLAYERS, _PLAYERS.c.number == number)
        .join(_SHAPES, _SHAPES.c.id == shape)
        .where(NUMBERS.c.n < last - first)
        .order_by(NUMBERS.c.n)
    )
    connection.execute(insert(_LOGS).from_select(_WRITTEN, query))


def _text(number: ColumnElement[int]) -> ColumnElement[str]:
    return cast(number, String(20))


def _count(connection: Connection, *, first: int, last: int) -> None:
    """Count lines by hour; a day begins with a whole hour, so no hour is in two of them."""
    lines = ClientLog.id > first, ClientLog.id <= last
    hour = HOUR_OF_LINE.label("hour")
    by_player = select(ClientLog.client_uuid, hour, ClientLog.level, func.count()).where(*lines)
    by_player = by_player.group_by(ClientLog.client_uuid, "hour", ClientLog.level)
    _fill(connection, LogCount, by_player)
    by_family = select(ClientLog.family_id, hour, func.count()).where(*lines)
    _fill(connection, LogFamilyHour, by_family.group_by(ClientLog.family_id, "hour"))


def _fill(connection: Connection, model: Any, query: Any) -> None:  # noqa: ANN401 - a mapped class, any query
    names = [one.name for one in model.__table__.columns]
    connection.execute(insert(model.__table__).from_select(names, query))


def _family_clients(moments: Moments, lines: int, uuids: list[str]) -> Iterator[dict[str, Any]]:
    players, bursts, shapes = len(uuids), lines // _BURST, list(_shapes())
    back = pow(_STRIDE, -1, players)
    for number, uuid in enumerate(uuids):
        for turn in range(_OF_A_KIND):
            step = players * _OF_A_KIND
            first = number * back % players + turn * players
            if first >= bursts:
                continue
            last = first + (bursts - 1 - first) // step * step
            for place in range(_BURST):
                shape = place * _VARIANTS + number % _KINDS * _OF_A_KIND + turn
                yield {
                    "family_id": shapes[shape]["family_id"],
                    "client_uuid": uuid,
                    "first_at": moments.of(first * _BURST + place, lines),
                    "last_at": moments.of(last * _BURST + place, lines),
                }
