"""The calendar's stylesheet: ours for everything, plus the colour and the mark of each kind of event."""

from functools import cache

from console.theme import stylesheet
from console.words.event_types import event_type_rules


@cache
def calendar_css() -> str:
    """Return what the component's own document is styled with."""
    return "\n".join([stylesheet("calendar.css"), event_type_rules()])
