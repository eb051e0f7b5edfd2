"""What was shown, in words."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.plays.data import Totals
from console.words.formatting import clock, duration, percent
from infoscreen_core.domain.monitoring.plays.plays import Sureness

_SURENESS: Final = {
    Sureness.SEEN: N_("Shown, with a picture"),
    Sureness.REPORTED: N_("Shown, by its report"),
    Sureness.UNKNOWN: N_("Unknown"),
}


def sureness_word(sureness: Sureness) -> str:
    """Return how sure it is."""
    return _(_SURENESS[sureness])


def totals_sentence(found: Totals) -> str:
    """Return how long what is asked for was shown, how sure that is, and what nobody knows."""
    seen, reported, unknown = found.seconds
    if not seen + reported + unknown:
        return _("Nothing of it is on record in this time.")
    said = _(
        "Shown for {length} on all screens together; a picture proves {share} of it.",
        length=seconds_text(seen + reported),
        share=percent(100 * seen / (seen + reported) if seen + reported else 0),
    )
    if not unknown:
        return said
    return f"{said} " + _(
        "Another {length} nobody can tell: the player was silent, or the server could not see.",
        length=seconds_text(unknown),
    )


def screens_sentence(count: int, shown: int) -> str:
    """Return how many screens there are, and how many of them stand on this page."""
    if count <= shown:
        return ngettext("{n} screen.", "{n} screens.", count)
    return _("{n} screens, {shown} of them on this page.", n=count, shown=shown)


def freshness_text(counted_until: datetime | None, window_end: datetime, zone: ZoneInfo) -> str:
    """Return up to when it reaches."""
    until = counted_until or window_end
    return _("Counted until {time}", time=clock(until, zone))


def seconds_text(seconds: float) -> str:
    """Return a length: `2 h 05 min`."""
    return duration(timedelta(seconds=seconds))
