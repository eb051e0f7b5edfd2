"""Power intents and overrides in the database. Nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session, joinedload

from infoscreen_core.db.base import MAX_NAMED, Base
from infoscreen_core.db.models import Client, GroupPower, PowerOverride
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason

_KEPT: Final = Base.metadata.tables[GroupPower.__tablename__]


class KeptIntent(NamedTuple):
    """What is kept of a group's intent; see `GroupPower`."""

    group_id: int
    intent_id: str
    desired_state: DesiredPower
    reason: PowerReason
    since: datetime
    window_start: datetime | None
    window_end: datetime | None


def map_group_intents(
    session: Session, group_ids: Collection[int] | None = None, *, is_locked: bool = False
) -> dict[int, KeptIntent]:
    """Return what is kept of each group's intent by group id; other groups may be included."""
    query = select(*_KEPT.columns)
    if group_ids is not None and len(group_ids) <= MAX_NAMED:
        query = query.where(_KEPT.c.group_id.in_(group_ids))
    if is_locked:
        query = query.order_by(_KEPT.c.group_id).with_for_update()
    return {row.group_id: row for row in map(KeptIntent._make, session.execute(query))}


def insert_group_intents(session: Session, rows: Sequence[KeptIntent]) -> None:
    """Keep intents of groups that had none."""
    if rows:
        session.execute(insert(_KEPT), [row._asdict() for row in rows])


def update_group_intents(session: Session, rows: Sequence[KeptIntent]) -> None:
    """Keep these intents in place of what was kept of their groups."""
    if rows:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in KeptIntent._fields if name != "group_id"
        }
        session.connection().execute(
            update(_KEPT).where(_KEPT.c.group_id == bindparam("new_group_id")).values(values),
            [{f"new_{name}": value for name, value in row._asdict().items()} for row in rows],
        )


def delete_group_intents(session: Session, group_ids: Collection[int]) -> None:
    """Forget these groups' intents."""
    session.execute(delete(GroupPower).where(GroupPower.group_id.in_(group_ids)))


def list_overrides(session: Session) -> list[PowerOverride]:
    """Return all overrides, including those that are over and not cleared yet."""
    return list(session.scalars(select(PowerOverride).order_by(PowerOverride.client_uuid)))


def list_overrides_in_force(session: Session, now: datetime) -> list[tuple[PowerOverride, Client]]:
    """Return the overrides in force with their authors and players, the first to end first."""
    rows = session.execute(
        select(PowerOverride, Client)
        .join(Client, Client.uuid == PowerOverride.client_uuid)
        .where(PowerOverride.expires_at > now)  # domain.screens.power.is_in_force
        .options(joinedload(PowerOverride.author))
        .order_by(PowerOverride.expires_at, PowerOverride.client_uuid)
    )
    return [(override, client) for override, client in rows]


def find_override(session: Session, client_uuid: str) -> PowerOverride | None:
    """Return a player's override with its author, over or not."""
    query = select(PowerOverride).where(PowerOverride.client_uuid == client_uuid)
    return session.scalars(query.options(joinedload(PowerOverride.author))).first()


def find_override_for_update(session: Session, client_uuid: str) -> PowerOverride | None:
    """Return a player's override, over or not, locked until the transaction ends."""
    return session.get(PowerOverride, client_uuid, with_for_update=True, populate_existing=True)


def delete_overrides_ended(session: Session, client_uuids: Collection[str], now: datetime) -> None:
    """Forget these players' overrides that are over; one renewed in the meantime stays."""
    # The last condition is the opposite of `domain.screens.power.is_in_force`.
    session.execute(
        delete(PowerOverride).where(
            PowerOverride.client_uuid.in_(client_uuids), PowerOverride.expires_at <= now
        )
    )
