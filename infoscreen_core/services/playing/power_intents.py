"""What power intents should say: for groups by their plans, for players by an operator's order.

`read_plan` works out what each group's TVs should do, and reads what is stored of it. `keep` stores
what changed: an intent keeps its id while state and reason stay the same. `wishes` gives, topic by
topic, what should be retained, and `intent_of` the message with its times of issue and expiry.

An intent's window is the whole stretch around now in which something is on without a gap. Events
that touch are joined for it, read from the index in strides that double: most windows end within
hours, and only a group that is always on needs the whole horizon. How the window began comes from
what is stored, since the index forgets what is over.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.contracts import PowerIntent
from infoscreen_core.contracts.topics import client_power_intent_topic, group_power_intent_topic
from infoscreen_core.db.models import PowerOverride
from infoscreen_core.db.queries import occurrences
from infoscreen_core.db.queries import power as queries
from infoscreen_core.db.queries.monitoring import power_record
from infoscreen_core.db.queries.occurrences import BriefRow
from infoscreen_core.db.queries.power import KeptIntent
from infoscreen_core.domain.events.limits import LOOK_BACK
from infoscreen_core.domain.events.schedule import is_on
from infoscreen_core.domain.screens.power import (
    PowerBasis,
    Window,
    grown,
    intent_basis,
    intent_expires_at,
    is_in_force,
    is_same_intent,
    override_basis,
    window_of,
)

OVERRIDE_KEPT: Final = timedelta(days=1)
_FIRST_STRIDE: Final = timedelta(hours=3)
"""How far the index is read at first for what touches a window; each next stride doubles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedIntent:
    """What one retained power intent should say, except for its times of issue and expiry."""

    intent_id: str
    basis: PowerBasis
    group_id: int | None = None
    client_uuid: str | None = None
    until: datetime | None = None
    """When the override ends, and its intent with it; None for a group's intent."""


