"""Pages of the library: what is on them, in which order, and how many there are."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventMedia, MediaFolder
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import folders, library
from infoscreen_core.services.media.views import (
    TOP,
    MediaFilter,
    MediaSort,
    PageAsked,
    SortBy,
)
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, add_period
from tests.support.media.files import add_file
from tests.support.media.shelves import show

TODAY = date(2026, 9, 7)


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (Event, Conversion, EventMedia, MediaFolder):
            session.execute(delete(table))
        yield session
        session.rollback()


def _names(session: Session, wanted: MediaFilter, **sort: bool | SortBy) -> list[str]:
    order = MediaSort(**sort)  # type: ignore[arg-type]
    page = library.list_page(session, wanted, order, today=TODAY)
    assert page.total == len(page.files)
    return [one.name for one in page.files]


def _add(session: Session, name: str, kind: MediaType = MediaType.PDF, **values: object) -> int:
    return add_file(session, name, kind, now=NOW, **values)


def test_names_are_found_without_case_and_accents(session: Session) -> None:
    for name in ("Speiseplan Menü.pdf", "Jahresbericht.pdf", "100 % Aula_neu.pdf", "Straße.pdf"):
        _add(session, name)
    for text, found in {
        "MENU": ["Speiseplan Menü.pdf"],
        "menü speise": ["Speiseplan Menü.pdf"],
        "bericht": ["Jahresbericht.pdf"],
        "STRASSE": ["Straße.pdf"],
        "100 %": ["100 % Aula_neu.pdf"],
        "a_n": ["100 % Aula_neu.pdf"],
        "a%n": [],
        "": ["100 % Aula_neu.pdf", "Jahresbericht.pdf", "Speiseplan Menü.pdf", "Straße.pdf"],
        "/": [],
    }.items():
        assert _names(session, MediaFilter(text=text)) == found, text
    with pytest.raises(InvalidInputError, match="at most 200"):
        library.list_page(session, MediaFilter(text="a" * 201))


def test_files_are_sorted_by_each_column_both_ways(session: Session) -> None:
    _add(session, "b.pdf", size=30, updated_at=NOW)
    _add(session, "A.png", MediaType.PNG, size=10, updated_at=NOW + timedelta(hours=2))
    _add(session, "c.mp4", MediaType.MP4, size=20, updated_at=NOW + timedelta(hours=1))
    for by, expected in {
        SortBy.NAME: ["A.png", "b.pdf", "c.mp4"],
        SortBy.TYPE: ["c.mp4", "b.pdf", "A.png"],
        SortBy.SIZE: ["A.png", "c.mp4", "b.pdf"],
        SortBy.CHANGED: ["b.pdf", "c.mp4", "A.png"],
    }.items():
        assert _names(session, MediaFilter(), by=by) == expected
        assert _names(session, MediaFilter(), by=by, is_descending=True) == expected[::-1]


def test_each_filter_alone_and_together(session: Session) -> None:
    folder = folders.create_folder(session, "Aula", parent_id=None, actor=CLI, now=NOW).id
    period, group = add_period(session), add_group(session)
    used = _add(session, "gezeigt.pdf", folder_id=folder, place=f"{folder}/gezeigt.pdf")
    show(session, used, group)
    old = _add(session, "alt.png", MediaType.PNG, expires_on=TODAY - timedelta(days=1))
    _add(session, "heute.png", MediaType.PNG, expires_on=TODAY, academic_period_id=period)
    session.add(
        Conversion(
            media_id=old,
            target_format=Target.THUMBNAIL,
            file_hash=session.get_one(EventMedia, old).checksum_sha256,
            status=ConversionStatus.FAILED,
            created_at=NOW,
        )
    )
    session.flush()
    failed = frozenset({ConversionStatus.FAILED})
    for wanted, expected in (
        (MediaFilter(folder_id=folder), ["gezeigt.pdf"]),
        (MediaFilter(folder_id=TOP), ["alt.png", "heute.png"]),
        (MediaFilter(types=frozenset({MediaType.PNG})), ["alt.png", "heute.png"]),
        (MediaFilter(period_id=period), ["heute.png"]),
        (MediaFilter(used=True), ["gezeigt.pdf"]),
        (MediaFilter(used=False), ["alt.png", "heute.png"]),
        (MediaFilter(expired=True), ["alt.png"]),
        (MediaFilter(expired=False), ["gezeigt.pdf", "heute.png"]),
        (MediaFilter(states=failed), ["alt.png"]),
        (MediaFilter(states=failed | {ConversionStatus.READY}), ["alt.png"]),
        (MediaFilter(states=failed, used=True), []),
        (MediaFilter(converted=True), ["gezeigt.pdf", "heute.png"]),
        (MediaFilter(converted=False), ["alt.png"]),
        (MediaFilter(converted=True, used=False, expired=False), ["heute.png"]),
        (MediaFilter(used=False, expired=False, types=frozenset({MediaType.PNG})), ["heute.png"]),
    ):
        for by in SortBy:
            assert sorted(_names(session, wanted, by=by)) == expected, (wanted, by)
        assert library.list_page(session, wanted, today=TODAY).total == len(expected), wanted
        beyond = library.list_page(session, wanted, page=PageAsked(2, 1), today=TODAY)
        assert (beyond.total, beyond.number) == (len(expected), min(2, len(expected) or 1)), wanted


def test_a_state_of_an_earlier_content_does_not_count(session: Session) -> None:
    media = _add(session, "neu.pdf")
    session.add(
        Conversion(
            media_id=media,
            target_format=Target.FACTS,
            file_hash="a" * 64,
            status=ConversionStatus.FAILED,
            created_at=NOW,
        )
    )
    session.flush()
    for states in ({ConversionStatus.FAILED}, {ConversionStatus.FAILED, ConversionStatus.READY}):
        assert _names(session, MediaFilter(states=frozenset(states))) == []
    assert _names(session, MediaFilter(converted=False)) == []
    assert library.get(session, media).conversions == ()


def test_what_is_made_of_a_file_stands_with_it(session: Session) -> None:
    media = _add(session, "rede.pptx", MediaType.PPTX)
    session.add(
        Conversion(
            media_id=media,
            target_format=Target.PDF,
            file_hash=session.get_one(EventMedia, media).checksum_sha256,
            status=ConversionStatus.READY,
            result={"size": 5, "checksum_sha256": "c" * 64},
            warnings=[{"fonts": ["Comic Sans MS"]}],
            created_at=NOW,
        )
    )
    session.flush()
    view = library.get(session, media).conversion(Target.PDF)
    assert view is not None
    assert (view.size, view.checksum, view.warnings) == (
        5,
        "c" * 64,
        ({"fonts": ["Comic Sans MS"]},),
    )
    assert library.get(session, media).conversion(Target.MP4) is None


@pytest.mark.parametrize("used", [None, False])
def test_pages_are_counted_and_one_beyond_the_last_is_the_last(
    session: Session, *, used: bool | None
) -> None:
    for number in range(7):
        _add(session, f"{number}.pdf")
    wanted = MediaFilter(used=used)
    pages = {
        asked: library.list_page(session, wanted, MediaSort(), PageAsked(asked, 3))
        for asked in (-1, 1, 2, 3, 4, 99)
    }
    assert {asked: page.number for asked, page in pages.items()} == {
        -1: 1, 1: 1, 2: 2, 3: 3, 4: 3, 99: 3,
    }  # fmt: skip
    assert {(page.total, page.page_count) for page in pages.values()} == {(7, 3)}
    assert [one.name for one in pages[3].files] == ["6.pdf"]
    exact = library.list_page(session, wanted, MediaSort(), PageAsked(2, 7))
    assert (exact.number, exact.page_count, len(exact.files)) == (1, 1, 7)
    for size in (0, 501):
        with pytest.raises(InvalidInputError, match="A page holds 1 to 500 files"):
            library.list_page(session, wanted, MediaSort(), PageAsked(1, size))


def test_an_empty_library_has_one_empty_page(session: Session) -> None:
    page = library.list_page(session, MediaFilter())
    assert (page.files, page.total, page.number, page.page_count) == ((), 0, 1, 1)


def test_where_a_file_is_used_with_what_comes_next(session: Session) -> None:
    group, other = add_group(session), add_group(session, "Foyer")
    media = _add(session, "plan.pdf")
    late = show(session, media, other, recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
    over = show(session, media, group)
    show(session, _add(session, "anderes.pdf"), group)
    uses = library.list_uses(session, media, now=NOW + timedelta(days=1))
    assert [(one.event_id, one.group_name, one.is_series) for one in uses] == [
        (late, "Foyer", True),
        (over, "Aula", False),
    ]
    assert (uses[0].next_start, uses[1].next_start) == (
        NOW + timedelta(days=7, hours=1),
        None,
    )
    assert library.get(session, media).uses == 2


def test_further_files_of_a_presentation_are_used_too(session: Session) -> None:
    first, second = _add(session, "a.pdf"), _add(session, "b.pdf")
    event = session.get_one(Event, show(session, first, add_group(session)))
    event.further_media_ids = (second, first)
    session.flush()
    assert [one.event_id for one in library.list_uses(session, second, now=NOW)] == [event.id]
    assert (library.get(session, first).uses, library.get(session, second).uses) == (1, 1)
    assert _names(session, MediaFilter(used=True)) == ["a.pdf", "b.pdf"]
