"""Which time of a screen's past is asked for; page and file read the address alike."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from console.words.instants import read_instant
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.screen.timeline import picture_window

SPANS: Final = {
    "1h": timedelta(hours=1),
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
}
"""Spans that end now."""
USUAL: Final = "24h"
OWN: Final = "own"
"""From one instant to another, which the address names as well."""


def read_window(asked: Mapping[str, str], *, now: datetime) -> Span:
    """Return the time that an address asks for; what cannot be read is the usual.

    Raises `InvalidInputError` for a time that no picture can show.
    """
    chosen = asked.get("span", USUAL)
    if chosen == OWN:
        start, end = read_instant(asked.get("from")), read_instant(asked.get("to"))
        return picture_window(start or (end or now) - SPANS[USUAL], end or now, now=now)
    return Span(now - SPANS.get(chosen, SPANS[USUAL]), now)
