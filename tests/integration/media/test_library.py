"""Files of the library: added, replaced, named, moved and tagged, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    Conversion,
    Event,
    EventMedia,
    MediaFolder,
    MediaRoom,
)
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.media import folders, library, room
from infoscreen_core.services.media.views import TOP, MediaFilter
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, add_period
from tests.support.media.samples import pdf, picture, sample
from tests.support.media.shelves import Shelf, show
from tests.support.people import actions_of

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.at(tmp_path)


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (Event, Conversion, EventMedia, MediaFolder, MediaRoom):
            session.execute(delete(table))
        yield session
        session.rollback()


def test_a_file_is_added_with_all_that_is_made_of_it(session: Session, shelf: Shelf) -> None:
    data = pdf(2)
    added = shelf.add(session, "Plan.pdf", data, now=NOW)
    assert (added.name, added.media_type, added.size) == ("Plan.pdf", MediaType.PDF, len(data))
    assert added.mime_type == "application/pdf"
    assert [one.target for one in added.conversions] == [Target.FACTS, Target.THUMBNAIL]
    assert (added.version, added.uses, added.folder_id) == (1, 0, None)
    assert shelf.store.content_path(added.checksum).read_bytes() == data
    assert library.get(session, added.id) == added
    assert actions_of(session) == ["media.added"]


def test_the_same_content_is_kept_once_and_told(session: Session, shelf: Shelf) -> None:
    data = picture()
    first = shelf.add(session, "Aula.png", data, now=NOW)
    second = shelf.add(session, "Foyer.png", data, now=NOW)
    assert first.checksum == second.checksum
    assert [one.name for one in library.list_same(session, second.id)] == ["Aula.png"]
    assert len([one for one in shelf.files() if one.startswith("content/")]) == 1
    view = room.measured(session, quota_bytes=None)
    assert (view.file_count, view.byte_count) == (2, len(data))


def test_a_taken_name_gets_a_number(session: Session, shelf: Shelf) -> None:
    names = [shelf.add(session, "plan.pdf", pdf(), now=NOW).name for _ in range(3)]
    assert names == ["plan.pdf", "plan (2).pdf", "plan (3).pdf"]
    assert shelf.add(session, "PLAN.PDF", pdf(), now=NOW).name == "PLAN (4).PDF"


def test_a_file_is_replaced_everywhere(session: Session, shelf: Shelf) -> None:
    changes.add_counter(session)
    old = shelf.add(session, "Aula.pdf", pdf(1), now=NOW)
    before = changes.current(session)
    part = shelf.incoming("neu.png", picture())
    new = library.replace(session, old.id, part, actor=CLI, now=LATER)
    assert (new.id, new.version, new.name) == (old.id, 2, "Aula.png")
    assert (new.media_type, new.checksum) == (MediaType.PNG, part.checksum)
    assert (new.created_at, new.updated_at) == (NOW, LATER)
    assert {one.target for one in new.conversions} == {Target.FACTS, Target.THUMBNAIL}
    assert changes.current(session) == before + 1
    assert room.measured(session, quota_bytes=None).byte_count == part.size


def test_a_shown_file_cannot_become_something_that_events_cannot_show(
    session: Session, shelf: Shelf
) -> None:
    group = add_group(session)
    old = shelf.add(session, "Aula.pdf", pdf(), now=NOW)
    show(session, old.id, group)
    with pytest.raises(ConflictError, match="cannot show a file of the kind MP4"):
        library.replace(
            session, old.id, shelf.incoming("a.mp4", sample(MediaType.MP4)), actor=CLI, now=NOW
        )


def test_a_file_is_renamed_and_keeps_its_suffix(session: Session, shelf: Shelf) -> None:
    one = shelf.add(session, "plan.pdf", pdf(), now=NOW)
    shelf.add(session, "Übersicht.pdf", pdf(), now=NOW)
    assert library.rename(session, one.id, "Menü", actor=CLI, now=LATER).name == "Menü.pdf"
    with pytest.raises(ConflictError, match="here already; choose another name"):
        library.rename(session, one.id, "ÜBERSICHT.pdf", actor=CLI, now=LATER)
    with pytest.raises(InvalidInputError, match="is no name"):
        library.rename(session, one.id, "../..", actor=CLI, now=LATER)


def test_files_are_moved_and_numbered_where_their_names_are_taken(
    session: Session, shelf: Shelf
) -> None:
    folder = folders.create_folder(session, "Aula", parent_id=None, actor=CLI, now=NOW)
    shelf.add(session, "plan.pdf", pdf(), folder.id, now=NOW)
    ids = [shelf.add(session, name, pdf(), now=NOW).id for name in ("plan.pdf", "menü.pdf")]
    moved = library.move(session, ids, folder.id, actor=CLI, now=LATER)
    assert [one.name for one in moved] == ["plan (2).pdf", "menü.pdf"]
    assert library.list_page(session, MediaFilter(folder_id=TOP)).total == 0
    back = library.move(session, ids, None, actor=CLI, now=LATER)
    assert {one.folder_id for one in back} == {None}


def test_a_file_has_a_period_and_a_last_day(session: Session, shelf: Shelf) -> None:
    period = add_period(session)
    one = shelf.add(session, "plan.pdf", pdf(), now=NOW)
    day = date(2026, 12, 24)
    tagged = library.tag(
        session, one.id, expires_on=day, academic_period_id=period, actor=CLI, now=LATER
    )
    assert (tagged.expires_on, tagged.academic_period_id) == (day, period)
    assert not tagged.is_expired(day)
    assert tagged.is_expired(day + timedelta(days=1))
    with pytest.raises(NotFoundError, match="no academic period with the number 999"):
        library.tag(session, one.id, expires_on=None, academic_period_id=999, actor=CLI, now=NOW)


def test_only_editors_change_the_library(session: Session, shelf: Shelf) -> None:
    pupil = Actor(None, "kim", Role.USER, "test")
    with pytest.raises(NotAllowedError):
        shelf.add(session, "plan.pdf", pdf(), actor=pupil, now=NOW)


def test_what_is_gone_is_said(session: Session, shelf: Shelf) -> None:
    with pytest.raises(NotFoundError, match="no file with the number 999"):
        library.get(session, 999)
    with pytest.raises(NotFoundError, match="no folder with the number 999"):
        shelf.add(session, "plan.pdf", pdf(), 999, now=NOW)
    with pytest.raises(NotFoundError):
        library.check_place(session, None, 999, 10)
