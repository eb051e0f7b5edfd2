"""The demo school's files: made, taken into the library, and shown by its events."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Conversion, Event, EventMedia, MediaFolder
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.incoming import Received
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.services.setup.demo import is_school_missing, seed_demo
from infoscreen_core.services.setup.demo_week import FOLDERS, DemoMedia
from infoscreen_core.settings import Settings, load_settings
from workers.up.demo_files.made import receive_files

MONDAY = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(infoscreen_data_dir=tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def files(settings: Settings) -> dict[DemoMedia, Received]:
    return receive_files(settings)


@pytest.fixture
def session(sessions: sessionmaker[Session], settings: Settings) -> Iterator[Session]:
    with sessions() as session:
        bootstrap(session, settings, now=MONDAY)
        yield session


def test_all_files_are_of_the_kind_that_their_name_says(
    files: dict[DemoMedia, Received], settings: Settings
) -> None:
    for media, received in files.items():
        suffix = Path(media.value).suffix.lstrip(".")
        assert received.sniffed.media_type.value == suffix
        assert received.size < 400_000
        assert (settings.media_dir / "content").exists()
    assert set(files) >= set(DemoMedia) - {DemoMedia.FILM}
    assert list((settings.media_dir / "uploads").glob("**/*")) == []


def test_they_lie_in_folders_with_their_period(
    session: Session, files: dict[DemoMedia, Received]
) -> None:
    assert is_school_missing(session)
    seeded = seed_demo(session, players=[], now=MONDAY, files=files)
    assert seeded.files == len(files)
    assert not is_school_missing(session)
    folders = {row.id: row.name for row in session.scalars(select(MediaFolder))}
    assert set(folders.values()) == set(FOLDERS)
    for media in session.scalars(select(EventMedia)):
        assert DemoMedia(media.name) in FOLDERS[folders[media.folder_id or 0]]
        assert media.academic_period_id is not None
    assert session.scalars(select(Conversion.id)).all()
    assert seed_demo(session, players=[], now=MONDAY, files=files).files == 0


def test_events_show_them_in_order(session: Session, files: dict[DemoMedia, Received]) -> None:
    seed_demo(session, players=[], now=MONDAY, files=files)
    kinds = set(session.scalars(select(Event.event_type)))
    assert kinds >= {EventType.PRESENTATION, EventType.WEBSITE, EventType.WEBUNTIS}
    names = {row.id: row.name for row in session.scalars(select(EventMedia))}
    shown = {
        event.title: [names[one] for one in (event.event_media_id, *event.further_media_ids) if one]
        for event in session.scalars(select(Event))
        if event.event_type in {EventType.PRESENTATION, EventType.VIDEO}
        and event.title != "Willkommen"
    }
    assert shown["Projektwoche der 3B"] == [DemoMedia.PROJECT]
    assert shown.get("Schulfilm", [DemoMedia.FILM]) == [DemoMedia.FILM]
    welcome = session.scalars(select(Event).where(Event.title == "Willkommen"))
    assert [DemoMedia.NOVELTIES, DemoMedia.CLUB] in [
        [names[one] for one in (event.event_media_id, *event.further_media_ids) if one]
        for event in welcome
    ]


def test_without_files_the_school_shows_texts(session: Session) -> None:
    seed_demo(session, players=[], now=MONDAY)
    kinds = set(session.scalars(select(Event.event_type)))
    assert not kinds & {EventType.PRESENTATION, EventType.VIDEO}
    assert len(session.scalars(select(Event).where(Event.title == "Willkommen")).all()) == 6


def test_without_a_film_only_its_event_is_missing(
    session: Session, files: dict[DemoMedia, Received]
) -> None:
    rest: Mapping[DemoMedia, Received] = {
        media: one for media, one in files.items() if media is not DemoMedia.FILM
    }
    seed_demo(session, players=[], now=MONDAY, files=rest)
    assert EventType.VIDEO not in set(session.scalars(select(Event.event_type)))
    kinds = set(session.scalars(select(EventMedia.media_type)))
    assert kinds == {MediaType.PDF, MediaType.PPTX, MediaType.PNG, MediaType.JPG}
