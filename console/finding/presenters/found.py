"""What the search over everything found, in the reader's words, with the page that shows it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.formatting import instant
from console.words.groups import group_word
from console.words.roles import role_word
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.recurrence.exdates import format_stamp
from infoscreen_core.domain.text.names import folded
from infoscreen_core.services.finding.views import Hit, Kind, words_of

_SECTIONS: Final[Mapping[Kind, str]] = {
    Kind.SCREEN: N_("Screens"),
    Kind.GROUP: N_("Groups"),
    Kind.EVENT: N_("Events"),
    Kind.MEDIA: N_("Files"),
    Kind.USER: N_("Users"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the answer."""

    section: str
    name: str
    detail: str
    href: str

    def as_json(self) -> dict[str, str]:
        """Return it as the browser's script reads it."""
        return asdict(self)


def found_pages(text: str, pages: Iterable[tuple[str, str]]) -> list[Found]:
    """Return those of the pages, title and path, whose title has all words of the text."""
    words = words_of(text)
    return [
        Found(_("Pages"), title, "", f"/{path}")
        for title, path in pages
        if words and all(word in folded(title) for word in words)
    ]


def found_things(hits: Iterable[Hit], zone: ZoneInfo, *, now: datetime) -> list[Found]:
    """Return the lines of what has a name of its own."""
    return [
        Found(_(_SECTIONS[hit.kind]), hit.name, _detail(hit, zone, now), _HREFS[hit.kind](hit))
        for hit in hits
    ]


def _detail(hit: Hit, zone: ZoneInfo, now: datetime) -> str:
    if hit.kind is Kind.MEDIA:
        return hit.detail.upper()
    if hit.kind is Kind.USER:
        return role_word(Role(hit.detail))
    when = instant(hit.at, zone, now=now) if hit.at else ""
    return " · ".join(part for part in (hit.detail, when) if part)


def _event_href(hit: Hit) -> str:
    at = {} if hit.at is None else {"at": format_stamp(hit.at), "date": hit.at.date().isoformat()}
    return _address("calendar", event=hit.id, **at)


def _address(page: str, **query: str) -> str:
    return f"/{page}?{urlencode(query)}"


_HREFS: Final[Mapping[Kind, Callable[[Hit], str]]] = {
    Kind.SCREEN: lambda hit: _address("client", uuid=hit.id),
    Kind.GROUP: lambda hit: _address("monitoring", group=group_word(int(hit.id))),
    Kind.EVENT: _event_href,
    Kind.MEDIA: lambda hit: _address("library", file=hit.id),
    Kind.USER: lambda hit: _address("users", user=hit.id),
}
