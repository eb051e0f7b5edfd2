"""The record of what TVs were asked to do."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from infoscreen_core.db.models import PowerChange
from infoscreen_core.domain.screens.power import DesiredPower


def note_groups(
    session: Session, rows: Iterable[tuple[int, DesiredPower | None]], *, at: datetime
) -> None:
    """Note what groups' TVs are asked to do from an instant on."""
    session.add_all(
        PowerChange(group_id=group_id, at=at, desired_state=state) for group_id, state in rows
    )


def note_client(
    session: Session,
    client_uuid: str,
    state: DesiredPower | None,
    *,
    at: datetime,
    until: datetime | None = None,
) -> None:
    """Note what an operator ordered for one player's TV; None: the order ended early."""
    session.add(PowerChange(client_uuid=client_uuid, at=at, desired_state=state, until=until))


def list_of_groups(session: Session, *, start: datetime, end: datetime) -> Sequence[PowerChange]:
    """Return the changes of groups in a window, in order, and of each the last one before."""
    return _list(session, PowerChange.group_id, PowerChange.group_id.is_not(None), start, end)


def list_of_clients(
    session: Session,
    *,
    start: datetime,
    end: datetime,
    client_uuids: Collection[str] | None = None,
) -> Sequence[PowerChange]:
    """Return the same of players; of some if they are named (`MAX_NAMED` at most)."""
    of_whom = PowerChange.client_uuid
    wanted = of_whom.is_not(None) if client_uuids is None else of_whom.in_(client_uuids)
    return _list(session, of_whom, wanted, start, end)


def delete_before(session: Session, before: datetime, *, limit: int) -> int:
    """Delete old changes but those that were in force then; return how many.

    `limit` is for those of groups, and for those of players.
    """
    return sum(_delete_before(session, name, before, limit) for name in ("group_id", "client_uuid"))


def _delete_before(session: Session, name: str, before: datetime, limit: int) -> int:
    row, later = PowerChange, aliased(PowerChange)
    is_superseded = exists().where(
        getattr(later, name) == getattr(row, name), later.at > row.at, later.at <= before
    )
    ids = list(session.scalars(select(row.id).where(row.at < before, is_superseded).limit(limit)))
    if ids:
        session.execute(delete(row).where(row.id.in_(ids)))
    return len(ids)


def _list(
    session: Session,
    of_whom: InstrumentedAttribute[Any],
    wanted: ColumnElement[bool],
    start: datetime,
    end: datetime,
) -> Sequence[PowerChange]:
    row = PowerChange
    before = select(of_whom.label("whom"), func.max(row.at).label("at")).where(
        wanted, row.at <= start
    )
    last = before.group_by(of_whom).subquery()
    in_force = select(row).join(last, and_(of_whom == last.c.whom, row.at == last.c.at))
    within = select(row).where(wanted, row.at > start, row.at < end)
    found = [*session.scalars(in_force), *session.scalars(within)]
    return sorted(found, key=lambda one: (one.at, one.id))
