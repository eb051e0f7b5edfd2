"""What players say, written in bulk. Nothing here commits, nothing here creates a client.

The listener writes messages in batches. Nothing else is written as often, so these are statements
that bypass the ORM: one UPDATE per concern for the whole batch, and an INSERT of the log lines that
are not known yet. A batch may be repeated without harm: it is retried, and messages redelivered.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import (
    JSON,
    Table,
    TextClause,
    and_,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientLog, DeadLetter
from infoscreen_core.domain.monitoring.reconnects import ReconnectWindow
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.text.elapsed import CLOCK_SLACK

STATE_COLUMNS: Final = (
    ("current_process", "VARCHAR(100)"),
    ("process_pid", "INT"),
    ("process_status", "VARCHAR(32)"),
    ("current_event_id", "INT"),
    ("expected_event_id", "INT"),
    ("screen_on", "TINYINT"),
    ("last_frame_update", "DATETIME(6)"),
    ("cpu_percent", "DOUBLE"),
    ("memory_percent", "DOUBLE"),
    ("temperature_c", "DOUBLE"),
    ("disk_free_mb", "DOUBLE"),
    ("ip", "VARCHAR(45)"),
    ("boot_id", "VARCHAR(64)"),
    ("booted_at", "DATETIME(6)"),
)
"""The columns that a state row may carry, in this order, with their MariaDB types."""

STATE_INDEX: Final = {name: place for place, (name, _) in enumerate(STATE_COLUMNS)}
"""Each column's index in a state row's values, which is also its bit in the mask."""
_MASK: Final = 2
"""Where the mask stands in a state row."""

_Pick = Callable[[Sequence[Any]], tuple[Any, ...]]

_CLIENTS: Final[Table] = Client.__table__  # type: ignore[assignment]
_LOGS: Final[Table] = ClientLog.__table__  # type: ignore[assignment]


class ManyRows(NamedTuple):
    """One change of many rows in both dialects; which way is the fastest differs.

    On MariaDB it is one statement that takes all rows as JSON, since its driver would send an
    UPDATE for each and wait for the answer; on SQLite one prepared statement, run for each row.
    """

    mariadb: TextClause
    """Reads `JSON_TABLE(:rows, …)`."""
    sqlite: str
    """Names a row's values `?1`, `?2`, …"""


def database_time(moment: datetime) -> str:
    """Return an aware UTC datetime as both databases store it."""
    return moment.isoformat(" ", "microseconds")[:26]


def update_states(session: Session, rows: Sequence[Sequence[Any]]) -> int:
    """Write the newest state of many players; return how many of them exist.

    A row is `[uuid, seen, mask, *values]` with one value for each of `STATE_COLUMNS`; only those
    whose bit is set in `mask` are written. `seen` and other times are written as `database_time`,
    booleans as 0 or 1. `last_alive` follows `domain.screens.player.later_sign`. Players that do not
    exist (any more) are ignored: an UPDATE resurrects nobody. A row that was not `seen` changes
    nothing, but its player is locked like the others, in the order of the rows.
    """
    if not _is_mariadb(session):
        return _run_each(session, _SQLITE_UPDATE, rows)
    always = ever = rows[0][_MASK]
    for row in rows:
        always &= row[_MASK]
        ever |= row[_MASK]
    statement, values_of = _state_update(always, ever)
    return _send(session, statement, [values_of(row) for row in rows])


def update_many(session: Session, change: ManyRows, rows: Sequence[Sequence[object]]) -> int:
    """Change many rows at once; return how many were there. Times come as `database_time`.

    Those that lock each other's rows have to come in the same order: sort them.
    """
    if _is_mariadb(session):
        return _send(session, change.mariadb, rows)
    return _run_each(session, change.sqlite, rows)


def _run_each(session: Session, statement: str, rows: Sequence[Sequence[object]]) -> int:
    connection = session.connection()
    return connection.exec_driver_sql(statement, [tuple(row) for row in rows]).rowcount


def _send(session: Session, statement: TextClause, rows: Sequence[Sequence[object]]) -> int:
    result = session.execute(statement, {"rows": JsonText(orjson.dumps(rows).decode())})
    return int(result.rowcount)  # type: ignore[attr-defined]


class JsonText(str):
    """JSON as a value in a statement for MariaDB.

    PyMySQL escapes a text by its `translate`, with a look at each character; for a large batch that
    took as long as to make the JSON. There it need not look, for JSON has no control characters.
    """

    __slots__ = ()

    def translate(self, _table: object, /) -> str:
        """Return the text as it stands between single quotes."""
        return self.replace("\\", "\\\\").replace("'", "\\'")


def list_known(session: Session, uuids: Collection[str]) -> set[str]:
    """Return the UUIDs that belong to a client."""
    return (
        set(session.scalars(select(Client.uuid).where(Client.uuid.in_(uuids)))) if uuids else set()
    )


