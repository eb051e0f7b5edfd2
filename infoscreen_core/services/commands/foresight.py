"""What commands would interrupt, and whom a roll-out would reach: what people confirm."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client
from infoscreen_core.db.queries.commands import rollouts as queries
from infoscreen_core.db.queries.groups import map_names
from infoscreen_core.db.queries.occurrences import BriefRow, list_brief_active
from infoscreen_core.domain.commands.lifecycle import (
    LOCKOUT_WINDOW,
    RESTARTS,
    Action,
    is_locked_out,
)
from infoscreen_core.domain.commands.rollout import LeftOut
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.schedule import on_screen
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.domain.text.elapsed import is_within
from infoscreen_core.services.commands.rollouts.rollout_request import (
    RolloutRequest,
    find_canaries,
    find_screens,
)
from infoscreen_core.services.commands.views import (
    ForeseenScreen,
    InterruptedView,
    Interruptions,
    RolloutPreview,
)

_NEVER_IN: Mapping[Standing, LeftOut] = {
    Standing.PENDING: LeftOut.PENDING,
    Standing.REJECTED: LeftOut.PENDING,
    Standing.OUT_OF_SERVICE: LeftOut.OUT_OF_SERVICE,
}


def interruptions(
    session: Session, client_uuids: Collection[str], *, now: datetime
) -> Interruptions:
    """Return what commands to these screens interrupt now, and until when it would have lasted."""
    clients = queries.map_clients(session, client_uuids).values()
    return _interruptions(session, (client.group_id for client in clients), now)


def preview(
    session: Session, request: RolloutRequest, *, grace: timedelta, now: datetime
) -> RolloutPreview:
    """Return whom a roll-out would reach, who is left out and why, and what it interrupts now.

    `grace` is how long a silent player counts as alive. Raises as `start_rollout` does for screens
    that are not there, but returns a preview also when nobody is left to take part.
    """
    uuids = find_screens(session, request, now=now)
    clients = queries.map_clients(session, uuids)
    never = left_out_at_start(session, clients, uuids)
    numbers = wave_numbers(session, request, uuids, never, now=now)
    now_out = {**_left_out_now(session, request.action, clients, grace, now), **never}
    spared = spared_groups(session, request, now=now)
    screens = tuple(
        ForeseenScreen(
            uuid,
            clients[uuid].display_name,
            clients[uuid].group_id,
            numbers.get(uuid, 0),
            now_out.get(uuid),
            is_put_off=clients[uuid].group_id in spared,
        )
        for uuid in uuids
    )
    met = [one.group_id for one in screens if one.left_out is None and not one.is_put_off]
    opens_at = request.window.next_opening(now) if request.window else now
    return RolloutPreview(
        screens,
        tuple(Counter(numbers.values()).values()),
        _interruptions(session, met, now),
        opens_at if opens_at > now else None,
    )


def left_out_at_start(
    session: Session, clients: Mapping[str, Client], uuids: Sequence[str]
) -> dict[str, LeftOut]:
    """Return who takes no part from the beginning, and why."""
    others = queries.list_in_rollouts(session, uuids)
    found = dict.fromkeys(others, LeftOut.IN_OTHER_ROLLOUT)
    for uuid in uuids:
        reason = standing_reason(clients[uuid])
        if reason is not None:
            found[uuid] = reason
    return found


def standing_reason(client: Client) -> LeftOut | None:
    """Return why a player can take part in no roll-out; None when it is in service."""
    return _NEVER_IN.get(client.standing)


def wave_numbers(
    session: Session,
    request: RolloutRequest,
    uuids: Sequence[str],
    never: Collection[str],
    *,
    now: datetime,
) -> dict[str, int]:
    """Return the wave of each screen that takes part."""
    taking_part = [uuid for uuid in uuids if uuid not in never]
    canaries = find_canaries(session, request, set(uuids), now=now)
    first = sum(uuid in canaries for uuid in taking_part)
    numbers = request.waves.numbers(len(taking_part), canaries=first)
    return dict(zip(taking_part, numbers, strict=True))


def is_reachable(client: Client, *, grace: timedelta, now: datetime) -> bool:
    """Whether a player counts as alive."""
    return client.last_alive is not None and is_within(client.last_alive, grace, now=now)


class Sparing(Protocol):
    """A roll-out, or the wish for one, that leaves some screens for later."""

    @property
    def skip_priority(self) -> bool:
        """Whether those that show something of priority, such as an emergency."""

    @property
    def skip_events(self) -> bool:
        """Whether those that show any event but a background."""


def spared_groups(session: Session, rollout: Sparing, *, now: datetime) -> frozenset[int]:
    """Return the groups whose screens now show what the roll-out leaves alone."""
    if not rollout.skip_priority and not rollout.skip_events:
        return frozenset()
    least = Priority.BACKGROUND + 1 if rollout.skip_events else Priority.HIGH
    leading = _leading(session, now)
    return frozenset(group_id for group_id, row in leading.items() if row.priority >= least)


def _left_out_now(
    session: Session,
    action: Action,
    clients: Mapping[str, Client],
    grace: timedelta,
    now: datetime,
) -> dict[str, LeftOut]:
    """Return who would get no command if their turn were now."""
    found: dict[str, LeftOut] = {}
    if action in RESTARTS:
        since = now - LOCKOUT_WINDOW
        for uuid, times in queries.map_restart_times(session, list(clients), since=since).items():
            if is_locked_out(times, now=now):
                found[uuid] = LeftOut.LOCKED_OUT
    for uuid, client in clients.items():
        if not is_reachable(client, grace=grace, now=now):
            found[uuid] = LeftOut.OFFLINE
    return found


def _interruptions(
    session: Session, group_ids: Iterable[int | None], now: datetime
) -> Interruptions:
    screens, leading = Counter(group_ids), _leading(session, now)
    interrupted = tuple(
        InterruptedView(
            group_id, name, row.title, row.start, row.end, row.priority, screens[group_id]
        )
        for group_id, name in map_names(session).items()
        if screens[group_id] and (row := leading.get(group_id))
    )
    return Interruptions(interrupted, screens.total() - sum(one.screens for one in interrupted))


def _leading(session: Session, now: datetime) -> dict[int, BriefRow]:
    """Return what leads in each group in which something plays."""
    by_group: dict[int, list[BriefRow]] = {}
    for row in list_brief_active(session, now):
        by_group.setdefault(row.group_id, []).append(row)
    return {group_id: on_screen(rows)[0] for group_id, rows in by_group.items()}
