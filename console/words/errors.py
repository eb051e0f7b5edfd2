"""The core's errors and its other sentences as text in the user's language."""

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, filled, ngettext
from console.words.calendar import joined
from console.words.commands import rollout_word, state_word
from console.words.formatting import UTC_ZONE, day, instant, wall_time
from console.words.roles import role_word
from console.words.settings import SETTING_WORDS, setting_word
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import RolloutStatus
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import DayList, Days, Sentence
from infoscreen_core.errors import InfoscreenError

_FIELD_WORDS: Final[dict[str, str]] = {
    "at": N_("The instant"),
    "description": N_("The description"),
    "display_name": N_("The short name"),
    "end": N_("The end"),
    "end_date": N_("The last day"),
    "event_type": N_("The type"),
    "location": N_("The place"),
    "message_severity": N_("The look"),
    "message_text": N_("The text"),
    "name": N_("The name"),
    "period_type": N_("The type"),
    "occurrence_start": N_("The occurrence"),
    "priority": N_("The priority"),
    "reason": N_("The reason"),
    "at_once": N_("The number of screens at once"),
    "failed_percent": N_("The share of failures"),
    "failed_at_least": N_("The number of failures"),
    "manual_at_most": N_("The number of screens that need hands on site"),
    "recurrence_exception": N_("The exception"),
    "recurrence_rule": N_("The recurrence rule"),
    "region": N_("The region"),
    "relay": N_("The relay"),
    "seconds_off": N_("The time off"),
    "start": N_("The start"),
    "start_date": N_("The first day"),
    "timezone": N_("The time zone"),
    "title": N_("The title"),
    "username": N_("The user name"),
    "uuid": N_("The UUID"),
    "video_url": N_("The address of the video"),
    "website_url": N_("The address"),
}


def error_sentence(
    error: InfoscreenError | Sentence, zone: ZoneInfo = UTC_ZONE, *, now: datetime | None = None
) -> str:
    """Return what the core says in the current language; instants in it are written in `zone`.

    With `now`, those of another year are written with it. Errors told together follow each other.
    """
    if isinstance(error, InfoscreenError) and len(error.parts) > 1:
        return " ".join(error_sentence(one, zone, now=now) for one in error.parts)
    template = _(error.template)
    params = {name: _shown(name, value, zone, now) for name, value in error.params.items()}
    if _names_its_field(error):
        params["name"] = _(_FIELD_WORDS[str(error.field)])
    return filled(template, params) if params else template


def _shown(name: str, value: object, zone: ZoneInfo, now: datetime | None) -> object:
    if isinstance(value, date | Days | DayList):
        return _dated(value, zone, now)
    if isinstance(value, Sentence):
        return error_sentence(value, zone, now=now)
    if isinstance(value, Role):
        return role_word(value)
    if name == "key" and value in SETTING_WORDS:
        return setting_word(str(value))
    return _stands(value) if name == "status" else value


def _stands(value: object) -> object:
    """Return the word for where a command or a roll-out stands; anything else as it is."""
    if value in set(State):
        return state_word(State(str(value)))
    return rollout_word(RolloutStatus(str(value))) if value in set(RolloutStatus) else value


def _dated(value: date | Days | DayList, zone: ZoneInfo, now: datetime | None) -> str:
    if isinstance(value, DayList):
        return _listed(value, zone, now)
    if isinstance(value, datetime):
        return instant(value, zone, now=now) if value.tzinfo else wall_time(value)
    days = (value.first, value.last) if isinstance(value, Days) else (value,)
    return " – ".join(day(one, with_year=True) for one in dict.fromkeys(days))


def _listed(value: DayList, zone: ZoneInfo, now: datetime | None) -> str:
    year = None if now is None else now.astimezone(zone).year
    names = [day(one, with_year=one.year != year) for one in value.named]
    if value.more:
        names.append(ngettext("{n} more", "{n} more", value.more))
    return joined(names)


def _names_its_field(error: InfoscreenError | Sentence) -> bool:
    # The core names a field by its column, at the start of the sentence; elsewhere {name} is a
    # group's or a person's, and may well be "title".
    return (
        error.template.startswith("{name} ")
        and error.field in _FIELD_WORDS
        and error.params.get("name") == error.field
    )
