"""The settings as people read them: their names, their values, and what was changed last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.i18n import LANGUAGES, N_, _
from console.words.formatting import MISSING, number, percent, relative_html
from console.words.html import table
from infoscreen_core.db.models import AuditEntry

SETTING_WORDS: Final[dict[str, str]] = {
    "organization_name": N_("Name of the school"),
    "ui_language": N_("Language"),
    "default_timezone": N_("Time zone"),
    "presentation_interval": N_("Seconds per page"),
    "presentation_auto_progress": N_("Turn pages by itself"),
    "presentation_page_progress": N_("Show progress"),
    "video_volume": N_("Volume (%)"),
    "video_muted": N_("Muted"),
    "video_autoplay": N_("Start by itself"),
    "video_loop": N_("Repeat"),
    "supplement_table_enabled": N_("Offer the supplement table when events are planned"),
    "supplement_table_url": N_("Address of the supplement table (WebUntis)"),
    "refresh_seconds": N_("Send the plan again every … seconds (0: only when it changes)"),
    "group_order": N_("Order of the groups"),
}
"""What each setting is called on pages; every key has its word."""
SHORT_WORDS: Final[dict[str, str]] = {
    "presentation_interval": N_("Presentations: seconds per page"),
    "presentation_auto_progress": N_("Presentations: turn pages by itself"),
    "presentation_page_progress": N_("Presentations: show progress"),
    "video_volume": N_("Videos: volume"),
    "video_muted": N_("Videos: muted"),
    "video_autoplay": N_("Videos: start by itself"),
    "video_loop": N_("Videos: repeat"),
    "supplement_table_enabled": N_("Offer the supplement table"),
    "refresh_seconds": N_("Send the plan again"),
}
"""What those are called that need the heading above them, where there is none."""


@dataclass(frozen=True)
class SettingChange:
    """One change of one setting."""

    key: str
    at: datetime
    by: str
    before: object
    after: object


def setting_change(row: AuditEntry) -> SettingChange:
    """Return what the audit trail says about a changed setting."""
    before, after = (row.before or {}).get("value"), (row.after or {}).get("value")
    return SettingChange(row.entity_id, row.at, row.actor_name, before, after)


def setting_word(key: str) -> str:
    """Return what a setting is called where no heading explains it."""
    word = SHORT_WORDS.get(key) or SETTING_WORDS.get(key)
    return _(word) if word else key


def value_text(key: str, value: object) -> str:
    """Return a setting's value as people say it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if key == "ui_language":
        return LANGUAGES.get(str(value), str(value))
    if key == "video_volume" and isinstance(value, int | float):
        return percent(value * 100)
    if key in {"refresh_seconds", "presentation_interval"} and isinstance(value, int):
        return number(value, "s")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or MISSING
    return str(value) if value not in (None, "") else MISSING


def changed_values(typed: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what differs from what the form began with: only that is written."""
    return {key: value for key, value in typed.items() if value != base[key]}


def changes_html(changes: Iterable[SettingChange], zone: ZoneInfo, *, now: datetime) -> str:
    """Return who changed what last, newest first, as a table."""
    rows = [
        (
            relative_html(change.at, zone, now=now),
            escape(change.by),
            escape(setting_word(change.key)),
            " → ".join(_clipped(value_text(change.key, value)) for value in (change.before, change.after)),
        )
        for change in changes
    ]
    head = (_("When"), _("Who"), _("Setting"), _("Change"))
    return table(head, rows, caption=_("The latest changes of settings"))


def _clipped(text: str) -> str:
    return f'<span class="is-value" title="{escape(text)}">{escape(text)}</span>'
