"""Why an event takes place at an instant or not: its times, exceptions, and being switched off."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries.periods import find_period, list_holidays_of
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.recurrence.expansion import expand, next_occurrences
from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.wording import Days, Sentence
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.events import is_finished
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.events.views import OccurrenceView

_LOOK_BACK: Final = timedelta(days=800)
"""How far back a series' last occurrence is looked for: two years and more, for yearly ones."""


def takes_place(event: Event, now: datetime) -> bool:
    """Whether the event's occurrences take place: it is active, or became inactive by its end."""
    return event.is_active or is_finished(event, now)


def explain_exception(session: Session, view: OccurrenceView) -> Reason:
    """Return why an occurrence does not take place as its rule says."""
    match view.exception:
        case ExceptionKind.HOLIDAY:
            return Reason(ReasonCode.HOLIDAY, _holiday_words(session, view), view.event_id)
        case ExceptionKind.DETACHED:
            return Reason(ReasonCode.DETACHED, _detached_words(session, view), view.event_id)
        case _:
            skipped = Sentence(
                "“{title}” would be on from {start} to {end}, but this occurrence was taken out "
                "of its series.",
                **_places(view),
            )
            return Reason(ReasonCode.SKIPPED, skipped, view.event_id)


def explain_switched_off(view: OccurrenceView) -> Reason:
    """Return why an occurrence does not take place: its event is switched off."""
    sentence = Sentence(
        "“{title}” would be on from {start} to {end}, but it is switched off.", **_places(view)
    )
    return Reason(ReasonCode.SWITCHED_OFF, sentence, view.event_id)


def explain_other_time(event: Event, at: datetime, now: datetime) -> list[Reason]:
    """Return when an event takes place instead, and first that it is switched off, if it is."""
    off = Sentence("“{title}” is switched off.", title=event.title)
    reasons = [] if takes_place(event, now) else [Reason(ReasonCode.SWITCHED_OFF, off, event.id)]
    return [*reasons, _other_time(event, at)]


def neighbours(session: Session, group_id: int, at: datetime, now: datetime) -> list[Reason]:
    """Return what a group showed before an instant at which nothing is on, and what comes next."""
    around = [
        view
        for view in list_occurrences(
            session,
            group_ids=[group_id],
            window_start=at - LOOK_AHEAD,
            window_end=at + LOOK_AHEAD,
            now=now,
        )
        if view.is_active or view.end <= now
    ]
    last = max((view for view in around if view.end <= at), key=lambda view: view.end, default=None)
    following = min(
        (view for view in around if view.start > at), key=lambda view: view.start, default=None
    )
    return [*([_before(last)] if last else []), _next(following, at)]


def _other_time(event: Event, at: datetime) -> Reason:
    before, after = _find_last(event, at), _find_next(event, at)
    if before is None and after is None:
        never = Sentence("“{title}” has no occurrence near {at}.", title=event.title, at=at)
        return Reason(ReasonCode.BETWEEN, never, event.id)
    if before is None:
        sentence = Sentence(
            "“{title}” is not on yet: it begins on {start}.", title=event.title, start=after
        )
        return Reason(ReasonCode.NOT_YET, sentence, event.id)
    if after is None:
        sentence = Sentence("“{title}” is over: it ended on {end}.", title=event.title, end=before)
        return Reason(ReasonCode.OVER, sentence, event.id)
    between = Sentence(
        "“{title}” is not on then: its last occurrence ended on {end}, the next begins on {start}.",
        title=event.title,
        end=before,
        start=after,
    )
    return Reason(ReasonCode.BETWEEN, between, event.id)


def _before(view: OccurrenceView) -> Reason:
    sentence = Sentence("Before, “{title}” was on until {end}.", title=view.title, end=view.end)
    return Reason(ReasonCode.BEFORE, sentence, view.event_id)


def _next(view: OccurrenceView | None, at: datetime) -> Reason:
    if view is None:
        until = at + LOOK_AHEAD
        return Reason(
            ReasonCode.NOTHING_NEXT, Sentence("Nothing begins until {until}.", until=until)
        )
    sentence = Sentence(
        "Next comes “{title}”, from {start} to {end}.",
        title=view.title,
        start=view.start,
        end=view.end,
    )
    return Reason(ReasonCode.NEXT, sentence, view.event_id)


def _holiday_words(session: Session, view: OccurrenceView) -> Sentence:
    day = to_local(view.start, load_zone(view.timezone)).date()
    holidays = list_holidays_of(session, view.academic_period_id)
    holiday = find_holiday_on(holidays, day, view.academic_period_id)
    if holiday is None:
        return Sentence(
            "“{title}” would be on from {start} to {end}, but that is in the holidays.",
            **_places(view),
        )
    days = Days(holiday.start_date, holiday.end_date)
    period = find_period(session, view.academic_period_id) if view.academic_period_id else None
    if period is None:
        return Sentence(
            "“{title}” would be on from {start} to {end}, but that is in the holidays “{holiday}” "
            "({days}).",
            **_places(view),
            holiday=holiday.name,
            days=days,
        )
    return Sentence(
        "“{title}” would be on from {start} to {end}, but that is in the holidays “{holiday}” "
        "({days}) of {period}.",
        **_places(view),
        holiday=holiday.name,
        days=days,
        period=period.display_name or period.name,
    )


def _detached_words(session: Session, view: OccurrenceView) -> Sentence:
    other = (
        event_queries.find_event(session, view.detached_event_id)
        if view.detached_event_id
        else None
    )
    if other is None:
        return Sentence(
            "The occurrence of “{title}” from {start} to {end} was changed on its own, and that "
            "event was deleted since.",
            **_places(view),
        )
    return Sentence(
        "The occurrence of “{title}” from {start} to {end} was changed on its own: it is now "
        "“{other}”, from {new_start} to {new_end}.",
        **_places(view),
        other=other.title,
        new_start=other.start,
        new_end=other.end,
    )


def _places(view: OccurrenceView) -> dict[str, Any]:
    return {"title": view.title, "start": view.start, "end": view.end}


def _find_last(event: Event, at: datetime) -> datetime | None:
    """Return when the last occurrence before an instant ended."""
    found = expand(series_of(event), window_start=at - _LOOK_BACK, window_end=at)
    return max((one.end for one in found if one.end <= at), default=None)


def _find_next(event: Event, at: datetime) -> datetime | None:
    return next((one.start for one in next_occurrences(series_of(event), at, 1)), None)
