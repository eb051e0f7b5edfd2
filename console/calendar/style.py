"""The calendar's stylesheet: our own, plus the colour and mark of each kind of event."""

from functools import cache

from console.theme import stylesheet
from console.words.event_types import event_type_rules


@cache
def calendar_css() -> str:
    """Return the CSS for the component's own document."""
    return "\n".join([stylesheet("calendar.css"), event_type_rules()])
