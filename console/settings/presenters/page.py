"""The settings as people read them: their names, their values, and what was changed last."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from console.i18n import LANGUAGES, _
from console.words.formatting import MISSING, number, percent, relative_html
from console.words.html import table
from console.words.people.actors import actor_word
from console.words.settings import setting_word
from infoscreen_core.services.system_settings import SettingChange


def value_text(key: str, value: object, groups: Mapping[int, str]) -> str:
    """Return a setting's value as people say it; `groups` has their names by their ids."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "ui_language":
        return LANGUAGES.get(str(value), str(value))
    if key == "video_volume" and isinstance(value, int | float):
        return percent(value * 100)
    if key in {"refresh_seconds", "presentation_interval"} and isinstance(value, int):
        return number(value, "s")
    if isinstance(value, list):
        return ", ".join(groups.get(one, _("deleted group")) for one in value) or MISSING
    return str(value) if value not in (None, "") else MISSING


def changed_values(typed: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from what the form began with: only that is written."""
    return {key: value for key, value in typed.items() if value != base[key]}


def changes_html(
    changes: Iterable[SettingChange], groups: Mapping[int, str], zone: ZoneInfo, *, now: datetime
) -> str:
    """Return who changed what last, newest first, as a table."""
    rows = [
        (
            relative_html(change.at, zone, now=now),
            escape(actor_word(change.by)),
            escape(setting_word(change.key)),
            " → ".join(
                _clipped(value_text(change.key, value, groups))
                for value in (change.before, change.after)
            ),
        )
        for change in changes
    ]
    head = (_("When"), _("Who"), _("Setting"), _("Change"))
    return table(head, rows, caption=_("The latest changes of settings"))


def _clipped(text: str) -> str:
    return f'<span class="is-value" title="{escape(text)}">{escape(text)}</span>'
