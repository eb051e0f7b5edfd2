"""The calendar's stylesheet: ours for everything, plus the colour and the mark of each kind of event."""

from functools import cache
from pathlib import Path
from typing import Final

from console.presenters.event_types import EVENT_TYPES

_SHEET: Final = Path(__file__).resolve().parents[1] / "theme" / "calendar.css"


@cache
def calendar_css() -> str:
    """Return what the component's own document is styled with."""
    kinds = (
        f".is-{kind.value} {{ --kind: {style.color}; --mark: '{style.glyph}'; }}"
        for kind, style in EVENT_TYPES.items()
    )
    return "\n".join([_SHEET.read_text(encoding="utf-8"), *kinds])
