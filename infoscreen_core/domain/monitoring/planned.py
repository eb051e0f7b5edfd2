"""What a plan puts on a group's screens over a stretch of time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infoscreen_core.domain.events.schedule import PlayableT, is_on, on_screen
from infoscreen_core.domain.monitoring.spans import Span


@dataclass(frozen=True, slots=True)
class Lead:
    """Time in which the same thing is first on the screens."""

    span: Span
    place: int
    """Of the occurrence among those that were given."""


def leads(occurrences: Sequence[PlayableT], window: Span) -> list[Lead]:
    """Return what is first on the screens, in order; times in which nothing is on are left out."""
    places = {id(one): place for place, one in enumerate(occurrences)}
    found: list[Lead] = []
    for span in _pieces(occurrences, window):
        shown = on_screen(one for one in occurrences if is_on(one, span.start))
        if not shown:
            continue
        place = places[id(shown[0])]
        if found and found[-1].place == place and found[-1].span.end == span.start:
            found[-1] = Lead(Span(found[-1].span.start, span.end), place)
        else:
            found.append(Lead(span, place))
    return found


def _pieces(occurrences: Iterable[PlayableT], window: Span) -> Iterable[Span]:
    """Return the window in pieces in which nothing begins or ends."""
    bounds = {window.start, window.end}
    for one in occurrences:
        bounds |= {at for at in (one.start, one.end) if window.start < at < window.end}
    ordered = sorted(bounds)
    return map(Span, ordered, ordered[1:])
