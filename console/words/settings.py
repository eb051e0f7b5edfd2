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
    "incident_cpu_percent": N_("Processor: incident from … %"),
    "incident_cpu_over_percent": N_("Processor: over below … %"),
    "incident_cpu_minutes": N_("Processor: after … minutes"),
    "incident_temperature": N_("Temperature: incident from … °C"),
    "incident_temperature_over": N_("Temperature: over below … °C"),
    "incident_temperature_minutes": N_("Temperature: after … minutes"),
    "incident_disk_mb": N_("Disk: incident below … MB free"),
    "incident_disk_over_mb": N_("Disk: over from … MB free"),
    "incident_reconnects": N_("Connection: incident from … breaks an hour"),
    "incident_picture_minutes": N_("Picture: incident when older than … minutes"),
    "incident_content_seconds": N_("Wrong content: after … seconds"),
    "incident_outage_seconds": N_("Outage of the server: after … seconds"),
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
