"""All screens of one roll-out at a glance, as its page draws them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.commands.rollout_tiles import list_tiles as list_rows
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import LeftOut, MemberStatus


@dataclass(frozen=True, slots=True)
class TileView:
    """What a roll-out does with one screen, in brief."""

    client_uuid: str
    name: str
    wave: int
    """From 1 on; 0 of one that was left out from the start."""
    status: MemberStatus
    left_out_reason: LeftOut | None
    is_put_off: bool
    """Whether it waits because it shows something of priority."""
    state: State | None
    """Of its command; None while it has none."""


def list_tiles(session: Session, rollout_id: str) -> tuple[TileView, ...]:
    """Return all screens of a roll-out in the order of their turns."""
    return tuple(
        TileView(
            row.client_uuid,
            row.name,
            row.wave,
            row.status,
            row.left_out_reason,
            row.status is MemberStatus.WAITING and row.put_off_at is not None,
            row.state,
        )
        for row in list_rows(session, rollout_id)
    )