def insert_logs(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add log lines; none of their digests may be stored yet."""
    session.execute(_INSERT_LOGS, list(rows))


def list_reconnect_windows(session: Session, uuids: Collection[str]) -> dict[str, ReconnectWindow]:
    """Return the reconnect counters of some clients."""
    columns = (
        Client.uuid,
        Client.mqtt_reconnect_count,
        Client.reconnect_window_count,
        Client.reconnect_window_at,
    )
    found = session.execute(select(*columns).where(Client.uuid.in_(uuids)))
    return {uuid: ReconnectWindow(count, base, at) for uuid, count, base, at in found}


def update_reconnect_windows(
    session: Session, rows: Sequence[tuple[str, ReconnectWindow, datetime | None]]
) -> None:
    """Write reconnect counters, each with the player's last disconnect if it named one."""
    if rows:
        values = [
            (
                uuid,
                window.count,
                window.window_count,
                window.window_at and database_time(window.window_at),
                disconnected_at and database_time(disconnected_at),
            )
            for uuid, window, disconnected_at in sorted(rows, key=itemgetter(0))
        ]
        update_many(session, _UPDATE_RECONNECTS, values)


def list_clocks(session: Session) -> list[tuple[str, float]]:
    """Return how many seconds each player's clock is behind, where that is known."""
    query = select(Client.uuid, Client.clock_behind_seconds)
    found = session.execute(query.where(Client.clock_behind_seconds.is_not(None)))
    return [(uuid, behind) for uuid, behind in found if behind is not None]


def update_clocks(session: Session, rows: Sequence[tuple[str, float]]) -> None:
    """Write how many seconds players' clocks are behind, `(uuid, seconds)`."""
    if rows:
        update_many(session, _UPDATE_CLOCKS, sorted(rows))


def note_service_failures(session: Session, rows: Sequence[tuple[str, str, datetime]]) -> None:
    """Note failed services, `(uuid, unit, failed_at)`; known ones change nothing."""
    if not rows:
        return
    is_news = or_(
        _CLIENTS.c.service_failure_seen_at.is_(None),
        _CLIENTS.c.service_failure_seen_at != bindparam("at"),
    )
    session.connection().execute(
        update(_CLIENTS)
        .where(_CLIENTS.c.uuid == bindparam("key"), is_news)
        .values(
            service_failed_at=bindparam("at"),
            service_failed_unit=bindparam("unit"),
            service_failure_seen_at=bindparam("at"),
        ),
        [{"key": uuid, "unit": unit, "at": failed_at} for uuid, unit, failed_at in rows],
    )


def update_power_states(
    session: Session, rows: Sequence[tuple[str, ObservedPower, datetime, str | None, datetime]]
) -> None:
    """Write what TVs do, `(uuid, state, at, intent_id, received_at)`.

    Outdated reports change nothing. What is stored as of the future outdates nothing: the clock was
    set back.
    """
    if not rows:
        return
    known_at, known_since = _CLIENTS.c.power_state_at, _CLIENTS.c.power_state_since
    is_same = and_(_CLIENTS.c.power_state == bindparam("state"), known_since.is_not(None))
    session.connection().execute(
        update(_CLIENTS)
        .where(
            _CLIENTS.c.uuid == bindparam("key"),
            or_(
                known_at.is_(None),
                known_at <= bindparam("at"),
                known_at > bindparam("latest"),
            ),
        )
        # In order: MariaDB assigns one by one, so the comparison comes before the new state.
        .ordered_values(
            (known_since, case((is_same, known_since), else_=bindparam("at"))),
            (_CLIENTS.c.power_state, bindparam("state")),
            (known_at, bindparam("at")),
            (_CLIENTS.c.power_intent_id, bindparam("intent")),
        ),
        [
            {
                "key": uuid,
                "state": state,
                "at": at,
                "intent": intent,
                "latest": received_at + CLOCK_SLACK,
            }
            for uuid, state, at, intent, received_at in sorted(
                rows, key=lambda row: (row[0], row[2])
            )
        ],
    )


def delete_logs_before(session: Session, moment: datetime, *, limit: int) -> int:
    """Delete the oldest log lines before `moment`, at most `limit`; return how many."""
    ids = session.scalars(
        select(ClientLog.id)
        .where(ClientLog.ordered_at < moment)
        .order_by(ClientLog.ordered_at)
        .limit(limit)
    ).all()
    return _delete_ids(session, _LOGS, ids)


def delete_dead_letters_before(session: Session, moment: datetime, *, limit: int) -> int:
    """Delete the oldest dead letters before `moment`, at most `limit`; return how many."""
    ids = session.scalars(
        select(DeadLetter.id)
        .where(DeadLetter.received_at < moment)
        .order_by(DeadLetter.received_at)
        .limit(limit)
    ).all()
    return _delete_ids(session, DeadLetter.__table__, ids)  # type: ignore[arg-type]


def _is_mariadb(session: Session) -> bool:
    return session.get_bind().dialect.name in {"mysql", "mariadb"}


def _delete_ids(session: Session, table: Table, ids: Sequence[int]) -> int:
    # Two statements: MariaDB has no LIMIT inside IN (SELECT …), SQLite none on DELETE.
    if ids:
        session.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


# SQLAlchemy would write None as the JSON value null.
_LOG_VALUES: Final = {
    column.name: bindparam(
        column.name, type_=JSON(none_as_null=True) if column.name == "context" else column.type
    )
    for column in _LOGS.columns
    if column.name != "id"
}
_INSERT_LOGS: Final = insert(_LOGS).values(_LOG_VALUES)

# One statement serves every mixture of messages, since the mask says which columns were reported.
# What is fastest differs: on MariaDB, the whole batch in one JSON_TABLE; on SQLite, one prepared
# statement executed for each row.
_MARIADB_UPDATE: Final = """
    UPDATE clients AS c
    JOIN JSON_TABLE(:rows, '$[*]' COLUMNS (
        uuid VARCHAR(36) PATH '$[0]', seen DATETIME(6) PATH '$[1]', mask INT PATH '$[2]'{fields}
    )) AS j ON c.uuid = CONVERT(j.uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
    SET c.last_alive = IF(
            j.seen IS NULL
            OR c.last_alive > j.seen AND c.last_alive <= j.seen + INTERVAL {slack} SECOND,
            c.last_alive, j.seen
        ),
        c.health_at = {health_at}{changes}
    """


@lru_cache(maxsize=64)
def _state_update(always: int, ever: int) -> tuple[TextClause, _Pick]:
    """Return the UPDATE for rows with masks between these two, and what takes its values of a row.

    To ask each row's mask about each column took MariaDB a quarter of the time of the whole. So a
    column that all rows report is set without asking, and one that none reports is not there.
    """
    columns = [
        (name, kind, 1 << place)
        for place, (name, kind) in enumerate(STATE_COLUMNS)
        if ever & 1 << place
    ]
    fields = [f", {name} {kind} PATH '$[{i}]'" for i, (name, kind, _) in enumerate(columns, 3)]
    changes = [
        f", c.{name} = "
        + (f"j.{name}" if always & bit else f"IF(j.mask & {bit}, j.{name}, c.{name})")
        for name, _, bit in columns
    ]
    statement = _MARIADB_UPDATE.format(
        slack=int(CLOCK_SLACK.total_seconds()),
        fields="".join(fields),
        health_at="j.seen" if always else "IF(j.mask, j.seen, c.health_at)",
        changes="".join(changes),
    )
    places = (3 + STATE_INDEX[name] for name, _, _ in columns)
    return text(statement), itemgetter(0, 1, _MASK, *places)


_SQLITE_UPDATE: Final = """
    UPDATE clients
    SET last_alive = iif(
            ?2 IS NULL
            OR last_alive > ?2 AND last_alive <= datetime(?2, '+{slack} seconds') || '.999999',
            last_alive, ?2
        ),
        health_at = iif(?3, ?2, health_at), {changes}
    WHERE uuid = ?1
    """.format(  # noqa: S608 - our own column names
    slack=int(CLOCK_SLACK.total_seconds()),
    changes=", ".join(
        f"{name} = iif(?3 & {1 << i}, ?{i + 4}, {name})" for name, i in STATE_INDEX.items()
    ),
)
_UPDATE_RECONNECTS: Final = ManyRows(
    text(
        """
        UPDATE clients AS c
        JOIN JSON_TABLE(:rows, '$[*]' COLUMNS (
            uuid VARCHAR(36) PATH '$[0]', total INT PATH '$[1]', base INT PATH '$[2]',
            base_at DATETIME(6) PATH '$[3]', gone_at DATETIME(6) PATH '$[4]'
        )) AS j ON c.uuid = CONVERT(j.uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
        SET c.mqtt_reconnect_count = j.total, c.reconnect_window_count = j.base,
            c.reconnect_window_at = j.base_at,
            c.mqtt_last_disconnect_at = COALESCE(j.gone_at, c.mqtt_last_disconnect_at)
        """
    ),
    """
    UPDATE clients
    SET mqtt_reconnect_count = ?2, reconnect_window_count = ?3, reconnect_window_at = ?4,
        mqtt_last_disconnect_at = coalesce(?5, mqtt_last_disconnect_at)
    WHERE uuid = ?1
    """,
)
_UPDATE_CLOCKS: Final = ManyRows(
    text(
        """
        UPDATE clients AS c
        JOIN JSON_TABLE(:rows, '$[*]' COLUMNS (
            uuid VARCHAR(36) PATH '$[0]', behind DOUBLE PATH '$[1]'
        )) AS j ON c.uuid = CONVERT(j.uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
        SET c.clock_behind_seconds = j.behind
        """
    ),
    "UPDATE clients SET clock_behind_seconds = ?2 WHERE uuid = ?1",
)
