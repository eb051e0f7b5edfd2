"""The calendar's stylesheet: ours for everything, plus the colour and the mark of each kind of event."""

from functools import cache
from pathlib import Path
from typing import Final

from console.words.event_types import event_type_rules

_SHEET: Final = Path(__file__).resolve().parents[2] / "theme" / "calendar.css"


@cache
def calendar_css() -> str:
    """Return what the component's own document is styled with."""
    return "\n".join([_SHEET.read_text(encoding="utf-8"), event_type_rules()])
