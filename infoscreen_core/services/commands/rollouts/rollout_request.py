"""What somebody asks of a roll-out: which screens, which command, how carefully."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.commands import rollouts as queries
from infoscreen_core.db.queries.groups import map_names
from infoscreen_core.db.queries.monitoring import incidents
from infoscreen_core.db.queries.monitoring.lists import players
from infoscreen_core.domain.commands.lifecycle import DEFAULT_EXPIRY, Action
from infoscreen_core.domain.commands.rollout import LeftOut, Limits, RolloutSource, Waves
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetWish
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services.screens.clients import parse_uuid
from infoscreen_core.services.screens.groups import get_group


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which screens are meant: all that any of these names."""

    client_uuids: tuple[str, ...] = ()
    group_ids: tuple[int | None, ...] = ()
    """None stands for the screens in no group."""
    wish: FleetWish | None = None
    """Those that a list of screens shows under this filter."""
    incident_id: int | None = None
    """The screen of an incident, or those of the incidents that an outage explains."""
    is_everything: bool = False
    """All screens, in service or not: whoever is left out is told of."""

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing at all."""
        return self == Target()


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutRequest:
    """A roll-out as somebody wants it."""

    action: Action
    reason: str
    target: Target
    canary: Target | None = None
    """Those of its screens that come first, as a wave of their own."""
    waves: Waves = field(default_factory=Waves)
    limits: Limits = field(default_factory=Limits)
    window: LocalWindow | None = None
    """Commands are issued only while it is open; None: at any time."""
    skip_priority: bool = True
    """Whether screens that show something of priority are left for later."""
    skip_events: bool = False
    """Whether screens that show any event but a background are left for later."""
    expiry: timedelta = DEFAULT_EXPIRY
    """Of each command."""
    source: RolloutSource = RolloutSource.BY_HAND


class NobodyTakesPartError(InvalidInputError):
    """No screen is chosen, or none of those that are chosen can take part."""

    def __init__(
        self,
        template: str,
        left_out: Mapping[str, LeftOut] | None = None,
        **params: object,
    ) -> None:
        super().__init__(template, field="target", **params)
        self.left_out = left_out or {}
        """Why each of those that are chosen cannot, by UUID."""

    @property
    def is_for_now(self) -> bool:
        """Whether some could once another roll-out has ended."""
        return LeftOut.IN_OTHER_ROLLOUT in self.left_out.values()


def find_screens(session: Session, request: RolloutRequest, *, now: datetime) -> list[str]:
    """Return the UUIDs of the screens that are meant, canaries first, else by group and name.

    Raises `InvalidInputError` when nothing is named, there is no such screen, or no canary is among
    them, and `NotFoundError` for a screen, group or incident that does not exist.
    """
    wanted = _resolve(session, request.target, now)
    if not wanted:
        raise NobodyTakesPartError(
            "No screen is chosen, so there is nothing to roll out; choose a group or screens."
        )
    canaries = find_canaries(session, request, wanted, now=now)
    wish = FleetWish(show=FleetFilter.ANYTHING)
    ordered = players.list_uuids(session, wish, now=now, window=LOG_WINDOW, among=wanted)
    return sorted(ordered, key=lambda uuid: uuid not in canaries)  # stable: else as it was


def find_canaries(
    session: Session, request: RolloutRequest, wanted: set[str], *, now: datetime
) -> set[str]:
    """Return those of the screens that come first; raise `InvalidInputError` if none is one."""
    if request.canary is None or request.canary.is_empty:
        return set()
    canaries = _resolve(session, request.canary, now) & wanted
    if not canaries:
        raise InvalidInputError(
            "None of the screens that shall come first takes part; choose some of those that do.",
            field="canary",
        )
    return canaries


def describe_target(session: Session, target: Target) -> dict[str, Any]:
    """Return how screens were chosen, for people: names of groups, numbers, the filter."""
    found: dict[str, Any] = {}
    if target.client_uuids:
        found["screens"] = len(set(target.client_uuids))
    if target.group_ids:
        names = map_names(session)
        found["groups"] = [None if one is None else names.get(one) for one in target.group_ids]
    if target.wish is not None:
        found["filter"] = {key: value for key, value in asdict(target.wish).items() if value}
    if target.incident_id is not None:
        found["incident_id"] = target.incident_id
    if target.is_everything:
        found["everything"] = True
    return found


def _resolve(session: Session, target: Target, now: datetime) -> set[str]:
    found = _known(session, target.client_uuids)
    if target.group_ids:
        for group_id in target.group_ids:
            _check_group(session, group_id)
        # In service or not: whoever is left out is told of.
        in_groups = FleetWish(show=FleetFilter.APPROVED, groups=target.group_ids)
        found |= _found(session, in_groups, now)
    if target.is_everything:
        found |= _found(session, FleetWish(show=FleetFilter.APPROVED), now)
    if target.wish is not None:
        found |= _found(session, target.wish, now)
    if target.incident_id is not None:
        found |= _of_incident(session, target.incident_id)
    return found


def _known(session: Session, uuids: tuple[str, ...]) -> set[str]:
    wanted = {parse_uuid(uuid) for uuid in uuids}
    missing = wanted - queries.map_clients(session, wanted).keys()
    if missing:
        raise NotFoundError(
            "There is no screen with the UUID {uuid}.", field="client_uuid", uuid=min(missing)
        )
    return wanted


def _check_group(session: Session, group_id: int | None) -> None:
    if group_id is not None:
        get_group(session, group_id)


def _found(session: Session, wish: FleetWish, now: datetime) -> set[str]:
    return set(players.list_uuids(session, wish, now=now, window=LOG_WINDOW))


def _of_incident(session: Session, incident_id: int) -> set[str]:
    incident = incidents.find(session, incident_id)
    if incident is None:
        raise NotFoundError("There is no incident {id}.", field="id", id=incident_id)
    return set(queries.list_clients_of_incident(session, incident))
