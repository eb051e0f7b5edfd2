"""Small pieces of HTML that several widgets put together; every text is escaped here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Final, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console.i18n import _
from console.words.event_types import EVENT_TYPES, event_type_word
from console.words.formatting import MISSING, number, relative_html
from console.words.status import STATUSES, status_word
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.monitoring.liveness import Status

T = TypeVar("T")
_NUMBERS: Final = re.compile(
    r"-?\d+(?:[.,]\d{3})*(?:[.,]\d{1,2})?"
    r"(?: (?:%|°C|s|ms|min|h|B|KiB|MiB|GiB|MB|Tage?|days?|\d+))*(?:<div|$)"
)
"""`12`, `99,4 %`, `2 h 05 min`, perhaps with a line below; not a date, a version or an address."""
_NUMBER_CLASS: Final = ' class="is-number"'


def link(path: str, text: str, **query: str | int) -> str:
    """Return a link to one of our own pages; a plain one, which can be opened beside this page."""
    return f'<a href="{_address(path, query)}" target="_self">{escape(text)}</a>'


def row_link(path: str, text: str, **query: str | int) -> str:
    """Return a link that its whole row follows; see `theme/rows.js`."""
    address = _address(path, query)
    return f'<a class="is-row" href="{address}" target="_self">{escape(text)}</a>'


def link_about(path: str, text: str, about: str, **query: str | int) -> str:
    """Return a link that names for the ear what it is about: there are many of its `text`."""
    hidden = f'<span class="is-hidden"> {escape(about)}</span>'
    return f'<a href="{_address(path, query)}" target="_self">{escape(text)}{hidden}</a>'


def rollout_link(rollout_id: str, about: str) -> str:
    """Return the link to the page of a roll-out; `about` is what of it is spoken of."""
    return link_about("commands", _("Roll-out"), about, rollout=rollout_id)


def event_mark(kind: EventType) -> str:
    """Return the mark of an event's kind: its glyph on its colour, with its name as tooltip."""
    style = EVENT_TYPES[kind]
    word = escape(event_type_word(kind))
    name = f'role="img" title="{word}" aria-label="{word}"'
    return f'<i class="is-mark" style="background:{style.color}" {name}>{style.glyph}</i>'


def event_kinds() -> str:
    """Return every kind's mark with its name, for legends."""
    return "".join(
        f"<span>{event_mark(kind)} {escape(event_type_word(kind))}</span>" for kind in EVENT_TYPES
    )


def status_counts(counts: dict[Status, int]) -> str:
    """Return `● 4 In Ordnung ▲ 1 Warnung` for the statuses that occur."""
    return " ".join(
        f'<span class="is-status is-{status.value}"><i aria-hidden="true">{STATUSES[status].icon}'
        f"</i>{counts[status]} {escape(status_word(status))}</span>"
        for status in reversed(Status)
        if counts.get(status)
    )


def health_bar(counts: dict[Status, int]) -> str:
    """Return a bar of the statuses by their shares; the figures stand beside it."""
    total = sum(counts.values())
    if not total:
        return '<div class="is-bar"></div>'
    parts = "".join(
        f'<span class="is-bar-{status.value}" style="flex-grow:{counts[status]}"></span>'
        for status in reversed(Status)
        if counts.get(status)
    )
    label = ", ".join(
        f"{status_word(status)} {count}/{total}" for status, count in counts.items() if count
    )
    return f'<div class="is-bar" role="img" aria-label="{escape(label)}">{parts}</div>'


