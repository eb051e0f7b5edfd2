"""What browsers that are screens show: the same lists as players get, with what a browser needs.

A browser cannot draw a PDF, so each file of a presentation says what kind it is, and where the
pictures of its pages are known by. All else is as on the wire.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import orjson
from sqlalchemy.orm import Session

from infoscreen_core.contracts import EventItem, event_list_payload
from infoscreen_core.domain.media.links import Signer
from infoscreen_core.domain.media.types import PICTURE_TYPES, MediaType
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.media import documents
from infoscreen_core.services.media.documents import DocumentView
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from infoscreen_core.services.playing.playing import MadeItems
from infoscreen_core.services.screens import web_players
from infoscreen_core.services.screens.views import OpenWebPlayer
from infoscreen_core.services.system_settings import read_all

_ORIGINAL: Final = re.compile(r"/api/eventmedia/stream/([0-9]{1,9})/")
_CONVERTED: Final = re.compile(r"/api/files/converted/(derived/[0-9a-f]{2}/([0-9a-f]{64})/[^/]+)")


@dataclass(frozen=True, slots=True)
class GroupScreen:
    """What the browsers of one group show now."""

    payload: bytes = b"[]"
    """The group's list, a JSON array."""
    documents: Mapping[str, DocumentView] | None = None
    """Documents on it by the checksum that its files name as `pages`."""


@dataclass(frozen=True, slots=True)
class WebFeed:
    """All that browsers show at one instant."""

    players: Mapping[str, OpenWebPlayer]
    """By the hash of the token in their address."""
    groups: Mapping[int, GroupScreen]
    organization: str
    timezone: str
    next_boundary: datetime
    """When lists change by themselves next, or their links to media are signed anew."""

    def screen_of(self, player: OpenWebPlayer) -> GroupScreen:
        """Return what a browser shows; without a group, nothing."""
        return self.groups.get(player.group_id or 0, NOTHING)


NOTHING: Final = GroupScreen()


@dataclass(frozen=True, slots=True)
class FeedDesk:
    """What reading needs, and keeps from one time to the next."""

    store: MediaStore
    load_signer: Callable[[], Signer]
    made: MadeItems = field(default_factory=MadeItems)


def read_feed(session: Session, desk: FeedDesk, *, now: datetime) -> WebFeed:
    """Read all of it; callers that read often pass the same desk.

    It takes a constant number of queries, however many browsers and groups there are.
    """
    players, settings = web_players.list_open(session), read_all(session)
    wanted = {player.group_id for player in players}
    # Without a host: a browser fetches files where it got its page.
    links = MediaLinks("", desk.load_signer, load_zone(settings["default_timezone"]))
    lists = playing.active_lists(session, now=now, media_links=links, made=desk.made)
    boundary = playing.next_boundary(session, now=now)
    return WebFeed(
        players={player.token_hash: player for player in players},
        groups=_screens(session, desk.store, {key: lists[key] for key in lists if key in wanted}),
        organization=settings["organization_name"],
        timezone=settings["default_timezone"],
        next_boundary=min(filter(None, (boundary, links.renewal(now)))),
    )


def _screens(
    session: Session, store: MediaStore, lists: Mapping[int, Sequence[EventItem]]
) -> dict[int, GroupScreen]:
    read = {group: orjson.loads(event_list_payload(items)) for group, items in lists.items()}
    ids = {
        int(found[1]) for items in read.values() for file in _files(items) if (found := _id(file))
    }
    shown = documents.map_shown(session, store, ids) if ids else {}
    return {group: _screen(store, items, shown) for group, items in read.items()}


def _screen(
    store: MediaStore,
    items: list[dict[str, Any]],
    shown: Mapping[int, DocumentView | MediaType],
) -> GroupScreen:
    known = {}
    for file in _files(items):
        what = _what(store, file, shown)
        if isinstance(what, DocumentView):
            known[what.checksum] = what
            file |= {"kind": "document", "pages": what.checksum}
        else:
            file["kind"] = "picture" if what in PICTURE_TYPES else "other"
    return GroupScreen(orjson.dumps(items), known)


def _files(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield from item.get("presentation", {}).get("files", ())


def _path(file: Mapping[str, Any]) -> str:
    """Return the path of an address of ours; nothing for one of another server."""
    address = urlsplit(file["url"])
    return "" if address.netloc else unquote(address.path)


def _id(file: Mapping[str, Any]) -> re.Match[str] | None:
    return _ORIGINAL.match(_path(file))


def _what(
    store: MediaStore, file: Mapping[str, Any], shown: Mapping[int, DocumentView | MediaType]
) -> DocumentView | MediaType | None:
    """Return a file's pages, or its kind; None for what another server holds."""
    original = _id(file)
    if original:
        return shown.get(int(original[1]))
    made = _CONVERTED.fullmatch(_path(file))
    return DocumentView(made[2], store.root / made[1]) if made else None
