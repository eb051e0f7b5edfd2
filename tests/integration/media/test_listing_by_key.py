"""The library page by page, each page found by the last file of the one before."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventMedia
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.media import listing
from infoscreen_core.services.media.views import MediaFilter, MediaSort, MediaView, SortBy
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.media.files import add_file

ORDERS = [MediaSort(by, is_descending=down) for by, down in product(SortBy, (False, True))]


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (Event, Conversion, EventMedia):
            session.execute(delete(table))
        yield session
        session.rollback()


def _add_some(session: Session) -> None:
    kinds = (MediaType.PDF, MediaType.PNG, MediaType.MP4)
    for number in range(23):
        add_file(
            session,
            f"{'äÄaZß'[number % 5]} {number % 7} {number}.pdf",
            kinds[number % 3],
            now=NOW,
            size=number % 4,
            updated_at=NOW + timedelta(microseconds=number % 6),
        )


def _pages(session: Session, wanted: MediaFilter, sort: MediaSort) -> Iterator[MediaView]:
    after = None
    while part := listing.list_after(session, wanted, sort, after=after, limit=4):
        yield from part
        after = listing.key_of(part[-1], sort)


def _after(session: Session, sort: MediaSort, last: MediaView) -> tuple[MediaView, ...]:
    after = listing.key_of(last, sort)
    return listing.list_after(session, MediaFilter(), sort, after=after, limit=100)


@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("wanted", [MediaFilter(), MediaFilter(types=frozenset({MediaType.PDF}))])
def test_every_order_is_the_one_of_numbered_pages(
    session: Session, sort: MediaSort, wanted: MediaFilter
) -> None:
    _add_some(session)
    whole = listing.list_after(session, wanted, sort, after=None, limit=100)
    assert list(_pages(session, wanted, sort)) == list(whole)
    assert listing.list_page(session, wanted, sort).files == whole


def test_who_comes_or_goes_meanwhile_moves_nobody(session: Session) -> None:
    _add_some(session)
    sort = MediaSort(SortBy.SIZE)
    first = listing.list_after(session, MediaFilter(), sort, after=None, limit=4)
    rest = listing.list_after(
        session, MediaFilter(), sort, after=listing.key_of(first[-1], sort), limit=100
    )
    session.execute(delete(EventMedia).where(EventMedia.id == first[0].id))
    add_file(session, "new.pdf", MediaType.PDF, now=NOW, size=0)
    again = listing.list_after(
        session, MediaFilter(), sort, after=listing.key_of(first[-1], sort), limit=100
    )
    assert [one.id for one in again if one.name != "new.pdf"] == [one.id for one in rest]
