"""The installation's settings: every key with its type, default and bounds."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from infoscreen_core.domain.events.limits import SLIDE_SECONDS, is_volume
from infoscreen_core.domain.school.bell_times import format_bell_times, read_bell_times
from infoscreen_core.domain.setup.incident_keys import INCIDENT_KEYS
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.web_address import clean_url
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError, NotFoundError, Refusals

TRUE_WORDS: Final = frozenset({"true", "1", "yes", "on", "ja"})
FALSE_WORDS: Final = frozenset({"false", "0", "no", "off", "nein"})
UI_LANGUAGES: Final = ("de", "en")
NAME_LIMIT: Final = 200
"""Characters of the organization's name."""
REFRESH_SECONDS: Final = range(86_401)
"""After how many seconds the plan may be sent again; 0: only when it changes."""
MAX_LIST: Final = 20_000
"""Characters of a list's text; enough for some three thousand groups."""


@dataclass(frozen=True)
class SettingKey:
    """One setting: its default, and how its text form is read.

    The reader raises `ValueError`, or an `InvalidInputError` that says more than `refusal`.
    """

    default: Any
    read: Callable[[str], Any]
    refusal: str = ""
    """The sentence for a `ValueError`; places: `{key}`, `{value}` and those in `places`."""
    places: Mapping[str, object] = field(default_factory=dict)
    bounds: range = range(0)
    """The values that a whole number may have."""


def N_(sentence: str, /) -> str:  # noqa: N802 - gettext's own name, which extraction looks for
    """Mark a sentence as a message id where it is defined."""
    return sentence


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError
    return word in TRUE_WORDS


def _whole(default: int, bounds: range, refusal: str) -> SettingKey:
    def read(text: str) -> int:
        value = int(text)
        if value not in bounds:
            raise ValueError
        return value

    places = {"low": bounds[0], "high": bounds[-1]}
    return SettingKey(default=default, read=read, refusal=refusal, places=places, bounds=bounds)


def _volume(text: str) -> float:
    value = float(text)
    if not is_volume(value):
        raise ValueError
    return value


def _name(text: str) -> str:
    return _accepted(lambda: clean_line(text, field="organization_name", limit=NAME_LIMIT))


def _address(text: str) -> str:
    return _accepted(lambda: clean_url(text, field="supplement_table_url")) if text.strip() else ""


def _timezone(text: str) -> str:
    return _accepted(lambda: load_zone(text.strip()).key)


def _language(text: str) -> str:
    if text not in UI_LANGUAGES:
        raise ValueError
    return text


def _group_ids(text: str) -> list[int]:
    if len(text) > MAX_LIST:  # also keeps the parser from nesting too deep
        raise ValueError
    try:
        value = json.loads(text)
    except RecursionError as error:
        raise ValueError from error
    if not isinstance(value, list) or not all(type(item) is int and item > 0 for item in value):
        raise ValueError
    if len(set(value)) < len(value):
        raise ValueError
    return value


def _bell_times(text: str) -> str:
    return format_bell_times(read_bell_times(text))


def _accepted(check: Callable[[], str]) -> str:
    try:
        return check()
    except InvalidInputError as error:
        raise ValueError from error


_YES_NO = N_("The setting {key} cannot be “{value}”; use true or false.")

_KINDS: Final[Mapping[type, Sentence]] = MappingProxyType(
    {
        bool: Sentence("true or false"),
        int: Sentence("a whole number"),
        float: Sentence("a number"),
        str: Sentence("a text"),
        list: Sentence("a list"),
    }
)

