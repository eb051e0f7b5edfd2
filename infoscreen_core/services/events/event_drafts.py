"""What a person wants an event to be, and the checks that make columns of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any, Final, Self

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType, Priority, Severity
from infoscreen_core.domain.events.limits import (
    LOCATION_LIMIT,
    SLIDE_SECONDS,
    TEXT_LIMIT,
    TITLE_LIMIT,
    is_volume,
)
from infoscreen_core.domain.recurrence.expansion import Series, parse_rule
from infoscreen_core.domain.text.choices import one_of
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.plain_text import clean_line, clean_text
from infoscreen_core.domain.text.years import check_year
from infoscreen_core.errors import InvalidInputError, Refusals
from infoscreen_core.services import turns
from infoscreen_core.services.events import event_sources
from infoscreen_core.services.turns import Turn

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class EventDraft:
    """An event as a form holds it; `start` and `end` are naive wall times of `timezone`.

    Where the zone, or a setting of the event's type, is None, the system's default applies. Of an
    all-day event only the dates count: an end at midnight is exclusive, any other includes its day.
    A webuntis event takes its address from the setting `supplement_table_url`; for presentations
    and videos `website_url` is the address of a file on another server, used when no media file is
    chosen.
    """

    group_ids: Sequence[int]
    title: str
    event_type: EventType
    start: datetime
    end: datetime
    timezone: str | None = None
    description: str | None = None
    location: str | None = None
    is_all_day: bool = False
    recurrence_rule: str | None = None
    skip_holidays: bool = False
    academic_period_id: int | None = None
    priority: int = Priority.NORMAL
    is_active: bool = True
    event_media_id: int | None = None
    further_media_ids: Sequence[int] = ()
    """The files that a presentation shows after its first, in order."""
    website_url: str | None = None
    slide_interval: int | None = None
    page_progress: bool | None = None
    auto_progress: bool | None = None
    autoplay: bool | None = None
    loop: bool | None = None
    volume: float | None = None
    muted: bool | None = None
    message_text: str | None = None
    message_severity: Severity = Severity.INFO

    @property
    def media_ids(self) -> tuple[int, ...]:
        """All files of the event in their order, each once."""
        first = () if self.event_media_id is None else (self.event_media_id,)
        return tuple(dict.fromkeys((*first, *self.further_media_ids)))

    @classmethod
    def of(cls, event: Event) -> Self:
        """Return the draft of a stored event, from which its edit form starts."""
        zone = load_zone(event.timezone)
        same = {f.name: getattr(event, f.name) for f in fields(cls) if f.name not in _OWN_FIELDS}
        return cls(
            group_ids=(event.group_id,),
            start=to_local(event.start, zone),
            end=to_local(event.end, zone),
            **same,
        )


_OWN_FIELDS: Final = {"group_ids", "start", "end"}


def checked_columns(
    session: Session, draft: EventDraft, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the columns of the event that the draft describes, except for its group.

    `settings` are the system settings by key. Raises `InvalidInputError` with the field, the value
    and what to do about it; when several fields are wrong, `InvalidFieldsError` with all of them.
    """
    kind = one_of(EventType, draft.event_type, "event_type")
    draft = replace(draft, timezone=draft.timezone or settings["default_timezone"])
    columns: dict[str, Any] = {
        "event_type": kind,
        "is_all_day": bool(draft.is_all_day),
        "skip_holidays": bool(draft.skip_holidays),
        "is_active": bool(draft.is_active),
    }
    refusals = Refusals()
    for check in (
        lambda: {"title": _checked_title(draft.title)},
        lambda: {"description": _optional_text(draft.description, "description")},
        lambda: _checked_location(draft.location),
        lambda: {"academic_period_id": _checked_period(session, draft)},
        lambda: {"priority": one_of(Priority, draft.priority, "priority").value},
        lambda: _checked_times(draft),
        lambda: event_sources.checked_source(
            session, kind, draft.media_ids, draft.website_url, settings
        ),
        lambda: _checked_message(draft, kind),
        lambda: _checked_slides(draft, settings),
        lambda: _checked_film(draft, settings),
    ):
        with refusals:
            columns.update(check())
    refusals.raise_any()
    return columns


def checked_series(draft: EventDraft) -> Series:
    """Return the series that a draft with a zone describes.

    Raises `InvalidInputError` for what saving would refuse.
    """
    times = _checked_times(draft)
    start, end, zone = times["start"], times["end"], times["timezone"]
    return Series.from_utc(start, end, timezone=zone, rule=times["recurrence_rule"])


def checked_event(
    session: Session, draft: EventDraft, settings: Mapping[str, Any]
) -> tuple[list[int], dict[str, Any]]:
    """Return the groups of a draft, and the columns as `checked_columns` does.

    Raises what is wrong with either, together.
    """
    groups: list[int] = []
    columns: dict[str, Any] = {}
    refusals = Refusals()
    with refusals:
        columns = checked_columns(session, draft, settings)
    with refusals:
        groups = check_groups(session, draft.group_ids)
    refusals.raise_any()
    return groups, columns


def check_groups(session: Session, group_ids: Sequence[int]) -> list[int]:
    """Return the groups that an event is for, each once.

    Raises `InvalidInputError` when there is none, or an unknown one.
    """
    wanted = list(dict.fromkeys(group_ids))
    if not wanted:
        raise InvalidInputError("The event has no group; choose at least one.", field="group_id")
    unknown = queries.find_unknown_group(session, wanted)
    if unknown is not None:
        raise InvalidInputError(
            "There is no group with the number {value}; choose one of the list.",
            field="group_id",
            value=unknown,
        )
    return wanted


