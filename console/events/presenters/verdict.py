"""Whether an event will be seen, and what would help, in the reader's words."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.events.presenters.form import PRIORITY_WORDS
from console.i18n import N_, _
from console.words.errors import error_sentence
from console.words.formatting import clock, day
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_endings import Ending
from infoscreen_core.services.events.event_verdicts import Rival, Verdict
from infoscreen_core.services.events.verdict_words import verdict_sentences, warnings_of

_END_WORDS: Final[dict[Ending, str]] = {
    Ending.SKIP: N_("Leave out “{title}” on {day}"),
    Ending.STOP: N_("End “{title}” from {day} on"),
    Ending.SHORTEN: N_("Let “{title}” end on {day} at {time}"),
    Ending.DELETE: N_("Delete “{title}” on {day}"),
}

_MINUTE: Final = timedelta(minutes=1)
_NONE: Final = timedelta()


def verdict_text(
    verdict: Verdict, groups: Mapping[int, str], zone: ZoneInfo, *, now: datetime
) -> str:
    """Return the verdict as one paragraph; `groups` are named where there are several."""
    sentences = verdict_sentences(verdict, groups)
    return " ".join(error_sentence(one, zone, now=now) for one in sentences)


def with_verdict(
    told: str, verdict: Verdict, groups: Mapping[int, str], zone: ZoneInfo, *, now: datetime
) -> str:
    """Return what is told after saving, with the verdict if it is no good one."""
    warnings = [error_sentence(one, zone, now=now) for one in warnings_of(verdict, groups)]
    return " ".join([told, *warnings])


def raise_label(priority: int) -> str:
    """Return what the button says that gives the event this priority."""
    return _("Set priority to “{priority}”", priority=_(PRIORITY_WORDS[priority]))


def move_label(draft: EventDraft, shift: timedelta) -> str:
    """Return what the button says that moves the event on its days."""
    start, end = draft.start + shift, draft.end + shift
    return _("Move to {start}–{end}", start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def longer_end(draft: EventDraft, lacking: timedelta) -> datetime:
    """Return when the event would have to end, in whole minutes, to be seen as a whole."""
    end = draft.end + lacking
    return end.replace(second=0, microsecond=0) + (
        _MINUTE if end.second or end.microsecond else _NONE
    )


def longer_label(draft: EventDraft, end: datetime) -> str:
    """Return what the button says that lets the event end later."""
    if end.date() == draft.end.date():
        return _("Let it end at {time}", time=f"{end:%H:%M}")
    return _("Let it end on {day} at {time}", day=day(end.date()), time=f"{end:%H:%M}")


def end_label(rival: Rival, ending: Ending, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what would be done to another event, so that it makes room."""
    on = rival.own_start if ending is Ending.SHORTEN else rival.start
    local = on.astimezone(zone).date()
    return _(
        _END_WORDS[ending],
        title=rival.title,
        day=day(local, with_year=local.year != now.astimezone(zone).year),
        time=clock(on, zone),
    )
