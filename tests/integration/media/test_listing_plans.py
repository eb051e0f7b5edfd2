"""How the databases find pages of the library: in indexes, whatever is asked."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from infoscreen_core.db.engine import make_session_factory
from infoscreen_core.domain.media.types import ConversionStatus, MediaType
from infoscreen_core.services.media import library
from infoscreen_core.services.media.views import TOP, MediaFilter, MediaSort, PageAsked, SortBy
from tests.bench.media.library import NOW, TODAY, fill
from tests.support.sql.plans import row_reads, statements

FILTERS = (
    MediaFilter(folder_id=TOP),
    MediaFilter(folder_id=1),
    MediaFilter(text="plakat"),
    MediaFilter(types=frozenset({MediaType.PDF, MediaType.PPTX})),
    MediaFilter(used=True),
    MediaFilter(used=False),
    MediaFilter(expired=True),
    MediaFilter(expired=False),
    MediaFilter(states=frozenset({ConversionStatus.FAILED})),
    MediaFilter(states=frozenset({ConversionStatus.PENDING, ConversionStatus.PROCESSING})),
    MediaFilter(converted=True),
    MediaFilter(converted=False, types=frozenset({MediaType.PDF})),
)
ORDERS = [MediaSort(by, down) for by in SortBy if by is not SortBy.TYPE for down in (False, True)]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    fill(make_session_factory(engine), 2_000)
    return engine


def test_no_page_reads_the_files_one_by_one(filled: Engine) -> None:
    with Session(filled) as session, statements(session.connection()) as asked:
        for wanted in FILTERS:
            for sort in ORDERS:
                for number in (1, 3):
                    page = PageAsked(number, 20)
                    found = library.list_page(session, wanted, sort, page, today=TODAY)
                    assert found.number <= number
    _assert_in_indexes(filled, dict(asked))


def test_no_panel_reads_the_files_one_by_one(filled: Engine) -> None:
    with Session(filled) as session, statements(session.connection()) as asked:
        assert library.get(session, 1).uses
        assert library.list_uses(session, 1, now=NOW - timedelta(days=1))
        assert library.list_same(session, 1) == ()
    _assert_in_indexes(filled, dict(asked))


def test_a_read_of_all_rows_is_noticed(filled: Engine) -> None:
    with filled.connect() as connection:
        for statement in (
            "SELECT name FROM event_media ORDER BY mime_type",
            "SELECT m.name FROM event_media AS m ORDER BY m.mime_type",
        ):
            assert row_reads(connection, statement, ()), statement


def _assert_in_indexes(engine: Engine, asked: dict[str, object]) -> None:
    assert asked
    with engine.connect() as connection:
        for statement, values in asked.items():
            assert row_reads(connection, statement, values) == [], statement
