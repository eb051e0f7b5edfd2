"""What the settings are called."""

from typing import Final

from console.i18n import N_, _

SETTING_WORDS: Final[dict[str, str]] = {
    "organization_name": N_("Name of the school"),
    "ui_language": N_("Language"),
    "default_timezone": N_("Time zone"),
    "bell_times": N_("Bell times"),
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


def setting_word(key: str) -> str:
    """Return what a setting is called where no heading explains it."""
    word = SHORT_WORDS.get(key) or SETTING_WORDS.get(key)
    return _(word) if word else key
