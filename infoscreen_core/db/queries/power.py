"""Power intents and overrides in the database. Nothing here commits."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from infoscreen_core.db.models import Client, GroupPower, PowerOverride

_MAX_IDS: Final = 500
"""More groups than this are not named one by one in a query."""


def map_group_intents(
    session: Session, group_ids: Collection[int] | None = None, *, is_locked: bool = False
) -> dict[int, GroupPower]:
    """Return what is kept of each group's intent by group id: of all groups, or of these at least."""
    query = select(GroupPower).execution_options(populate_existing=True)
    if group_ids is not None and len(group_ids) <= _MAX_IDS:
        query = query.where(GroupPower.group_id.in_(group_ids))
    if is_locked:
        query = query.order_by(GroupPower.group_id).with_for_update()
    return {row.group_id: row for row in session.scalars(query)}


def delete_group_intents(session: Session, group_ids: Collection[int]) -> None:
    """Forget these groups' intents."""
    session.execute(delete(GroupPower).where(GroupPower.group_id.in_(group_ids)))


def list_overrides(session: Session) -> list[PowerOverride]:
    """Return all overrides, those too that are over and not cleared yet."""
    return list(session.scalars(select(PowerOverride).order_by(PowerOverride.client_uuid)))


def list_overrides_in_force(session: Session, now: datetime) -> list[tuple[PowerOverride, Client]]:
    """Return the overrides in force with their authors and players, the one that ends first in front."""
    rows = session.execute(
        select(PowerOverride, Client)
        .join(Client, Client.uuid == PowerOverride.client_uuid)
        .where(PowerOverride.expires_at > now)
        .options(joinedload(PowerOverride.author))
        .order_by(PowerOverride.expires_at, PowerOverride.client_uuid)
    )
    return [(override, client) for override, client in rows]


def find_override(session: Session, client_uuid: str) -> PowerOverride | None:
    """Return a player's override with its author, over or not."""
    query = select(PowerOverride).where(PowerOverride.client_uuid == client_uuid)
    return session.scalars(query.options(joinedload(PowerOverride.author))).first()


def find_override_for_update(session: Session, client_uuid: str) -> PowerOverride | None:
    """Return a player's override, over or not; others cannot change it until the transaction ends."""
    return session.get(PowerOverride, client_uuid, with_for_update=True, populate_existing=True)


def delete_overrides_ended(session: Session, client_uuids: Collection[str], now: datetime) -> None:
    """Forget those of these players' overrides that are over; one that was renewed meanwhile stays."""
    session.execute(
        delete(PowerOverride).where(
            PowerOverride.client_uuid.in_(client_uuids), PowerOverride.expires_at <= now
        )
    )