def _checked_title(title: str) -> str:
    text = clean_line(title, field="title", limit=TITLE_LIMIT)
    if not text:
        raise InvalidInputError(
            "The title is empty; say in a few words what is shown.", field="title"
        )
    return text


def _optional_text(value: str | None, field: str) -> str | None:
    return clean_text(value, field=field, limit=TEXT_LIMIT) or None if value is not None else None


def _checked_period(session: Session, draft: EventDraft) -> int | None:
    period_id = draft.academic_period_id
    if period_id is None and draft.skip_holidays:
        turns.take(session, Turn.HOLIDAYS_WITHOUT_PERIOD)
    if period_id is not None and not queries.lock_period(session, period_id):
        raise InvalidInputError(
            "There is no academic period with the number {value}; choose one of the list, or none.",
            field="academic_period_id",
            value=period_id,
        )
    return period_id


def _checked_times(draft: EventDraft) -> dict[str, Any]:
    zone_name = draft.timezone or ""
    zone = load_zone(zone_name)
    start, end = _wall_times(draft)
    for field, moment in (("start", start), ("end", end)):
        _check_year(field, moment)
    series = Series(start_local=start, end_local=end, timezone=zone_name)
    rule = _checked_rule(draft.recurrence_rule, series) if draft.recurrence_rule else None
    if rule is not None:
        # Where the clock shows an hour twice, a series means the first.
        start, end = start.replace(fold=0), end.replace(fold=0)
    begin, finish = localize(start, zone), localize(end, zone)
    if finish <= begin:  # the clock went back in between: then the length counts
        finish = begin + series.span
    return {"start": begin, "end": finish, "timezone": zone_name, "recurrence_rule": rule}


def _wall_times(draft: EventDraft) -> tuple[datetime, datetime]:
    start, end = draft.start.replace(microsecond=0), draft.end.replace(microsecond=0)
    if not draft.is_all_day:
        return start, end
    first, last = start.date(), end.date()
    if last > first and end.time() == time():
        last -= _DAY
    return datetime.combine(first, time()), datetime.combine(last, time()) + _DAY


def _check_year(field: str, moment: datetime) -> None:
    if moment.tzinfo is not None:
        message = "a draft holds naive local times"
        raise ValueError(message)
    check_year(field, moment)


def _checked_rule(text: str, series: Series) -> str:
    parse_rule(text, start_local=series.start_local, timezone=series.timezone)
    rule = text.strip().upper().removeprefix("RRULE:")
    repeated = replace(series, rule=rule)  # checks the length of one occurrence
    _check_clock_shows(repeated.start_local, repeated.timezone, "start")
    _check_clock_shows(repeated.end_local, repeated.timezone, "end")
    return rule


def _check_clock_shows(local: datetime, timezone: str, field: str) -> None:
    # A single event simply moves to a time that exists. A series would be stored with the moved
    # time, and be wrong on all its other dates.
    zone = load_zone(timezone)
    if to_local(localize(local, zone), zone) != local:
        raise InvalidInputError(
            "On {date} the clock in {timezone} skips {time}; let the series begin on another day.",
            field=field,
            date=local.date(),
            timezone=timezone,
            time=f"{local:%H:%M}",
        )


def _checked_message(draft: EventDraft, kind: EventType) -> dict[str, Any]:
    text = _optional_text(draft.message_text, "message_text")
    if kind is EventType.MESSAGE and not text:
        raise InvalidInputError(
            "The message has no text; write what the screen shall say.", field="message_text"
        )
    return {
        "message_text": text if kind is EventType.MESSAGE else None,
        "message_severity": one_of(Severity, draft.message_severity, "message_severity"),
    }


def _checked_slides(draft: EventDraft, settings: Mapping[str, Any]) -> dict[str, Any]:
    seconds = _chosen(draft.slide_interval, settings["presentation_interval"])
    page_progress = _chosen(draft.page_progress, settings["presentation_page_progress"])
    auto_progress = _chosen(draft.auto_progress, settings["presentation_auto_progress"])
    return {
        "slide_interval": _checked_slide_interval(seconds),
        "page_progress": bool(page_progress),
        "auto_progress": bool(auto_progress),
    }


def _checked_film(draft: EventDraft, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "autoplay": bool(_chosen(draft.autoplay, settings["video_autoplay"])),
        "loop": bool(_chosen(draft.loop, settings["video_loop"])),
        "volume": _checked_volume(_chosen(draft.volume, settings["video_volume"])),
        "muted": bool(_chosen(draft.muted, settings["video_muted"])),
    }


def _chosen(value: Any, default: Any) -> Any:  # noqa: ANN401 - a setting's own type
    return default if value is None else value


def _checked_location(location: str | None) -> dict[str, Any]:
    return {"location": clean_line(location or "", field="location", limit=LOCATION_LIMIT) or None}


def _checked_slide_interval(seconds: int) -> int:
    if seconds not in SLIDE_SECONDS:
        raise InvalidInputError(
            "A slide cannot stay for {value} seconds; give a number from {low} to {high}.",
            field="slide_interval",
            value=seconds,
            low=SLIDE_SECONDS[0],
            high=SLIDE_SECONDS[-1],
        )
    return int(seconds)


def _checked_volume(volume: float) -> float:
    if not is_volume(volume):
        raise InvalidInputError(
            "The volume {value} is not possible; give a number from 0 (silent) to 1 (full).",
            field="volume",
            value=volume,
        )
    return float(volume)
