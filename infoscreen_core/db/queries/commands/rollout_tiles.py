"""All members of one roll-out at a glance: a few columns of each, however many there are."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientCommand, ClientGroup, RolloutMember
from infoscreen_core.db.queries.clients import SCREEN_NAME
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import LeftOut, MemberStatus


class TileRow(NamedTuple):
    """What is drawn of a member."""

    client_uuid: str
    name: str
    group_name: str | None
    is_removed: bool
    wave: int
    status: MemberStatus
    left_out_reason: LeftOut | None
    put_off_at: datetime | None
    state: State | None
    """Of its command."""


def list_tiles(session: Session, rollout_id: str) -> list[TileRow]:
    """Return all members in the order of their turns."""
    member = RolloutMember
    query = (
        select(
            member.client_uuid,
            func.coalesce(SCREEN_NAME, member.client_name),
            ClientGroup.name,
            Client.uuid.is_(None),
            member.wave,
            member.status,
            member.left_out_reason,
            member.put_off_at,
            func.coalesce(member.outcome, ClientCommand.status),
        )
        .outerjoin(Client, Client.uuid == member.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(ClientCommand, ClientCommand.command_id == member.command_id)
        .where(member.rollout_id == rollout_id)
        .order_by(member.position, member.client_uuid)
    )
    return [
        TileRow(
            uuid, name, group, bool(is_removed), wave, status, left_out, put_off_at,
            state and State(state),
        )
        for uuid, name, group, is_removed, wave, status, left_out, put_off_at, state
        in session.execute(query)
    ]  # fmt: skip
