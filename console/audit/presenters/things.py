"""What entries are about, in words."""

from typing import Final

from console.i18n import N_, _

ENTITY_WORDS: Final[dict[str, str]] = {
    "address": N_("Address"),
    "api_token": N_("API token"),
    "audit_log": N_("Audit trail"),
    "calendar": N_("Calendar"),
    "client": N_("Screen"),
    "command": N_("Command"),
    "event": N_("Event"),
    "event_media": N_("File"),
    "feed": N_("Calendar feed"),
    "group": N_("Group"),
    "holiday": N_("Holidays"),
    "incident": N_("Incident"),
    "maintenance_plan": N_("Maintenance plan"),
    "media_folder": N_("Folder"),
    "period": N_("Period"),
    "plug": N_("Plug"),
    "plug_cycle": N_("Power cycle"),
    "rollout": N_("Roll-out"),
    "saved_view": N_("View"),
    "setting": N_("Setting"),
    "subscription": N_("Subscribed calendar"),
    "user": N_("User"),
    "webhook": N_("Webhook"),
}
"""By the entity of an entry."""


def entity_word(entity: str) -> str:
    """Return what kind of thing it is in the current language; without a word as it is."""
    return _(ENTITY_WORDS[entity]) if entity in ENTITY_WORDS else entity.replace("_", " ")
