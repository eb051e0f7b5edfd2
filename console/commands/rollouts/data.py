"""What the pages of roll-outs read, shared by all browsers that look at the same."""

from dataclasses import dataclass
from typing import Final

from console.runtime import now, read_session, resources
from console.shared import shared
from infoscreen_core.domain.commands.rollout import OPEN, RolloutStatus
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.commands.foresight import preview
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest
from infoscreen_core.services.commands.rollouts.rollout_tiles import TileView, list_tiles
from infoscreen_core.services.commands.rollouts.rollouts import MemberFilter
from infoscreen_core.services.commands.views import MemberView, RolloutPreview, RolloutView
from infoscreen_core.services.screens.roster import list_group_names

ROWS: Final = 20
"""Roll-outs of one page of the list."""
MEMBERS: Final = 50
"""Screens of one page of a roll-out's table."""


@dataclass(frozen=True)
class Listed:
    """One page of the list, and how many roll-outs there are."""

    rollouts: tuple[RolloutView, ...]
    total: int


@dataclass(frozen=True)
class Whole:
    """A roll-out with all its screens in brief."""

    view: RolloutView
    tiles: tuple[TileView, ...]


@shared(seconds=2.0, entries=16)
def read_list(page: int, statuses: frozenset[RolloutStatus] | None) -> Listed:
    """Return one page of the roll-outs, newest first."""
    with read_session() as session:
        found = rollouts.list_rollouts(
            session, statuses=statuses, limit=ROWS, offset=(page - 1) * ROWS
        )
        return Listed(tuple(found), rollouts.count_rollouts(session, statuses=statuses))


@shared(seconds=2.0, entries=1)
def count_open() -> int:
    """Return how many roll-outs have not ended."""
    with read_session() as session:
        return rollouts.count_rollouts(session, statuses=OPEN)


@shared(seconds=1.5, entries=8)
def read_whole(rollout_id: str) -> Whole | None:
    """Return a roll-out with its screens; None when there is none."""
    with read_session() as session:
        try:
            view = rollouts.get_rollout(session, rollout_id)
        except NotFoundError:
            return None
        return Whole(view, list_tiles(session, rollout_id))


@shared(seconds=1.5, entries=16)
def read_members(rollout_id: str, client_uuids: tuple[str, ...]) -> tuple[MemberView, ...]:
    """Return these of a roll-out's screens, in the order of their turns."""
    wanted = MemberFilter(client_uuids=frozenset(client_uuids))
    with read_session() as session:
        return tuple(rollouts.list_members(session, rollout_id, filters=wanted))


def foresee(request: RolloutRequest) -> RolloutPreview:
    """Return whom a roll-out would reach now; raise as the service does."""
    grace = resources().settings.heartbeat_grace
    with read_session() as session:
        return preview(session, request, grace=grace, now=now())


def read_groups() -> dict[int, str]:
    """Return every group's name by its id, in the saved order."""
    with read_session() as session:
        return dict(list_group_names(session))
