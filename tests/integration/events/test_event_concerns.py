"""What is said, before an event is saved, of files that are not seen as they are meant."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, EventMedia
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.media.words import unplayable_warning
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.event_contents import list_wanting
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_verdicts import Verdict, foresee
from infoscreen_core.services.events.events import create_events
from infoscreen_core.services.events.verdict_words import verdict_sentences
from tests.support.events import planning
from tests.support.events.planning import MONDAY, Sessions, lesson, local
from tests.support.media.files import add_file
from tests.support.people import add_client

NOW = MONDAY
SEEN = "It is seen as planned."
READY = ConversionStatus.READY


def add_group(session: Session) -> int:
    group = planning.add_group(session, "Aula")
    add_client(session, group, group_id=group)
    return group


def half_hour(group: int, *media_ids: int, **changed: object) -> EventDraft:
    """A video from 08:30 to 09:00, unless told otherwise."""
    values: dict[str, object] = {
        "event_type": EventType.VIDEO,
        "event_media_id": media_ids[0],
        "further_media_ids": media_ids[1:],
        "start": local("2026-09-07T08:30"),
        "end": local("2026-09-07T09:00"),
        "timezone": "Europe/Vienna",
    }
    return lesson(group, **(values | changed))


def add_film(session: Session, seconds: float | None, name: str = "film.mp4") -> int:
    film = add_file(session, name, MediaType.MP4, now=NOW)
    session.get_one(EventMedia, film).duration = seconds
    return film


def make(session: Session, media_id: int, target: Target, **values: Any) -> None:  # noqa: ANN401 - columns
    content = session.get_one(EventMedia, media_id).checksum_sha256
    session.add(
        Conversion(
            media_id=media_id,
            target_format=target,
            file_hash=content,
            created_at=NOW,
            **({"status": READY} | values),
        )
    )


def judged(session: Session, draft: EventDraft) -> tuple[Verdict, str]:
    verdict = foresee(session, draft, now=NOW)
    return verdict, " ".join(map(str, verdict_sentences(verdict, {})))


@pytest.mark.parametrize(
    ("seconds", "lacking"),
    [(None, 0), (0.0, 0), (60, 0), (1800, 0), (1800.9, 0), (1801.1, 1.1), (3600, 1800)],
)
def test_a_video_longer_than_its_event_is_told_with_both_lengths(
    sqlite_sessions: Sessions, seconds: float | None, lacking: float
) -> None:
    with sqlite_sessions.begin() as session:
        draft = half_hour(add_group(session), add_film(session, seconds))
        verdict, said = judged(session, draft)
        assert verdict.is_clear is (not lacking)
        assert sum((one.lacking for one in verdict.concerns), timedelta()) == timedelta(
            seconds=lacking
        )
        if lacking == 1800:
            assert said == (
                f"{SEEN} But film.mp4 runs for 60:00 minutes, and the event lasts only 30:00: its "
                "end is not seen. Let the event last longer, or choose a shorter video."
            )
        longer = half_hour(draft.group_ids[0], draft.media_ids[0], end=local("2026-09-07T09:30"))
        assert judged(session, longer)[0].is_clear


def test_each_date_of_a_series_has_the_length_of_the_first(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        film = add_film(session, 40 * 60)
        draft = half_hour(add_group(session), film, recurrence_rule="FREQ=DAILY;COUNT=5")
        verdict, said = judged(session, draft)
    assert not verdict.is_clear
    assert "40:00 minutes, and the event lasts only 30:00" in said


@pytest.mark.parametrize(
    ("mp4", "told"),
    [
        (
            None,
            (
                "But not every screen can play film.mp4; Raspberry Pi players can't. The reason: "
                "its codec, more than 1920 x 1080 pixels. Have it converted, and all can."
            ),
        ),
        (ConversionStatus.PENDING, "But film.mp4 is still being converted"),
        (ConversionStatus.PROCESSING, "But film.mp4 is still being converted"),
        (ConversionStatus.FAILED, "But not every screen can play film.mp4"),
        (ConversionStatus.READY, None),
    ],
)
def test_a_video_that_not_every_player_plays_is_told_until_it_is_converted(
    sqlite_sessions: Sessions, mp4: ConversionStatus | None, told: str | None
) -> None:
    with sqlite_sessions.begin() as session:
        film = add_film(session, 10)
        why = unplayable_warning((Unplayable.CODEC, Unplayable.SIZE))
        make(session, film, Target.FACTS, warnings=[why])
        if mp4:
            make(session, film, Target.MP4, status=mp4)
        verdict, said = judged(session, half_hour(add_group(session), film))
    assert verdict.is_clear is (told is None)
    assert said.startswith(f"{SEEN} {told}" if told else SEEN)


@pytest.mark.parametrize("failure", [Failure.BROKEN, Failure.NO_PICTURE, Failure.TOO_LONG])
def test_a_file_that_could_not_be_read_is_told_with_the_reason(
    sqlite_sessions: Sessions, failure: Failure
) -> None:
    with sqlite_sessions.begin() as session:
        film = add_film(session, None)
        make(session, film, Target.FACTS, status=ConversionStatus.FAILED, failure=failure)
        verdict, said = judged(session, half_hour(add_group(session), film))
    assert not verdict.is_clear
    assert f"{SEEN} But screens can hardly show film.mp4. " in said


@pytest.mark.parametrize(
    ("failure", "lacks"),
    [(None, False), (Failure.BROKEN, True), (Failure.NO_PICTURE, True), (Failure.TOO_LONG, False)],
)
def test_calendars_mark_a_film_that_nobody_can_read(
    sessions: Sessions, failure: Failure | None, *, lacks: bool
) -> None:
    with sessions.begin() as session:
        film = add_film(session, 10)
        status = ConversionStatus.FAILED if failure else READY
        make(session, film, Target.FACTS, status=status, failure=failure)
        draft = half_hour(add_group(session), film)
        (event,) = create_events(session, draft, actor=CLI, now=NOW)
        assert list_wanting(session, [event.id], at=NOW) == ({event.id} if lacks else set())


@pytest.mark.parametrize(
    ("pages", "changed", "is_cut"),
    [
        ((180,), {}, False),
        ((181,), {}, True),
        ((181,), {"slide_interval": 5}, False),
        ((100, 100), {}, True),
        ((181,), {"auto_progress": False}, False),
        ((None,), {}, False),
    ],
)
def test_pages_that_take_longer_than_the_event_are_told(
    sqlite_sessions: Sessions,
    *,
    pages: tuple[int | None, ...],
    changed: dict[str, Any],
    is_cut: bool,
) -> None:
    with sqlite_sessions.begin() as session:
        files = [add_file(session, f"{n}.pdf", MediaType.PDF, now=NOW) for n in range(len(pages))]
        for file, count in zip(files, pages, strict=True):
            session.get_one(EventMedia, file).page_count = count
        draft = half_hour(
            add_group(session), *files, **({"event_type": EventType.PRESENTATION} | changed)
        )
        verdict, said = judged(session, draft)
    assert verdict.is_clear is not is_cut
    assert ("and the event lasts only 30:00: the last ones are not seen" in said) is is_cut
