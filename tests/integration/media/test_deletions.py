"""What events show is not deleted, also when somebody plans at the same moment."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event, EventMedia
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.limits import MEBIBYTE, FileLimits
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InfoscreenError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.media import folders, library, media_deletions, room
from tests.support.at_once import at_once, while_open
from tests.support.databases import Lender, sessions_on
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, plan
from tests.support.listener.telemetry import empty
from tests.support.media.files import file_row
from tests.support.media.samples import pdf, picture
from tests.support.media.shelves import Shelf, show
from tests.support.people import actions_of


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.at(tmp_path)


@pytest.fixture
def sessions(shared: Sessions) -> Sessions:
    empty(shared)
    return shared


@pytest.fixture(scope="module")
def server(lender: Lender) -> Iterator[Sessions]:
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


def _add(sessions: Sessions, shelf: Shelf, data: bytes = b"", name: str = "plan.pdf") -> int:
    with sessions.begin() as session:
        return shelf.add(session, name, data or pdf(), now=NOW).id


def _delete(sessions: Sessions, media_id: int) -> Callable[[], None]:
    return lambda: in_transaction(
        sessions, lambda session: media_deletions.delete(session, media_id, actor=CLI, now=NOW)
    )


def _plan(sessions: Sessions, media_id: int, group: int) -> Callable[[], int]:
    return lambda: in_transaction(sessions, lambda session: _planned(session, media_id, group))


def _planned(session: Session, media_id: int, group: int) -> int:
    return plan(
        session,
        group,
        event_type=EventType.PRESENTATION,
        event_media_id=media_id,
        message_text=None,
    ).id


def _counts(sessions: Sessions) -> tuple[int, int]:
    with sessions() as session:
        files, events = (
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (EventMedia, Event)
        )
        return files, events


def test_an_unused_file_is_deleted_and_its_room_given_back(
    sessions: Sessions, shelf: Shelf
) -> None:
    media, other = _add(sessions, shelf), _add(sessions, shelf, picture(), "foto.png")
    _delete(sessions, media)()
    with sessions.begin() as session:
        view = room.measured(session, quota_bytes=None)
        assert (view.file_count, view.byte_count) == (1, len(picture()))
        assert "media.deleted" in actions_of(session)
        assert session.scalars(select(Conversion.media_id).distinct()).all() == [other]
        with pytest.raises(NotFoundError):
            media_deletions.delete(session, media, actor=CLI, now=NOW)
        pupil = Actor(None, "kim", Role.USER, "test")
        with pytest.raises(NotAllowedError):
            media_deletions.delete(session, other, actor=pupil, now=NOW)
    assert len(shelf.files()) == 2  # contents are swept later


def test_a_used_file_is_refused_with_the_list_of_events(sessions: Sessions, shelf: Shelf) -> None:
    media = _add(sessions, shelf)
    with sessions.begin() as session:
        group = add_group(session)
        for number in range(7):
            show(session, media, group, title=f"Termin {number}")
        with pytest.raises(ConflictError) as caught:
            media_deletions.delete(session, media, actor=CLI, now=NOW)
    told = str(caught.value)
    assert told.startswith("Events show the file “plan.pdf”: 7. Take it out of them first: ")
    assert told.count("(Aula)") == 5
    assert told.endswith(" ….")


def test_a_folder_goes_with_all_that_is_in_it_or_not_at_all(
    sessions: Sessions, shelf: Shelf
) -> None:
    with sessions.begin() as session:
        outer = folders.create_folder(session, "Aula", parent_id=None, actor=CLI, now=NOW).id
        inner = folders.create_folder(session, "Alt", parent_id=outer, actor=CLI, now=NOW).id
        media = shelf.add(session, "plan.pdf", pdf(), inner, now=NOW).id
        shelf.add(session, "foto.png", picture(), outer, now=NOW)
        event = show(session, media, add_group(session))
    for with_contents, told in ((False, "2 files and 1 folders are in it"), (True, "Mathe 3B")):
        with sessions.begin() as session, pytest.raises(ConflictError, match=told):
            media_deletions.delete_folder(
                session, outer, with_contents=with_contents, actor=CLI, now=NOW
            )
    assert _counts(sessions) == (2, 1)
    with sessions.begin() as session:
        session.execute(delete(Event).where(Event.id == event))
        count = media_deletions.delete_folder(
            session, outer, with_contents=True, actor=CLI, now=NOW
        )
        assert (count, folders.list_folders(session)) == (2, ())
        assert room.measured(session, quota_bytes=None).file_count == 0


def test_somebody_plans_while_somebody_deletes(server: Sessions, shelf: Shelf) -> None:
    empty(server)
    media = _add(server, shelf)
    with server.begin() as session:
        group = add_group(session)
    later = while_open(
        server, lambda session: _planned(session, media, group), _delete(server, media)
    )
    assert isinstance(later.exception(), ConflictError)
    assert "Events show the file" in str(later.exception())
    assert _counts(server) == (1, 1)


def test_somebody_deletes_while_somebody_plans(server: Sessions, shelf: Shelf) -> None:
    empty(server)
    media = _add(server, shelf)
    with server.begin() as session:
        group = add_group(session, "Foyer")
    later = while_open(
        server,
        lambda session: media_deletions.delete(session, media, actor=CLI, now=NOW),
        _plan(server, media, group),
    )
    assert isinstance(later.exception(), InvalidInputError)
    assert f"There is no file with the number {media}" in str(later.exception())
    assert _counts(server) == (0, 0)


def test_of_both_at_the_same_moment_one_is_refused(sessions: Sessions, shelf: Shelf) -> None:
    with sessions.begin() as session:
        group = add_group(session, "Halle")
    for _ in range(5):
        media = _add(sessions, shelf)
        done = at_once(_delete(sessions, media), _plan(sessions, media, group))
        refused = [one.exception() for one in done if one.exception()]
        assert len(refused) == 1
        assert isinstance(refused[0], InfoscreenError)
    files, events = _counts(sessions)
    assert files == events


def test_files_of_one_name_at_the_same_moment_get_numbers(sessions: Sessions, shelf: Shelf) -> None:
    parts = [shelf.incoming("plan.pdf", pdf(number)) for number in range(1, 5)]
    done = at_once(
        *(
            lambda part=part: in_transaction(
                sessions, lambda session: library.add(session, part, actor=CLI, now=NOW).name
            )
            for part in parts
        )
    )
    assert sorted(str(one.result()) for one in done) == [
        "plan (2).pdf",
        "plan (3).pdf",
        "plan (4).pdf",
        "plan.pdf",
    ]
    with sessions() as session:
        view = room.measured(session, quota_bytes=None)
        assert (view.file_count, view.byte_count) == (4, sum(part.size for part in parts))


def test_the_quota_holds_for_files_at_the_same_moment(sessions: Sessions, shelf: Shelf) -> None:
    limits = FileLimits(quota_bytes=MEBIBYTE)
    parts = [
        shelf.incoming("lang.txt", word.encode() * 150_000, limits=limits)
        for word in ("Aula ", "Labor", "Halle", "Foyer")
    ]
    done = at_once(
        *(
            lambda part=part: in_transaction(
                sessions, lambda session: library.add(session, part, actor=CLI, now=NOW).name
            )
            for part in parts
        )
    )
    refused = [one.exception() for one in done if one.exception()]
    assert [str(one).partition(":")[0] for one in refused] == ["The library is full"] * 3
    assert _counts(sessions)[0] == 1


def test_a_replacement_counts_only_what_it_needs_more(sessions: Sessions, shelf: Shelf) -> None:
    limits = FileLimits(quota_bytes=MEBIBYTE)
    media = _add(sessions, shelf, b"Aula " * 200_000, "lang.txt")
    part = shelf.incoming("lang.txt", b"Foyer" * 205_000, limits=limits)
    with sessions.begin() as session:
        library.replace(session, media, part, actor=CLI, now=NOW + timedelta(hours=1))
        assert room.measured(session, quota_bytes=None).byte_count == part.size
        larger = shelf.incoming("lang.txt", b"Halle " * 205_000, limits=limits)
        with pytest.raises(ConflictError, match="The library is full"):
            library.replace(session, media, larger, actor=CLI, now=NOW)


def test_a_folder_of_very_many_files_is_deleted_in_one_go(sessions: Sessions, shelf: Shelf) -> None:
    with sessions.begin() as session:
        folder = folders.create_folder(session, "Voll", parent_id=None, actor=CLI, now=NOW).id
        session.add_all(
            file_row(f"{number}.pdf", MediaType.PDF, now=NOW, folder_id=folder, place=f"f/{number}")
            for number in range(1_200)
        )
        shared = shelf.add(session, "gleich.pdf", pdf(), folder, now=NOW)
        kept = shelf.add(session, "bleibt.pdf", pdf(), now=NOW)
        room.recount(session)
        assert shared.checksum == kept.checksum
    with sessions.begin() as session:
        count = media_deletions.delete_folder(
            session, folder, with_contents=True, actor=CLI, now=NOW
        )
        view = room.measured(session, quota_bytes=None)
    assert (count, view.file_count, view.byte_count) == (1_201, 1, kept.size)
    with sessions() as session:
        assert actions_of(session).count("media.deleted") == 1_201
