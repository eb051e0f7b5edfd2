"""Values of audited fields in the reader's words: names for numbers, times in their zone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.audit.presenters.fields import field_word
from console.i18n import LANGUAGES, N_, _
from console.words.calendar import weekday_list
from console.words.commands import action_word, error_word, state_word
from console.words.event_types import LOOK_WORDS, event_type_word
from console.words.formatting import MISSING, day, instant, size
from console.words.incidents import kind_word
from console.words.roles import role_word
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.audit_trail.views import Names

_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_PEOPLE: Final = frozenset({"user_id", "owner_id"})
_SUBJECTS: Final = ("title", "name", "username", "description", "display_name", "page")
"""The fields that tell what a thing is called, the best first."""
_PERIODS: Final = {
    "schuljahr": N_("School year"),
    "semester": N_("Semester"),
    "trimester": N_("Trimester"),
}


@dataclass(frozen=True)
class Reader:
    """For whom entries are written."""

    zone: ZoneInfo
    now: datetime
    names: Names


def value_text(field: str, value: object, reader: Reader) -> str:
    """Return a value as the reader would say it."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return _pairs(value, reader)
    if isinstance(value, list):
        return _listed(field, value, reader)
    return _word(field, value) or _name(field, value, reader) or _plain(value, reader)


def subject_name(
    entity: str, entity_id: str, values: Mapping[str, Any] | None, reader: Reader
) -> str:
    """Return what the thing of an entry is called, from its values or else by its number."""
    found = (values or {}).get
    named = next((str(found(key)) for key in _SUBJECTS if found(key)), "")
    screen = reader.names.screens.get(str(found("client_uuid") or entity_id), "")
    known = {"user": reader.names.users, "group": reader.names.groups}.get(entity, {})
    number = int(entity_id) if entity_id.isdecimal() else -1
    return named or screen or known.get(number, "")


def _pairs(values: Mapping[str, Any], reader: Reader) -> str:
    return "; ".join(
        f"{field_word(key)}: {value_text(key, value, reader)}" for key, value in values.items()
    )


def _listed(field: str, values: list[Any], reader: Reader) -> str:
    if field == "weekdays" and all(isinstance(one, int) and 0 <= one <= 6 for one in values):  # noqa: PLR2004 - Monday to Sunday
        return weekday_list(values) or MISSING
    one_of = field.removesuffix("s")
    return ", ".join(value_text(one_of, one, reader) for one in values) or MISSING


def _word(field: str, value: object) -> str:
    """Return the word of a value from a fixed list, empty for all others."""
    words = _WORDS.get(field, ())
    for word in words:
        try:
            return word(value)
        except (ValueError, KeyError, TypeError):
            continue
    return ""


_WORDS: Final[Mapping[str, tuple[Callable[[Any], str], ...]]] = {
    "action": (lambda value: action_word(Action(value)),),
    "error_code": (error_word,),
    "event_type": (lambda value: event_type_word(EventType(value)),),
    "kind": (lambda value: kind_word(IncidentKind(value)),),
    "message_severity": (lambda value: _(LOOK_WORDS[Severity(value)]),),
    "period_type": (lambda value: _(_PERIODS[value]),),
    "role": (lambda value: role_word(Role(value)),),
    "size": (size,),
    "status": (lambda value: state_word(State(value)),),
    "ui_language": (lambda value: LANGUAGES[value],),
}


def _name(field: str, value: object, reader: Reader) -> str:
    """Return the name of what a number stands for; empty when it stands for nothing known."""
    names = reader.names
    if field == "client_uuid":
        return names.screens.get(str(value), "")
    if not isinstance(value, int):
        return ""
    if field in {"group_id", "group"}:
        return names.groups.get(value, f"#{value}")
    if field == "academic_period_id":
        return names.periods.get(value, f"#{value}")
    if field in _PEOPLE or field.endswith("_by"):
        return names.users.get(value, f"#{value}")
    return f"#{value}" if field == "id" or field.endswith("_id") else ""


def _plain(value: object, reader: Reader) -> str:
    text = str(value)
    if isinstance(value, str) and _INSTANT.fullmatch(text):
        return _moment(text, reader) or text
    if isinstance(value, str) and _DAY.fullmatch(text):
        return _day(text) or text
    return text


def _moment(text: str, reader: Reader) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return instant(at.astimezone(UTC), reader.zone, now=reader.now, with_seconds=at.second > 0)


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text), with_year=True)
    except ValueError:
        return ""