def picture(
    url: str | None, *, alt: str, at: datetime | None, zone: ZoneInfo, now: datetime, missing: str
) -> str:
    """Return a screen's picture with its age, or a quiet box that says there is none."""
    if url is None:
        return f'<div class="is-picture is-missing"><span>{escape(missing)}</span></div>'
    age = f"<figcaption>{relative_html(at, zone, now=now)}</figcaption>" if at else ""
    image = f'<img src="{escape(url)}" alt="{escape(alt)}" loading="lazy">'
    return f'<figure class="is-picture">{image}{age}</figure>'


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values as a definition list; the values are HTML already."""
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f'<dl class="is-facts">{rows}</dl>'


def _address(path: str, query: Mapping[str, str | int]) -> str:
    return escape(f"/{path}?{urlencode(query)}" if query else f"/{path}")


def table(head: Iterable[str], rows: Iterable[Iterable[str]], *, caption: str) -> str:
    """Return a table; heads are texts, cells are HTML already. `caption` is read out, not shown.

    Columns of numbers stand on the right, so that their digits stand below each other.
    """
    names, lines = list(head), [tuple(row) for row in rows]
    right = frozenset(place for place in range(len(names)) if _has_numbers(lines, place))
    heads = "".join(
        f'<th scope="col"{_NUMBER_CLASS if place in right else ""}>{escape(name)}</th>'
        for place, name in enumerate(names)
    )
    body = "".join(f"<tr>{labelled('td', names, line, right)}</tr>" for line in lines)
    return (
        f'<div class="is-table"><table><caption>{escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def table_of_first(
    head: Iterable[str],
    items: Sequence[T],
    cells: Callable[[T], Iterable[str]],
    *,
    most: int,
    caption: str,
    has_file: bool = True,
) -> str:
    """Return a table of the first items; below it stands how many there are, when it is cut.

    `has_file`: the reader can have them all as a file.
    """
    shown = table(head, map(cells, items[:most]), caption=caption)
    if len(items) <= most:
        return shown
    numbers = {"n": number(most), "all": number(len(items))}
    cut = (
        _("The first {n} of {all} rows; the file has all.", **numbers)
        if has_file
        else _("The first {n} of {all} rows.", **numbers)
    )
    return f'{shown}<p class="is-quiet is-small">{escape(cut)}</p>'


def labelled(
    tag: str, heads: Iterable[str], cells: Iterable[str], right: frozenset[int] = frozenset()
) -> str:
    """Return the cells of one line; each carries its head, which stands beside it on a phone.

    Heads are texts, cells are HTML already. `right` has the places of those that hold numbers.
    """
    opened = _opened(tag, tuple(heads), right)
    return "".join(f"{begin}{cell}</{tag}>" for begin, cell in zip(opened, cells, strict=True))


@lru_cache(maxsize=64)  # all lines of a table begin their cells alike
def _opened(tag: str, heads: tuple[str, ...], right: frozenset[int]) -> tuple[str, ...]:
    return tuple(
        f'<{tag}{_NUMBER_CLASS if place in right else ""} data-label="{escape(head)}">'
        for place, head in enumerate(heads)
    )


def _has_numbers(lines: Sequence[tuple[str, ...]], place: int) -> bool:
    """Whether this column holds numbers, perhaps with units, and nothing else but gaps."""
    cells = [line[place] for line in lines if line[place] not in ("", MISSING)]
    return bool(cells) and all(_NUMBERS.match(cell) for cell in cells)


def entry_html(name: str, *parts: str) -> str:
    """Return a line of a list (`console/parts/own/listing.py`), which is told by its name.

    The parts are boxes, columns and buttons, as HTML.
    """
    return f'<div class="is-entry" data-line="{escape(name)}">{"".join(parts)}</div>'


def tick_box(label: str, *, is_of_all: bool = False) -> str:
    """Return the box that ticks its line of a list; in the head, the one that ticks all lines."""
    whose = "all" if is_of_all else "one"
    return (
        f'<label class="is-tick"><input type="checkbox" data-tick="{whose}" '
        f'aria-label="{escape(label)}"></label>'
    )


def deed_button(
    deed: str,
    label: str,
    icon: str,
    *,
    has_words: bool = False,
    is_disabled: bool = False,
    explained: str = "",
) -> str:
    """Return a button of a list's line, which tells the page of its deed.

    `icon` is the name of one of Material's; it stands alone unless the button `has_words`.
    `explained` is what is read when somebody points at it.
    """
    state = " disabled" if is_disabled else ""
    title = f' title="{escape(explained)}"' if explained else ""
    name = "" if has_words else f' aria-label="{escape(label)}"'
    words, kind = (escape(label), "is-deed has-words") if has_words else ("", "is-deed")
    return (
        f'<button type="button" class="{kind}" data-deed="{deed}"{state}{name}{title}>'
        f"{_icon(icon)}{words}</button>"
    )


def deed_link(deed: str, label: str, icon: str, path: str, **query: str) -> str:
    """Return a link in a list's line that looks like a button; pressed, it tells of its deed."""
    return (
        f'<a class="is-deed has-words" data-deed="{deed}" href="{_address(path, query)}" '
        f'target="_self">{_icon(icon)}{escape(label)}</a>'
    )


def _icon(name: str) -> str:
    """Return an icon, whose English name is no text of the page."""
    return f'<i class="is-icon" aria-hidden="true" data-icon="{name}"></i>'
