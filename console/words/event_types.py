"""One colour, icon and word for each kind of event, and words for the looks of messages."""

from dataclasses import dataclass
from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.events.event import EventType, Severity


@dataclass(frozen=True)
class EventTypeStyle:
    """How a kind of event looks."""

    word: str
    """Message id; `event_type_word` translates it."""
    icon: str
    """Streamlit's name of the icon, for labels."""
    glyph: str
    """One character for places that take no icon: calendar cells, plots, plain text."""
    color: str
    """Carries white text, in light and dark."""


EVENT_TYPES: Final[dict[EventType, EventTypeStyle]] = {
    EventType.PRESENTATION: EventTypeStyle(
        N_("Presentation"), ":material/slideshow:", "▤", "#3566B8"
    ),
    EventType.WEBSITE: EventTypeStyle(N_("Website"), ":material/language:", "◍", "#7B4FB5"),
    EventType.WEBUNTIS: EventTypeStyle(
        N_("Supplement table"), ":material/calendar_view_week:", "▦", "#A83F86"
    ),
    EventType.VIDEO: EventTypeStyle(N_("Video"), ":material/movie:", "▶", "#5F7A1F"),
    EventType.MESSAGE: EventTypeStyle(N_("Message"), ":material/campaign:", "✉", "#9A3B52"),
    EventType.OTHER: EventTypeStyle(N_("Other"), ":material/category:", "◇", "#5B6470"),
}


LOOK_WORDS: Final[dict[Severity, str]] = {
    Severity.INFO: N_("Notice"),
    Severity.WARNING: N_("Warning"),
    Severity.EMERGENCY: N_("Alarm"),
}
"""How a message looks on the screens; "emergency" is a priority, never a look."""


def event_type_word(kind: EventType) -> str:
    """Return the kind's name in the current language."""
    return _(EVENT_TYPES[kind].word)


def event_type_rules() -> str:
    """Return CSS that gives colour and mark of its kind to whatever has the class `is-<kind>`."""
    return "\n".join(
        f".is-{kind.value} {{ --kind: {style.color}; --mark: '{style.glyph}'; }}"
        for kind, style in EVENT_TYPES.items()
    )
