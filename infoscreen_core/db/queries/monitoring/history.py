"""The record of what became of players: statuses, their changes, and blind spans."""

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientStatus,
    ClientStatusChange,
)
from infoscreen_core.db.queries.monitoring.telemetry import ManyRows, database_time, update_many
from infoscreen_core.db.queries.signs import heard_since
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason

_STATUSES: Final[Table] = ClientStatus.__table__  # type: ignore[assignment]
_LOOK_AGAIN: Final = ManyRows(
    text(
        """
        UPDATE client_statuses AS s
        JOIN JSON_TABLE(:rows, '$[*]' COLUMNS (
            uuid VARCHAR(36) PATH '$[0]', due DATETIME(6) PATH '$[1]',
            then_at DATETIME(6) PATH '$[2]'
        )) AS j ON s.client_uuid = CONVERT(j.uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
        SET s.judge_at = j.then_at
        WHERE s.judge_at = j.due
        """
    ),
    "UPDATE client_statuses SET judge_at = ?3 WHERE client_uuid = ?1 AND judge_at = ?2",
)


class ChangeRow(NamedTuple):
    """What a change says; whole rows would take twice as long to read, and there are many."""

    client_uuid: str
    at: datetime
    status: Status | None
    reason: StatusReason


def add_player(session: Session, client_uuid: str, *, now: datetime) -> None:
    """Let a player that is new be judged now."""
    session.add(ClientStatus(client_uuid=client_uuid, judge_at=now))


def add_missing(session: Session, *, now: datetime) -> None:
    """Let players that nobody has judged yet be judged now."""
    unknown = select(Client.uuid, literal(now, ClientStatus.judge_at.type)).where(
        ~exists().where(ClientStatus.client_uuid == Client.uuid)
    )
    session.execute(insert(ClientStatus).from_select(["client_uuid", "judge_at"], unknown))


def has_due(session: Session, *, now: datetime) -> bool:
    """Whether any player is to be judged."""
    query = select(ClientStatus.client_uuid).where(ClientStatus.judge_at <= now).limit(1)
    return session.scalar(query) is not None


def look_again(session: Session, rows: Sequence[tuple[str, datetime, datetime]]) -> None:
    """Set when players are judged next, `(uuid, due, next)`, unless `due` was changed meanwhile."""
    # Most players are judged every minute without anything new, so this is as lean as can be.
    values = [(uuid, database_time(due), database_time(then)) for uuid, due, then in sorted(rows)]
    if values:
        update_many(session, _LOOK_AGAIN, values)


def note_boots(
    session: Session, rows: Sequence[tuple[str, str | None, str | None, datetime | None]]
) -> None:
    """Write `(uuid, boot, boot before, when it was last back in that)` of players."""
    if rows:
        session.connection().execute(
            update(_STATUSES)
            .where(_STATUSES.c.client_uuid == bindparam("key"))
            .values(
                boot_id=bindparam("boot"),
                boot_id_before=bindparam("before"),
                boot_returned_at=bindparam("returned_at"),
            ),
            [dict(zip(("key", "boot", "before", "returned_at"), row, strict=True)) for row in rows],
        )


def change_status(
    session: Session, row: ClientStatusChange, *, since: datetime, due: datetime, judge_at: datetime
) -> bool:
    """Record a new status; False, and nothing is changed, when `due` was changed meanwhile."""
    found = session.execute(
        update(ClientStatus)
        .where(ClientStatus.client_uuid == row.client_uuid, ClientStatus.judge_at == due)
        .values(status=row.status, reason=row.reason, since=since, judge_at=judge_at)
        .execution_options(synchronize_session=False)
    )
    if not found.rowcount:  # type: ignore[attr-defined]
        return False
    session.add(row)
    return True


def judge_soon(session: Session, client_uuids: Collection[str], *, now: datetime) -> None:
    """Let these players be judged at once."""
    wanted = sorted(client_uuids)
    for start in range(0, len(wanted), MAX_NAMED):
        session.execute(
            update(ClientStatus)
            .where(
                ClientStatus.client_uuid.in_(wanted[start : start + MAX_NAMED]),
                ClientStatus.judge_at > now,
            )
            .values(judge_at=now)
            .execution_options(synchronize_session=False)
        )


def list_changes(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    client_uuids: Collection[str] | None = None,
) -> list[ChangeRow]:
    """Return the changes in a window by player and time, and of each player the last one before.

    Of all players, unless some are named (`MAX_NAMED` at most).
    """
    row = ClientStatusChange
    before = select(row.client_uuid, func.max(row.at).label("at")).where(row.at <= start)
    within: list[ColumnElement[bool]] = [row.at > start, row.at < end]
    if client_uuids is not None:
        before = before.where(row.client_uuid.in_(client_uuids))
        within.append(row.client_uuid.in_(client_uuids))
    # Joined, since MariaDB would look through the whole record for `(client_uuid, at) IN (…)`.
    last = before.group_by(row.client_uuid).subquery()
    columns = select(row.client_uuid, row.at, row.id, row.status, row.reason)
    in_force = columns.join(last, and_(row.client_uuid == last.c.client_uuid, row.at == last.c.at))
    found = [*session.execute(in_force), *session.execute(columns.where(*within))]
    found.sort(key=itemgetter(0, 1, 2))
    return [ChangeRow(uuid, at, status, reason) for uuid, at, _id, status, reason in found]


def list_blind_spans(session: Session, *, start: datetime, end: datetime) -> list[BlindSpan]:
    """Return the blind spans that touch a window, in order."""
    query = select(BlindSpan).where(
        BlindSpan.began_at < end, (BlindSpan.ended_at > start) | BlindSpan.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(BlindSpan.began_at, BlindSpan.id)))


def find_open_blind_span(session: Session) -> BlindSpan | None:
    """Return the blind span that goes on, or None."""
    query = select(BlindSpan).where(BlindSpan.ended_at.is_(None))
    return session.scalars(query.order_by(BlindSpan.id.desc()).limit(1)).first()


def find_last_blind_span(session: Session) -> BlindSpan | None:
    """Return the blind span that ended last, or None."""
    query = select(BlindSpan).where(BlindSpan.ended_at.is_not(None))
    return session.scalars(query.order_by(BlindSpan.ended_at.desc()).limit(1)).first()


def list_last_signs(session: Session, *, since: datetime) -> list[datetime]:
    """Return the last sign of life of each screen in service that gave one since then."""
    query = select(Client.last_alive).where(
        Client.is_active, Client.approved_at.is_not(None), heard_since(since)
    )
    return [at for at in session.scalars(query) if at is not None]


def delete_changes_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete old changes but the one that was in force then; return how many."""
    row, later = ClientStatusChange, aliased(ClientStatusChange)
    is_superseded = exists().where(
        later.client_uuid == row.client_uuid, later.at > row.at, later.at <= before
    )
    wanted = select(row.id).where(row.at < before, is_superseded).limit(limit)
    ids = list(session.scalars(wanted))
    if ids:
        session.execute(delete(row).where(row.id.in_(ids)))
    return len(ids)


def delete_blind_spans_before(session: Session, before: datetime) -> None:
    """Delete blind spans that ended before then."""
    session.execute(delete(BlindSpan).where(BlindSpan.ended_at < before))


def map_groups(session: Session) -> dict[str, int | None]:
    """Return the group of every player by its UUID."""
    found = session.execute(select(Client.uuid, Client.group_id))
    return {uuid: group_id for uuid, group_id in found}  # noqa: C416 - typed rows, not pairs
