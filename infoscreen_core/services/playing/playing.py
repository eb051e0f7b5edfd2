"""What each group plays: as players read it, and as overviews for people show it."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from functools import partial

from pydantic import ValidationError
from sqlalchemy.orm import Session

from infoscreen_core.contracts import EventItem
from infoscreen_core.db.queries import occurrences as queries
from infoscreen_core.db.queries.active_rows import (
    list_active_further,
    list_active_rows,
    read_active_row,
    read_file_row,
)
from infoscreen_core.db.queries.groups import map_link_terms
from infoscreen_core.db.queries.occurrences import BriefRow
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.events.schedule import on_screen
from infoscreen_core.domain.media.links import Grant
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.media.expiry import local_day
from infoscreen_core.services.playing.media_links import UNSIGNED, Addresses, MediaLinks
from infoscreen_core.services.playing.playing_items import UnplayableError, build_item
from infoscreen_core.services.playing.views import PlayingItem, PlayingNow


class MadeItems:
    """The items of one reading, kept for the next, since most of them are the same then.

    An item is known by what it was made of, its rows above all: comparing that is cheap, making it
    is not.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, EventItem] = {}
        self._met: dict[Hashable, EventItem] = {}

    def get(self, source: Hashable, make: Callable[[], EventItem]) -> EventItem:
        """Return the item of exactly this source, made only when it was not there last time."""
        item = self._met[source] = self._known.get(source) or make()
        return item

    def forget_the_rest(self) -> None:
        """End a reading: items that it did not ask for are dropped."""
        self._known, self._met = self._met, {}


def active_lists(
    session: Session,
    *,
    now: datetime,
    media_links: MediaLinks = UNSIGNED,
    on_unplayable: Callable[[int, str], None] = lambda _event_id, _reason: None,
    made: MadeItems | None = None,
) -> dict[int, list[EventItem]]:
    """Return the wire items of every group by its id, in playing order.

    A group in which nothing plays has an empty list; an emergency is alone on its group's list. An
    event whose stored values no player could use is left out and reported to `on_unplayable` (event
    id, reason), so the others play on. `media_links` says where players reach media. Callers
    that read often pass the same `made` each time, with links of the same address and signer. It
    takes four queries, however many groups there are.
    """
    made = made or MadeItems()
    terms = map_link_terms(session)
    lists: dict[int, list[EventItem]] = {group_id: [] for group_id in terms}
    until, today = media_links.until(now), local_day(session, now)
    further_files = list_active_further(session, now, today)

    def make(group_id: int, row: str, further: Sequence[str]) -> EventItem:
        grant = Grant(group_id, terms.get(group_id, 0), until)
        files = [read_file_row(text) for text in further]
        return build_item(read_active_row(row), files, Addresses(media_links, grant))

    for event_id, group_id, row in list_active_rows(session, now, today):
        rest = further_files.get(event_id, ())
        try:
            source = row, rest, terms.get(group_id), until
            item = made.get(source, partial(make, group_id, row, rest))
            lists.setdefault(group_id, []).append(item)
        except (UnplayableError, InvalidInputError, ValidationError) as error:
            on_unplayable(event_id, str(error))
    made.forget_the_rest()
    return {group_id: on_screen(items) for group_id, items in lists.items()}


def next_boundary(session: Session, *, now: datetime) -> datetime | None:
    """Return when what is active changes next; None when nothing lies ahead within the index."""
    return queries.find_next_boundary(session, now)


def playing_overview(
    session: Session, *, now: datetime, look_ahead: timedelta = LOOK_AHEAD
) -> dict[int, PlayingNow]:
    """Return for every group what plays now and what starts next within `look_ahead`.

    It takes three queries, however many groups there are.
    """
    current: dict[int, list[PlayingItem]] = {
        group_id: [] for group_id in queries.list_group_ids(session)
    }
    for row in queries.list_brief_active(session, now):
        current.setdefault(row.group_id, []).append(_item(row))
    coming = {
        row.group_id: _item(row) for row in queries.list_brief_next(session, now, now + look_ahead)
    }
    nothing = PlayingNow()
    return {
        group_id: PlayingNow(tuple(on_screen(items)), coming.get(group_id))
        if items or group_id in coming
        else nothing
        for group_id, items in current.items()
    }


def playing_now(session: Session, group_id: int, *, now: datetime) -> PlayingNow:
    """Return what one group plays now and next."""
    return playing_overview(session, now=now).get(group_id, PlayingNow())


def _item(row: BriefRow) -> PlayingItem:
    return PlayingItem(row.event_id, row.start, row.end, row.title, row.event_type, row.priority)
