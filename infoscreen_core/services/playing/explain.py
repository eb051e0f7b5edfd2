"""Answer “Why is this (not) showing?” for any group and instant, in sentences.

First the plan of that instant is sorted into a `_Situation`: what players get, what waits behind an
emergency, what was taken out of its series, what is switched off, and what has nothing to show.
From that the reasons follow, the weightiest first. Within the index's horizon the index answers,
before and beyond it the rules do, as in the calendar.

`explain_timing` words times and exceptions, `explain_contents` missing contents. For the present
`explain_screens` adds whether scheduler and screens keep the plan; of other times nobody knows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientGroup, Event
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.events.schedule import is_emergency, is_on, on_screen
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.text.years import check_year
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.event_contents import list_empties
from infoscreen_core.services.events.events import get_event
from infoscreen_core.services.events.views import OccurrenceView
from infoscreen_core.services.playing import explain_timing as timing
from infoscreen_core.services.playing.explain_contents import explain_empty
from infoscreen_core.services.playing.explain_screens import explain_delivery, explain_screens
from infoscreen_core.services.playing.views import Explanation
from infoscreen_core.services.screens.groups import get_group

NOW_IS: Final = timedelta(minutes=1)
"""An instant this near counts as the present."""
_INSTANT: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class _Situation:
    """The part of the plan that falls on an instant; `shown` is the list that players get."""

    shown: list[OccurrenceView]
    hidden: list[OccurrenceView]
    """Behind an emergency."""
    exceptions: list[OccurrenceView]
    switched_off: list[OccurrenceView]
    gaps: list[Reason]
    """What keeps an event that takes place, or a file of it, from being shown."""


def explain(
    session: Session,
    group_id: int,
    *,
    actor: Actor,
    now: datetime,
    grace: timedelta,
    at: datetime | None = None,
    event_id: int | None = None,
) -> Explanation:
    """Return why a group shows what it shows at an instant, or why it does not show an event.

    `at` is now by default; `grace` is how long a silent player counts as alive. Raises
    `NotFoundError` when there is no such group or event, and `InvalidInputError` for a year that
    nobody plans for.
    """
    actor.require(Role.USER)
    group, moment = get_group(session, group_id), at or now
    check_year("at", moment)
    event = None if event_id is None else get_event(session, event_id)
    is_now = abs(moment - now) < NOW_IS
    situation = _situation(session, group.id, moment, now)
    reasons = (
        _group_reasons(session, group, situation, moment, now)
        if event is None
        else _event_reasons(session, group, event, situation, moment, now)
    )
    if is_now and (event is None or any(one.event_id == event_id for one in situation.shown)):
        reasons += explain_delivery(session, now=now)
        reasons += explain_screens(session, group, situation.shown, now=now, grace=grace)
    return Explanation(
        group.id, group.name, moment, is_now, tuple(situation.shown), tuple(reasons), event_id
    )


def _situation(session: Session, group_id: int, at: datetime, now: datetime) -> _Situation:
    views = _list_at(session, group_id, at, now)
    planned = [view for view in views if view.exception is None]
    events = {view.event_id: get_event(session, view.event_id) for view in planned}
    on = [view for view in planned if timing.takes_place(events[view.event_id], now)]
    empties = {view.event_id: list_empties(session, events[view.event_id], at=at) for view in on}
    listed = [view for view in on if not any(one.is_left_out for one in empties[view.event_id])]
    shown = on_screen(listed)
    return _Situation(
        shown=shown,
        hidden=[view for view in listed if view not in shown],
        exceptions=[view for view in views if view.exception is not None],
        switched_off=[view for view in planned if view not in on],
        gaps=[
            explain_empty(events[event_id], empty)
            for event_id, found in empties.items()
            for empty in found
        ],
    )


def _list_at(session: Session, group_id: int, at: datetime, now: datetime) -> list[OccurrenceView]:
    views = list_occurrences(
        session,
        group_ids=[group_id],
        window_start=at,
        window_end=at + _INSTANT,
        now=now,
        with_exceptions=True,
    )
    return [view for view in views if is_on(view, at)]


def _group_reasons(
    session: Session, group: ClientGroup, situation: _Situation, at: datetime, now: datetime
) -> list[Reason]:
    nothing = Sentence("Nothing is on in the group {group} ({at}).", group=group.name, at=at)
    return [
        *([] if situation.shown else [Reason(ReasonCode.NOTHING_PLANNED, nothing)]),
        *_list_reasons(situation),
        *_absent_reasons(session, situation),
        *([] if situation.shown else timing.neighbours(session, group.id, at, now)),
    ]


def _event_reasons(
    session: Session,
    group: ClientGroup,
    event: Event,
    situation: _Situation,
    at: datetime,
    now: datetime,
) -> list[Reason]:
    if event.group_id != group.id:
        other = Sentence(
            "“{title}” belongs to the group {other}, not to {group}.",
            title=event.title,
            other=get_group(session, event.group_id).name,
            group=group.name,
        )
        return [Reason(ReasonCode.OTHER_GROUP, other, event.id)]
    everything = [*_list_reasons(situation), *_absent_reasons(session, situation)]
    own = [reason for reason in everything if reason.event_id == event.id]
    return own or timing.explain_other_time(event, at, now)


def _list_reasons(situation: _Situation) -> list[Reason]:
    shown = situation.shown
    reasons = [_leads(shown[0])] if shown else []
    reasons += [_behind(view, shown[0]) for view in shown[1:]]
    reasons += [_waits(view, shown[0]) for view in situation.hidden]
    return reasons + situation.gaps


def _absent_reasons(session: Session, situation: _Situation) -> list[Reason]:
    return [
        *(timing.explain_exception(session, view) for view in situation.exceptions),
        *(timing.explain_switched_off(view) for view in situation.switched_off),
    ]


def _leads(view: OccurrenceView) -> Reason:
    return Reason(*_leading_words(view), event_id=view.event_id)


def _leading_words(view: OccurrenceView) -> tuple[ReasonCode, Sentence]:
    places: dict[str, Any] = {"title": view.title, "start": view.start, "end": view.end}
    if is_emergency(view):
        return ReasonCode.EMERGENCY_ALONE, Sentence(
            "The emergency “{title}” is alone on the screens, from {start} to {end}.", **places
        )
    if view.is_recurring:
        return ReasonCode.LEADS, Sentence(
            "“{title}” is shown first: it is on from {start} to {end}, as an occurrence of its "
            "series.",
            **places,
        )
    if view.is_detached:
        return ReasonCode.LEADS, Sentence(
            "“{title}” is shown first: it is on from {start} to {end}, as an occurrence of a "
            "series that was changed on its own.",
            **places,
        )
    return ReasonCode.LEADS, Sentence(
        "“{title}” is shown first: it is on from {start} to {end}.", **places
    )


def _behind(view: OccurrenceView, leader: OccurrenceView) -> Reason:
    places: dict[str, Any] = {
        "title": view.title,
        "start": view.start,
        "end": view.end,
        "leader": leader.title,
    }
    if leader.priority > view.priority:
        sentence = Sentence(
            "“{title}” is on too, from {start} to {end}, but stands behind “{leader}”, which has "
            "the higher priority.",
            **places,
        )
    elif leader.start < view.start:
        sentence = Sentence(
            "“{title}” is on too, from {start} to {end}, but stands behind “{leader}”, which "
            "began earlier.",
            **places,
        )
    else:
        sentence = Sentence(
            "“{title}” is on too, from {start} to {end}, but stands behind “{leader}”, which was "
            "planned first.",
            **places,
        )
    return Reason(ReasonCode.BEHIND, sentence, view.event_id)


def _waits(view: OccurrenceView, emergency: OccurrenceView) -> Reason:
    sentence = Sentence(
        "“{title}” would be on from {start} to {end}, but the emergency “{leader}” is alone on "
        "the screens until {until}.",
        title=view.title,
        start=view.start,
        end=view.end,
        leader=emergency.title,
        until=emergency.end,
    )
    return Reason(ReasonCode.EMERGENCY_HIDES, sentence, view.event_id)
