"""The installation's settings: every key with its type, default and bounds."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from infoscreen_core.errors import InvalidInputError, NotFoundError

TRUE_WORDS: Final = frozenset({"true", "1", "yes", "on", "ja"})
FALSE_WORDS: Final = frozenset({"false", "0", "no", "off", "nein"})
UI_LANGUAGES: Final = ("de", "en")
MAX_TEXT: Final = 2000


@dataclass(frozen=True)
class SettingKey:
    """One setting: its default, and how its text form is read; the reader raises `ValueError`."""

    default: Any
    read: Callable[[str], Any]
    remedy: str


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE_WORDS | FALSE_WORDS:
        raise ValueError
    return word in TRUE_WORDS


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        value = int(text)
        if not low <= value <= high:
            raise ValueError
        return value

    return read


def _volume(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ValueError
    return value


def _text(text: str) -> str:
    if len(text) > MAX_TEXT or "\0" in text:
        raise ValueError
    return text.strip()


def _address(text: str) -> str:
    value = _text(text)
    if value and not value.startswith(("http://", "https://")):
        raise ValueError
    return value


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError from error
    return text


def _language(text: str) -> str:
    if text not in UI_LANGUAGES:
        raise ValueError
    return text


def _group_ids(text: str) -> list[int]:
    value = json.loads(text)
    if not isinstance(value, list) or not all(type(item) is int for item in value):
        raise ValueError
    return value


_YES_NO = "use true or false"

SETTING_KEYS: Final[Mapping[str, SettingKey]] = MappingProxyType(
    {
        "supplement_table_url": SettingKey(
            "", _address, "use an address that begins with http:// or https://"
        ),
        "supplement_table_enabled": SettingKey(default=False, read=_boolean, remedy=_YES_NO),
        "presentation_interval": SettingKey(10, _integer(1, 3600), "use whole seconds from 1 to 3600"),
        "presentation_page_progress": SettingKey(default=True, read=_boolean, remedy=_YES_NO),
        "presentation_auto_progress": SettingKey(default=True, read=_boolean, remedy=_YES_NO),
        "video_autoplay": SettingKey(default=True, read=_boolean, remedy=_YES_NO),
        "video_loop": SettingKey(default=True, read=_boolean, remedy=_YES_NO),
        "video_volume": SettingKey(0.8, _volume, "use a number from 0 to 1, such as 0.8"),
        "video_muted": SettingKey(default=False, read=_boolean, remedy=_YES_NO),
        "refresh_seconds": SettingKey(0, _integer(0, 86_400), "use whole seconds from 0 (off) to 86400"),
        "default_timezone": SettingKey("Europe/Vienna", _timezone, "use an IANA zone such as Europe/Vienna"),
        "organization_name": SettingKey("", _text, "use at most 2000 characters"),
        "group_order": SettingKey([], _group_ids, "use a JSON list of group ids such as [3, 1, 2]"),
        "ui_language": SettingKey("de", _language, "use de or en"),
    }
)
"""Every setting there is; other keys are refused."""


def get_key(key: str) -> SettingKey:
    """Return the description of a key; raise `NotFoundError` for one that does not exist."""
    found = SETTING_KEYS.get(key)
    if found is None:
        raise NotFoundError("There is no setting {key}.", field="key", key=key)
    return found


def parse_setting(key: str, text: str) -> Any:  # noqa: ANN401 - each key has its own type
    """Return the typed value; raise `InvalidInputError` that names key, value and remedy."""
    known = get_key(key)
    try:
        return known.read(text)
    except ValueError:
        raise InvalidInputError(
            "The setting {key} cannot be {value}: {remedy}.",
            field=key,
            key=key,
            value=text,
            remedy=known.remedy,
        ) from None


def format_setting(key: str, value: object) -> str:
    """Return the text form that `parse_setting` reads back to the same value."""
    get_key(key)
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, list) else str(value)
