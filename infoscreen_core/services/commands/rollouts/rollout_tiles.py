"""All screens of one roll-out at a glance, as its page draws them."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.commands.rollout_tiles import list_tiles as list_rows
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import LeftOut, MemberStatus

_FOR_GOOD: Final = frozenset({LeftOut.PENDING, LeftOut.OUT_OF_SERVICE, LeftOut.REMOVED})


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
    group_name: str | None = None
    is_removed: bool = False
    """Whether there is no such screen any more."""

    @property
    def is_left(self) -> bool:
        """Whether the command is still to do: another roll-out may do what this one did not.

        Not of a screen that needs hands on site, or that no command is for.
        """
        if self.is_removed or self.status in {MemberStatus.WAITING, MemberStatus.ISSUED}:
            return False
        if self.status is MemberStatus.LEFT_OUT:
            return self.left_out_reason not in _FOR_GOOD
        return self.state not in {State.COMPLETED, State.MANUAL_INTERVENTION_REQUIRED}


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
            row.group_name,
            row.is_removed,
        )
        for row in list_rows(session, rollout_id)
    )