@dataclass(frozen=True, slots=True)
class PowerPlan:
    """All that intents are made from; `groups` is empty while nothing is published for groups."""

    groups: Mapping[int, PowerBasis] = field(default_factory=dict)
    kept: Mapping[int, KeptIntent] = field(default_factory=dict)
    overrides: Sequence[PowerOverride] = ()

    @property
    def changed(self) -> dict[int, PowerBasis]:
        """What `keep` must write: groups whose state, reason or window differs from the stored."""
        return {
            group_id: basis
            for group_id, basis in self.groups.items()
            if _differs(self.kept.get(group_id), basis)
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentTimes:
    """How long an intent that is not renewed stays in force."""

    poll_seconds: int
    multiplier: int
    min_expiry_seconds: int

    def expires_at(self, issued_at: datetime) -> datetime:
        """Return when an intent that is issued at this instant expires."""
        return intent_expires_at(
            issued_at,
            poll_interval=timedelta(seconds=self.poll_seconds),
            multiplier=self.multiplier,
            min_expiry=timedelta(seconds=self.min_expiry_seconds),
        )


def read_plan(
    session: Session,
    *,
    now: datetime,
    look_ahead: timedelta,
    are_groups_published: bool,
    before: Mapping[int, PowerBasis] | None = None,
) -> PowerPlan:
    """Return what TVs should do now; windows are followed as far as `look_ahead`.

    `before` is what groups were told last, to be given only if nobody has changed the plan since:
    windows in it that are not over are taken over unread.
    """
    kept = queries.map_group_intents(session)
    groups = (
        _group_bases(session, kept, before or {}, now, now + look_ahead)
        if are_groups_published
        else {}
    )
    return PowerPlan(groups, kept, queries.list_overrides(session))


def keep(
    session: Session, bases: Mapping[int, PowerBasis], *, now: datetime
) -> dict[int, KeptIntent]:
    """Store these groups' intents, with a new id where state or reason changed; return the rows.

    Where the state changed, it goes on record.
    """
    kept = queries.map_group_intents(session, bases, is_locked=True)
    rows = {
        group_id: _row(group_id, basis, kept.get(group_id), now)
        for group_id, basis in bases.items()
    }
    queries.insert_group_intents(
        session, [row for group_id, row in rows.items() if group_id not in kept]
    )
    queries.update_group_intents(
        session, [row for group_id, row in rows.items() if group_id in kept]
    )
    power_record.note_groups(
        session,
        [
            (group_id, row.desired_state)
            for group_id, row in rows.items()
            if group_id not in kept or kept[group_id].desired_state is not row.desired_state
        ],
        at=now,
    )
    return rows


def wishes(plan: PowerPlan, *, now: datetime) -> dict[str, WantedIntent | None]:
    """Return by topic what should be retained; None where a message is to be cleared."""
    wanted: dict[str, WantedIntent | None] = {
        group_power_intent_topic(group_id): None for group_id in plan.kept
    }
    for group_id, basis in plan.groups.items():
        if row := plan.kept.get(group_id):
            wish = WantedIntent(intent_id=row.intent_id, basis=basis, group_id=group_id)
            wanted[group_power_intent_topic(group_id)] = wish
    for override in plan.overrides:
        wanted[client_power_intent_topic(override.client_uuid)] = _order(override, now)
    return wanted


def intent_of(wish: WantedIntent, times: IntentTimes, *, issued_at: datetime) -> PowerIntent:
    """Return the intent as players read it; that of an override never outlives the override."""
    window, mine = wish.basis.window, {"client_uuid": wish.client_uuid} if wish.client_uuid else {}
    expires_at = times.expires_at(issued_at)
    return PowerIntent(
        schema_version="1.0",
        intent_id=wish.intent_id,
        group_id=wish.group_id,
        desired_state=wish.basis.desired_state,
        reason=wish.basis.reason,
        issued_at=issued_at,
        expires_at=min(expires_at, wish.until) if wish.until else expires_at,
        poll_interval_sec=times.poll_seconds,
        active_event_ids=list(wish.basis.active_event_ids),
        event_window_start=window.start if window else None,
        event_window_end=window.end if window else None,
        **mine,
    )


def next_end(plan: PowerPlan, *, now: datetime) -> datetime | None:
    """Return when the next override ends, or None."""
    ends = (override.expires_at for override in plan.overrides)
    return min((end for end in ends if end > now), default=None)


def forget_cleared(
    session: Session, topics: Collection[str], plan: PowerPlan, *, now: datetime
) -> None:
    """Forget intents and overrides whose retained message is gone from the broker.

    An override stays for `OVERRIDE_KEPT` after its end: a clock that was set ahead by mistake may
    be set back.
    """
    groups = [one for one in plan.kept if group_power_intent_topic(one) in topics]
    players = [
        o.client_uuid for o in plan.overrides if client_power_intent_topic(o.client_uuid) in topics
    ]
    if groups:
        queries.delete_group_intents(session, groups)
        power_record.note_groups(session, [(one, None) for one in groups], at=now)
    if players:
        queries.delete_overrides_ended(session, players, now - OVERRIDE_KEPT)


def list_forgettable(plan: PowerPlan, topics: Collection[str], *, now: datetime) -> set[str]:
    """Return those of the topics, all cleared, of which nothing need be kept any longer."""
    kept = {
        client_power_intent_topic(override.client_uuid)
        for override in plan.overrides
        if override.expires_at > now - OVERRIDE_KEPT
    }
    return set(topics) - kept


def _group_bases(
    session: Session,
    kept: Mapping[int, KeptIntent],
    before: Mapping[int, PowerBasis],
    now: datetime,
    horizon: datetime,
) -> dict[int, PowerBasis]:
    """Return what each group's plan asks of its TVs now."""
    active = defaultdict[int, list[BriefRow]](list)
    for row in occurrences.list_brief_active(session, now):
        active[row.group_id].append(row)
    windows = {
        group_id: window for group_id in active if (window := _lasting(before.get(group_id), now))
    }
    windows |= _windows(
        session, {g: rows for g, rows in active.items() if g not in windows}, kept, now, horizon
    )
    return {
        group_id: intent_basis(
            active.get(group_id, ()), now, stretches=_only(windows.get(group_id))
        )
        for group_id in occurrences.list_group_ids(session)
    }


def _only(window: Window | None) -> tuple[Window, ...]:
    return () if window is None else (window,)


def _lasting(basis: PowerBasis | None, now: datetime) -> Window | None:
    window = basis.window if basis else None
    return window if window and is_on(window, now) else None


def _windows(
    session: Session,
    active: Mapping[int, list[BriefRow]],
    kept: Mapping[int, KeptIntent],
    now: datetime,
    horizon: datetime,
) -> dict[int, Window]:
    """Return, for each of these groups, which are on, the stretch around now without a gap.

    The index forgets events that are over, so the past of a window is taken from what is stored;
    only where nothing is, the index is read backwards too.
    """
    windows = {}
    for group_id, rows in active.items():
        past = _kept_past(kept.get(group_id), now)
        first, *others = map(window_of, rows)
        windows[group_id] = grown(first, [*others, *past])
    fresh = [group_id for group_id in active if not _kept_past(kept.get(group_id), now)]
    for since, until in _strides(now, now - LOOK_BACK):
        _extend(session, windows, fresh, since, until)
        fresh = [group_id for group_id in fresh if windows[group_id].start <= since]
    open_ended: list[int] = list(windows)
    for since, until in _strides(now, horizon):
        _extend(session, windows, open_ended, since, until)
        open_ended = [group_id for group_id in open_ended if windows[group_id].end >= until]
    return windows


def _strides(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the strides from `start` to `end`, in either direction, each as (earlier, later)."""
    stride = _FIRST_STRIDE
    while start != end:
        step = min(start + stride, end) if start < end else max(start - stride, end)
        yield min(start, step), max(start, step)
        start, stride = step, stride * 2


def _extend(
    session: Session,
    windows: dict[int, Window],
    group_ids: Collection[int],
    since: datetime,
    until: datetime,
) -> None:
    """Join to the windows whatever touches them and lies, at least in part, in this stride."""
    if not group_ids:
        return
    spans = defaultdict[int, list[Window]](list)
    for row in occurrences.list_spans(session, since, until, group_ids):
        spans[row.group_id].append(window_of(row))
    for group_id in group_ids:
        windows[group_id] = grown(windows[group_id], spans[group_id])


def _kept_past(row: KeptIntent | None, now: datetime) -> list[Window]:
    # Only the past of a stored window counts: its future may have been planned anew since.
    if row is None or row.window_start is None or row.window_end is None or row.window_start >= now:
        return []
    return [Window(row.window_start, min(row.window_end, now))]


def _differs(row: KeptIntent | None, basis: PowerBasis) -> bool:
    return (
        row is None or not is_same_intent(row, basis) or row[-2:] != (basis.window or (None, None))
    )


def _row(group_id: int, basis: PowerBasis, kept: KeptIntent | None, now: datetime) -> KeptIntent:
    is_kept = kept is not None and is_same_intent(kept, basis)
    intent_id, since = (kept.intent_id, kept.since) if kept and is_kept else (str(uuid4()), now)
    window_start, window_end = basis.window or (None, None)
    return KeptIntent(
        group_id, intent_id, basis.desired_state, basis.reason, since, window_start, window_end
    )


def _order(override: PowerOverride, now: datetime) -> WantedIntent | None:
    if not is_in_force(override, now):
        return None
    return WantedIntent(
        intent_id=override.intent_id,
        basis=override_basis(override.desired_state),
        client_uuid=override.client_uuid,
        until=override.expires_at,
    )