SETTING_KEYS: Final[Mapping[str, SettingKey]] = MappingProxyType(
    {
        "supplement_table_url": SettingKey(
            default="",
            read=_address,
            refusal=N_(
                "The setting {key} cannot be “{value}”; use a whole address such as "
                "https://www.example.org/page."
            ),
        ),
        "supplement_table_enabled": SettingKey(default=False, read=_boolean, refusal=_YES_NO),
        "presentation_interval": _whole(
            10,
            SLIDE_SECONDS,
            N_("The setting {key} cannot be “{value}”; use whole seconds from {low} to {high}."),
        ),
        "presentation_page_progress": SettingKey(default=True, read=_boolean, refusal=_YES_NO),
        "presentation_auto_progress": SettingKey(default=True, read=_boolean, refusal=_YES_NO),
        "video_autoplay": SettingKey(default=True, read=_boolean, refusal=_YES_NO),
        "video_loop": SettingKey(default=True, read=_boolean, refusal=_YES_NO),
        "video_volume": SettingKey(
            default=0.8,
            read=_volume,
            refusal=N_(
                "The setting {key} cannot be “{value}”; use a number from 0 to 1, such as 0.8."
            ),
        ),
        "video_muted": SettingKey(default=False, read=_boolean, refusal=_YES_NO),
        "refresh_seconds": _whole(
            0,
            REFRESH_SECONDS,
            N_(
                "The setting {key} cannot be “{value}”; use whole seconds from {low} (off) to "
                "{high}."
            ),
        ),
        "default_timezone": SettingKey(
            default="Europe/Vienna",
            read=_timezone,
            refusal=N_(
                "The setting {key} cannot be “{value}”; use an IANA zone such as Europe/Vienna."
            ),
        ),
        "organization_name": SettingKey(
            default="",
            read=_name,
            refusal=N_(
                "The setting {key} cannot be “{value}”; use at most {limit} characters that can be "
                "shown."
            ),
            places={"limit": NAME_LIMIT},
        ),
        "bell_times": SettingKey(default="", read=_bell_times),
        "group_order": SettingKey(
            default=[],
            read=_group_ids,
            refusal=N_(
                "The setting {key} cannot be “{value}”; use a list of different group ids such as "
                "[3, 1, 2]."
            ),
        ),
        "ui_language": SettingKey(
            default="de",
            read=_language,
            refusal=N_("The setting {key} cannot be “{value}”; choose one of: {allowed}."),
            places={"allowed": ", ".join(UI_LANGUAGES)},
        ),
        **{
            key: _whole(
                default,
                bounds,
                N_(
                    "The setting {key} cannot be “{value}”; use a whole number from {low} to "
                    "{high}."
                ),
            )
            for key, (default, bounds) in INCIDENT_KEYS.items()
        },
    }
)
"""Every setting there is; other keys are refused."""


def get_key(key: str) -> SettingKey:
    """Return the description of a key; raise `NotFoundError` for one that does not exist."""
    found = SETTING_KEYS.get(key)
    if found is None:
        raise NotFoundError("There is no setting {key}.", field="key", key=shown(key))
    return found


def parse_setting(key: str, text: str) -> Any:  # noqa: ANN401 - each key has its own type
    """Return the typed value; raise `InvalidInputError` that names key, value and remedy."""
    known = get_key(key)
    try:
        return known.read(text)
    except ValueError:
        raise InvalidInputError(
            known.refusal, field=key, key=key, value=shown(text), **known.places
        ) from None


def check_typed(values: Mapping[str, object]) -> None:
    """Raise `InvalidInputError` for values that are no texts, yet of another type than their key.

    For those who send typed values: there, “10” is no number and 1 is not “true”.
    """
    refusals = Refusals()
    for key, value in values.items():
        with refusals:
            if not _is_of_type(get_key(key).default, value):
                raise InvalidInputError(
                    "The setting {key} needs {kind}, not “{value}”.",
                    field=key,
                    key=key,
                    kind=_KINDS[type(get_key(key).default)],
                    value=shown(repr(value)),
                )
    refusals.raise_any()


def _is_of_type(default: object, value: object) -> bool:
    if isinstance(default, float):
        return type(value) in {int, float}
    return type(value) is type(default)


def parse_settings(values: Mapping[str, object]) -> dict[str, Any]:
    """Return the typed values; raise what is wrong with any of them, together."""
    parsed: dict[str, Any] = {}
    refusals = Refusals()
    for key, value in values.items():
        with refusals:
            parsed[key] = parse_setting(key, format_setting(key, value))
    refusals.raise_any()
    return parsed


def format_setting(key: str, value: object) -> str:
    """Return the text form that `parse_setting` reads back to the same value."""
    get_key(key)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, list) else str(value)
