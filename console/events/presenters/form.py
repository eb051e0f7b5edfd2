"""What the event form asks for, what it begins with, and the draft that it becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from console.events.presenters.recurrence import (
    Ends,
    MonthlyBy,
    Recurrence,
    Repeat,
    recurrence_of,
    rule_text_of,
)
from console.i18n import N_
from infoscreen_core.domain.events.event import (
    EventType,
    Priority,
    Scope,
    Severity,
    proposed_priority,
)
from infoscreen_core.errors import InfoscreenError, InvalidInputError, Refusals
from infoscreen_core.services.events.event_drafts import EventDraft

TYPE_ORDER: Final = (
    EventType.WEBSITE,
    EventType.MESSAGE,
    EventType.PRESENTATION,
    EventType.VIDEO,
    EventType.WEBUNTIS,
    EventType.OTHER,
)
PRIORITY_WORDS: Final[dict[int, str]] = {
    Priority.BACKGROUND.value: N_("background"),
    Priority.NORMAL.value: N_("normal"),
    Priority.HIGH.value: N_("high"),
    Priority.EMERGENCY.value: N_("emergency"),
}
_INCOMPLETE: Final = {
    "start": N_("The start is incomplete; give a date and a time."),
    "end": N_("The end is incomplete; give a date and a time."),
}
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_LAST_MINUTE: Final = time(23, 59)
_FULL_VOLUME: Final = 100
SCOPE_WORDS: Final[dict[Scope, str]] = {
    Scope.OCCURRENCE: N_("Only this one"),
    Scope.FOLLOWING: N_("This and following"),
    Scope.SERIES: N_("Whole series"),
}


@dataclass(frozen=True, kw_only=True)
class FormInput:
    """Everything that can be typed or chosen; each name is that of its input."""

    group_ids: Sequence[int]
    title: str = ""
    event_type: EventType = EventType.WEBSITE
    start_date: date | None
    start_time: time | None
    end_date: date | None
    end_time: time | None
    is_all_day: bool = False
    timezone: str
    repeat: Repeat = Recurrence.repeat
    interval: int = Recurrence.interval
    weekdays: Sequence[int] = Recurrence.weekdays
    monthly_by: MonthlyBy = Recurrence.monthly_by
    ends: Ends = Recurrence.ends
    until: date | None = Recurrence.until
    count: int = Recurrence.count
    rule_text: str = Recurrence.rule_text
    skip_holidays: bool = False
    academic_period_id: int | None = None
    description: str = ""
    location: str = ""
    priority: int = Priority.NORMAL.value
    is_active: bool = True
    website_url: str = ""
    event_media_ids: Sequence[int] = ()
    """In the order in which they are shown."""
    slide_interval: int
    page_progress: bool
    auto_progress: bool
    autoplay: bool
    loop: bool
    volume: int
    """Percent."""
    muted: bool
    message_text: str = ""
    message_severity: Severity = Severity.INFO

    @property
    def recurrence(self) -> Recurrence:
        """The choices about recurrence on their own."""
        return Recurrence(**{field.name: getattr(self, field.name) for field in fields(Recurrence)})


def blank_input(
    start: datetime,
    end: datetime,
    settings: Mapping[str, Any],
    *,
    group_ids: Sequence[int] = (),
    is_all_day: bool = False,
    period_id: int | None = None,
) -> FormInput:
    """Return the inputs of a new event; the times are wall times of the default zone."""
    return FormInput(
        group_ids=group_ids,
        academic_period_id=period_id,
        **blank_times(start, end, is_all_day=is_all_day),
        timezone=settings["default_timezone"],
        priority=proposed_priority(is_all_day=is_all_day).value,
        slide_interval=settings["presentation_interval"],
        page_progress=settings["presentation_page_progress"],
        auto_progress=settings["presentation_auto_progress"],
        autoplay=settings["video_autoplay"],
        loop=settings["video_loop"],
        volume=round(settings["video_volume"] * _FULL_VOLUME),
        muted=settings["video_muted"],
    )


def blank_times(start: datetime, end: datetime, *, is_all_day: bool) -> dict[str, Any]:
    """Return the inputs about time for a place that was chosen in the calendar."""
    return {**_time_fields(start, end, is_all_day=is_all_day), "is_all_day": is_all_day}


def input_of(draft: EventDraft) -> FormInput:
    """Return what the form for an existing event begins with."""
    recurrence = recurrence_of(draft.recurrence_rule, draft.start, draft.timezone or "")
    same = {name: getattr(draft, name) for name in _SAME_FIELDS}
    return FormInput(
        group_ids=tuple(draft.group_ids),
        **_time_fields(draft.start, draft.end, is_all_day=draft.is_all_day),
        **{field.name: getattr(recurrence, field.name) for field in fields(Recurrence)},
        **same,
        event_media_ids=draft.media_ids,
        timezone=draft.timezone or "",
        priority=int(draft.priority),
        description=draft.description or "",
        location=draft.location or "",
        website_url=draft.website_url or "",
        message_text=draft.message_text or "",
        volume=round((draft.volume or 0) * _FULL_VOLUME),
    )


def draft_of(typed: FormInput, base: EventDraft | None = None) -> EventDraft:
    """Return the draft that the form means; what it does not ask for stays as in `base`.

    Raise `InvalidInputError` on the field for a date or time that is missing.
    """
    start, end = wall_times(typed)
    rule = rule_text_of(typed.recurrence, start.date())
    _check_rule_given(rule)
    values: dict[str, Any] = {
        **{name: getattr(typed, name) for name in _SAME_FIELDS},
        "group_ids": tuple(typed.group_ids),
        "start": start,
        "end": end,
        "timezone": typed.timezone,
        "recurrence_rule": rule,
        "description": typed.description or None,
        "location": typed.location or None,
        "priority": typed.priority,
        "event_media_id": next(iter(typed.event_media_ids), None),
        "further_media_ids": tuple(typed.event_media_ids[1:]),
        "website_url": typed.website_url or None,
        "message_text": typed.message_text or None,
        "volume": typed.volume / _FULL_VOLUME,
    }
    return replace(base, **values) if base else EventDraft(**values)


def completed(typed: FormInput, start: datetime) -> tuple[FormInput, tuple[InfoscreenError, ...]]:
    """Return the input without gaps, and what is wrong about the gaps.

    So that all else that is wrong can be told with them, an hour from `start` (a naive wall time)
    stands in for a missing date or time, and a single event for a missing rule.
    """
    gaps = Refusals()
    with gaps:
        wall_times(typed)
    with gaps:
        _check_rule_given(rule_text_of(typed.recurrence, start.date()))
    if not gaps.found:
        return typed, ()
    times = blank_times(start, start + _HOUR, is_all_day=typed.is_all_day)
    return replace(typed, **times, repeat=Repeat.NEVER), gaps.found


def wall_times(typed: FormInput) -> tuple[datetime, datetime]:
    """Return start and end as naive wall times; an all-day event lasts until its last day's end.

    Raise `InvalidInputError` for each of them that has a gap.
    """
    start_time, end_time = typed.start_time, typed.end_time
    if typed.is_all_day:
        start_time, end_time = time(), _LAST_MINUTE
    gaps = Refusals()
    with gaps:
        start = _moment(typed.start_date, start_time, "start")
    with gaps:
        end = _moment(typed.end_date, end_time, "end")
    gaps.raise_any()
    return start, end


def _moment(day: date | None, clock: time | None, field: str) -> datetime:
    if day is None or clock is None:
        raise InvalidInputError(_INCOMPLETE[field], field=field)
    return datetime.combine(day, clock)


def _check_rule_given(rule: str | None) -> None:
    if rule == "":
        raise InvalidInputError(
            "The rule is empty; write one, or choose “once”.", field="recurrence_rule"
        )


def shown_fields(typed: FormInput) -> frozenset[str]:
    """Return the inputs that this type of event needs, beside those of every event."""
    match typed.event_type:
        case EventType.WEBSITE:
            return frozenset({"website_url"})
        case EventType.MESSAGE:
            return frozenset({"message_text", "message_severity"})
        case EventType.PRESENTATION:
            playback = {"slide_interval", "page_progress", "auto_progress"}
            return frozenset({*_source_fields(typed), *playback})
        case EventType.VIDEO:
            playback = {"autoplay", "loop", "volume", "muted"}
            return frozenset({*_source_fields(typed), *playback})
        case _:
            return frozenset()


def shifted_end(typed: FormInput, former_start: datetime) -> FormInput:
    """Return the input with its end moved along with the start: the event keeps its length."""
    try:
        start, end = wall_times(typed)
    except InvalidInputError:
        return typed
    moved = end + (start - former_start)
    return replace(typed, end_date=moved.date(), end_time=moved.time())


def moved(ids: Sequence[int], media_id: int, places: int) -> tuple[int, ...]:
    """Return the files with one of them some places further on, or back; never beyond an end."""
    rest = [one for one in ids if one != media_id]
    if len(rest) < len(ids):
        rest.insert(max(0, ids.index(media_id) + places), media_id)
    return tuple(rest)


def _source_fields(typed: FormInput) -> set[str]:
    return {"event_media_id"} if typed.event_media_ids else {"event_media_id", "website_url"}


def _time_fields(start: datetime, end: datetime, *, is_all_day: bool) -> dict[str, Any]:
    last = end - _DAY if is_all_day and end.time() == time() and end.date() > start.date() else end
    first_time, last_time = (time(8), time(9)) if is_all_day else (start.time(), end.time())
    return {
        "start_date": start.date(),
        "start_time": first_time,
        "end_date": last.date(),
        "end_time": last_time,
    }


_SAME_FIELDS: Final = (
    "title",
    "event_type",
    "is_all_day",
    "is_active",
    "skip_holidays",
    "academic_period_id",
    "slide_interval",
    "page_progress",
    "auto_progress",
    "autoplay",
    "loop",
    "muted",
    "message_severity",
)
