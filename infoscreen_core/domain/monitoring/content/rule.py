"""Whether a screen shows what was published for its group: the first rule that holds wins.

What a screen shows is known by its report (the event that it names, with each heartbeat) and by its
pictures. Neither tells when the screen has a new list; so one counts as behind only after the time
in which every player says what it shows, and until then what was known of it holds. That time
begins when the list was published, when the screen came back from silence or into the group, and
when we see again after a time in which we did not.

Players show the first event of a list. One that takes turns among those of the same priority does
well too; one that shows an event of lower priority does not.

A report is believed unless a picture contradicts it: one that is black or frozen was taken since
the list was published, or all of them are old, however fresh they arrive. A player that has never
named an event is not behind for naming none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
    Published,
)
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth

REPORT_GRACE: Final = timedelta(seconds=75)
"""Within it every player that runs says what it shows: it does so every 65 s."""
SETTLING: Final = timedelta(seconds=10)
"""A player may follow a list before that is on record."""
_DOWN: Final = frozenset({ProcessStatus.CRASHED, ProcessStatus.STOPPED})
_UNHEARD: Final = frozenset({None, ContentReason.OFFLINE, ContentReason.OUT_OF_SERVICE})
_INCOMPARABLE: Final = frozenset(
    {
        ContentReason.OFFLINE,
        ContentReason.OUT_OF_SERVICE,
        ContentReason.UNASSIGNED,
        ContentReason.NOT_PUBLISHED,
    }
)
"""Where nothing is compared; else each new list would be a change of what screens show."""
_HELD: Final = frozenset({Content.AS_PLANNED, Content.BEHIND})


@dataclass(slots=True, kw_only=True)  # not frozen, which takes twice the time
class ContentFacts:
    """What is known of one player and its TV when it is judged."""

    now: datetime
    is_in_service: bool
    silent_since: datetime | None
    """None: it is heard."""
    seen_since: datetime | None
    """When we saw our screens again after a time in which we did not."""
    group_id: int | None
    published: Published | None
    said_event_id: int | None
    process_status: ProcessStatus | None
    screen_health: ScreenHealth
    pictured_at: datetime | None
    """When the newest picture was taken, by our clock."""
    is_picture_stale: bool
    began_pictured_at: datetime | None
    """When the newest picture came that was taken as something came onto the screen."""
    power_state: ObservedPower
    power_since: datetime | None
    is_held_off: bool
    """Whether an operator holds the TV off."""


@dataclass(slots=True)
class Truth:
    """What is held to be true of a screen, since when, and what it was judged by."""

    state: Content | None = None
    """None: it is not in service, or was never judged."""
    reason: ContentReason | None = None
    """None: it was never judged."""
    since: datetime | None = None
    """When the state began."""
    planned_id: int | None = None
    shown_id: int | None = None
    said_id: int | None = None
    """What it said last, which need not be judged yet."""
    said_since: datetime | None = None
    """None: it has never named an event."""
    group_id: int | None = None

    def is_same(self, other: "Truth") -> bool:
        """Whether readers are told the same."""
        return (self.state, self.reason, self.planned_id, self.shown_id) == (
            other.state,
            other.reason,
            other.planned_id,
            other.shown_id,
        )


@dataclass(slots=True)
class ContentJudgement:
    """What a screen is found to show, and when to look again, if that is known."""

    truth: Truth
    began: datetime
    """When what readers are told began."""
    look_at: datetime | None = None


def judge_content(facts: ContentFacts, known: Truth) -> ContentJudgement:
    """Return what a screen shows; `known` is what was found before."""
    said_since = _said_since(facts, known)
    reason = _find_reason(facts, has_named=said_since is not None)
    state = _STATES[reason]
    if state is not Content.BEHIND:
        return _judgement(facts, known, reason, said_since, _began(facts, reason))
    waits = _waits_since(facts, known)
    until = max(waits + REPORT_GRACE, (said_since or waits) + SETTLING)
    if facts.now >= until:
        began = min(max(waits, _disagrees_since(facts, reason, said_since)), facts.now)
        return _judgement(facts, known, reason, said_since, began)
    return _held(facts, known, said_since, until)


def _said_since(facts: ContentFacts, known: Truth) -> datetime | None:
    said = facts.said_event_id
    if said == known.said_id and (said is None or known.said_since is not None):
        return known.said_since
    return facts.now


def _find_reason(facts: ContentFacts, *, has_named: bool) -> ContentReason:
    if not facts.is_in_service:
        return ContentReason.OUT_OF_SERVICE
    if facts.silent_since is not None:
        return ContentReason.OFFLINE
    if facts.group_id is None:
        return ContentReason.UNASSIGNED
    if facts.published is None:
        return ContentReason.NOT_PUBLISHED
    return _by_signs(facts, facts.published) or (
        _by_report(facts, facts.published.events)
        if has_named
        else _by_beginning(facts, facts.published)
    )


def _by_signs(facts: ContentFacts, published: Published) -> ContentReason | None:
    """Return what TV, process and picture say, whatever the player reports."""
    events = published.events
    if facts.is_held_off and facts.power_state is not ObservedPower.ON:
        return ContentReason.OFF_ON_PURPOSE
    if facts.power_state is ObservedPower.OFF:
        return ContentReason.TV_OFF if events else ContentReason.OFF_ON_PURPOSE
    if facts.process_status in _DOWN:
        return ContentReason.NOT_RUNNING if events else ContentReason.NOTHING_PLANNED
    if not events or facts.is_picture_stale or not _is_since(facts.pictured_at, published):
        return None
    return _PICTURES.get(facts.screen_health)


def _by_beginning(facts: ContentFacts, published: Published) -> ContentReason:
    if _is_since(facts.began_pictured_at, published):
        return ContentReason.PICTURED
    return ContentReason.NOT_REPORTED


def _by_report(facts: ContentFacts, events: Sequence[PlannedEvent]) -> ContentReason:
    said = facts.said_event_id
    if not events:
        return ContentReason.NOTHING_PLANNED if said is None else ContentReason.OUTLASTS_PLAN
    if said is None:
        return ContentReason.SHOWS_NOTHING
    if not _is_planned(said, events):
        return ContentReason.OTHER_EVENT
    return ContentReason.PICTURE_STALE if facts.is_picture_stale else ContentReason.REPORTED


def _is_since(at: datetime | None, published: Published) -> bool:
    return at is not None and at >= published.at


_PICTURES: Final = {
    ScreenHealth.BLACK: ContentReason.BLACK,
    ScreenHealth.FROZEN: ContentReason.FROZEN,
}
_STATES: Final = {
    ContentReason.REPORTED: Content.AS_PLANNED,
    ContentReason.PICTURED: Content.AS_PLANNED,
    ContentReason.NOTHING_PLANNED: Content.AS_PLANNED,
    ContentReason.OFF_ON_PURPOSE: Content.AS_PLANNED,
    ContentReason.OTHER_EVENT: Content.BEHIND,
    ContentReason.SHOWS_NOTHING: Content.BEHIND,
    ContentReason.OUTLASTS_PLAN: Content.BEHIND,
    ContentReason.NOT_RUNNING: Content.BEHIND,
    ContentReason.BLACK: Content.BEHIND,
    ContentReason.FROZEN: Content.BEHIND,
    ContentReason.TV_OFF: Content.BEHIND,
    ContentReason.OFFLINE: Content.UNKNOWN,
    ContentReason.NOT_YET: Content.UNKNOWN,
    ContentReason.NOT_REPORTED: Content.UNKNOWN,
    ContentReason.PICTURE_STALE: Content.UNKNOWN,
    ContentReason.UNASSIGNED: Content.UNKNOWN,
    ContentReason.NOT_PUBLISHED: Content.UNKNOWN,
    ContentReason.OUT_OF_SERVICE: None,
}


def _is_planned(said: int, events: Sequence[PlannedEvent]) -> bool:
    first = events[0]
    return said == first.event_id or any(
        one.event_id == said and one.priority == first.priority for one in events
    )


def _waits_since(facts: ContentFacts, known: Truth) -> datetime:
    """Return since when the player has had the time to follow its list, and to say so."""
    if known.reason in _UNHEARD or known.group_id != facts.group_id or facts.published is None:
        return facts.now
    times = [facts.published.at]
    if known.reason is ContentReason.NOT_YET and known.since is not None:
        times.append(known.since)
    if facts.seen_since is not None:
        times.append(facts.seen_since)
    return min(max(times), facts.now)  # a clock may have been set back


def _disagrees_since(
    facts: ContentFacts, reason: ContentReason, said_since: datetime | None
) -> datetime:
    found = {
        ContentReason.NOT_RUNNING: facts.now,
        ContentReason.BLACK: facts.pictured_at,
        ContentReason.FROZEN: facts.pictured_at,
        ContentReason.TV_OFF: facts.power_since,
    }.get(reason, said_since)
    return found or facts.now


def _began(facts: ContentFacts, reason: ContentReason) -> datetime:
    if reason is ContentReason.OFFLINE and facts.silent_since is not None:
        return min(facts.silent_since, facts.now)
    return facts.now


def _judgement(
    facts: ContentFacts,
    known: Truth,
    reason: ContentReason,
    said_since: datetime | None,
    began: datetime,
) -> ContentJudgement:
    state = _STATES[reason]
    goes_on = known.reason is not None and known.state is state
    compares = reason not in _INCOMPARABLE
    truth = Truth(
        state,
        reason,
        known.since if goes_on and known.since is not None else began,
        _first_id(facts) if compares else None,
        facts.said_event_id if compares else None,
        facts.said_event_id,
        said_since,
        facts.group_id,
    )
    return ContentJudgement(truth, began)


def _held(
    facts: ContentFacts, known: Truth, said_since: datetime | None, until: datetime
) -> ContentJudgement:
    """Return what was known, until it is time to say that the screen is behind."""
    truth = Truth(
        Content.UNKNOWN, ContentReason.NOT_YET, facts.now, _first_id(facts), facts.said_event_id
    )
    if known.group_id == facts.group_id and known.state in _HELD:
        truth = Truth(known.state, known.reason, known.since, known.planned_id, known.shown_id)
    elif known.group_id == facts.group_id and known.reason is ContentReason.NOT_YET:
        truth.since = known.since
    truth.said_id, truth.said_since = facts.said_event_id, said_since
    truth.group_id = facts.group_id
    return ContentJudgement(truth, facts.now, until)


def _first_id(facts: ContentFacts) -> int | None:
    events = facts.published.events if facts.published else ()
    return events[0].event_id if events else None
