"""Proof of play read from the record, and added up, on both databases."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Event, EventMedia, PicturedEvent, PlayDay, PublishedFile
from infoscreen_core.db.queries.monitoring import plays as queries
from infoscreen_core.db.queries.monitoring.plays import DayFilter
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.monitoring.content.states import ContentReason
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.plays.plays import Sureness
from infoscreen_core.domain.monitoring.plays.tallies import By, Sums
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.monitoring.plays import report
from infoscreen_core.services.monitoring.plays.counting import DayCount, days_to_count
from infoscreen_core.services.monitoring.plays.report import PlayFilter, ScreenPlays
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.services.monitoring.upkeep.jobs import list_jobs
from infoscreen_core.settings import load_settings
from tests.support.events.planning import add_group, plan
from tests.support.media.files import add_file
from tests.support.monitoring.played import HOUR, MINUTE, Played
from tests.support.people import NOW, add_client, uuid_of
from workers.scheduler.housekeeping import Housekeeping

Sessions = sessionmaker[Session]
TODAY = date(2026, 11, 23)
LATER = NOW + 6 * HOUR


@pytest.fixture
def played(sessions: Sessions) -> Played:
    with sessions.begin() as session:
        aula, foyer = add_group(session, "Aula"), add_group(session, "Foyer")
        for number, group in ((1, aula), (2, aula), (3, foyer), (4, None)):
            add_client(session, number, group_id=group, description=f"Screen {number}")
    return Played(sessions)


def screens(played: Played, *, now: datetime = LATER, **asked: object) -> dict[str, ScreenPlays]:
    wanted = PlayFilter(**({"first": TODAY, "last": TODAY} | asked))  # type: ignore[arg-type]
    with played.sessions() as session:
        page = report.list_screens(session, wanted, limit=50, now=now)
    return {one.name: one for one in page.screens}


def sums(played: Played, by: By, *, now: datetime = LATER, **asked: object) -> list[Sums]:
    wanted = PlayFilter(**({"first": TODAY, "last": TODAY} | asked))  # type: ignore[arg-type]
    with played.sessions() as session:
        return list(report.add_up_plays(session, wanted, by, limit=50, now=now).rows)


def plan_slides(sessions: Sessions, *names: str) -> tuple[int, int]:
    """Plan an event that shows a file; return the ids of both."""
    with sessions.begin() as session:
        media = add_file(session, names[0], MediaType.PPTX, now=NOW)
        event = plan(
            session,
            1,
            now=NOW,
            event_type=EventType.PRESENTATION,
            event_media_id=media,
            message_text=None,
        )
        return event.id, media


def test_what_screens_say_is_shown_from_when_to_when(played: Played) -> None:
    played.publish(1, NOW, 7)
    played.say(uuid_of(1), NOW, 7)
    played.say(uuid_of(1), NOW + HOUR, 8)
    played.say(uuid_of(1), NOW + 2 * HOUR, None, ContentReason.SHOWS_NOTHING)
    (first, second) = screens(played)["Screen 1"].plays
    assert (first.event_id, first.span) == (7, Span(NOW, NOW + HOUR))
    assert (second.event_id, second.span) == (8, Span(NOW + HOUR, NOW + 2 * HOUR))
    assert {first.sureness, second.sureness} == {Sureness.REPORTED}
    assert screens(played)["Screen 2"].plays == ()


def test_silence_and_blindness_are_never_shown(played: Played) -> None:
    played.publish(1, NOW, 7)
    played.say(uuid_of(1), NOW, 7)
    played.blind(NOW + 10 * MINUTE, NOW + 20 * MINUTE)
    played.say(uuid_of(1), NOW + 30 * MINUTE, None, ContentReason.OFFLINE)
    played.say(uuid_of(1), NOW + 45 * MINUTE, 7)
    screen = screens(played, now=NOW + HOUR)["Screen 1"]
    assert [(one.span.length // MINUTE, one.sureness.is_shown) for one in screen.plays] == [
        (10, True),
        (10, False),
        (10, True),
        (15, False),
        (15, True),
    ]
    assert (screen.shown, screen.unknown) == (35 * MINUTE, 25 * MINUTE)


def test_a_picture_of_it_makes_a_play_sure_also_when_it_began_before(played: Played) -> None:
    yesterday = NOW - 20 * HOUR
    played.picture(uuid_of(1), yesterday, 7)
    for number in (1, 2):
        played.say(uuid_of(number), yesterday + MINUTE, 7)
    found = screens(played)
    assert [one.sureness for one in found["Screen 1"].plays] == [Sureness.SEEN]
    assert [one.sureness for one in found["Screen 2"].plays] == [Sureness.REPORTED]


def test_a_file_is_named_as_it_was_and_its_conversion_is_not_shown(played: Played) -> None:
    event_id, media_id = plan_slides(played.sessions, "Lunch.pptx")
    played.publish(1, NOW, event_id, files={event_id: []})
    played.say(uuid_of(1), NOW, event_id)
    played.publish(1, NOW + 10 * MINUTE, event_id, files={event_id: ["Lunch.pdf"]})
    played.publish(1, NOW + 20 * MINUTE, event_id, files={event_id: ["Lunch.pdf"]})
    with played.sessions.begin() as session:
        old = session.get_one(EventMedia, media_id).checksum_sha256
        session.get_one(EventMedia, media_id).checksum_sha256 = "f" * 64
    played.publish(1, NOW + 30 * MINUTE, event_id, files={event_id: ["Lunch.pdf"]})
    found = screens(played, now=NOW + HOUR, media_id=media_id)
    assert set(found) == {"Screen 1", "Screen 2"}
    first, second = found["Screen 1"].plays
    assert first.span == Span(NOW + 10 * MINUTE, NOW + 30 * MINUTE)
    assert second.span == Span(NOW + 30 * MINUTE, NOW + HOUR)
    assert [one.files[0] for one in (first, second)] == [
        (media_id, "Lunch.pptx", old),
        (media_id, "Lunch.pptx", "f" * 64),
    ]
    with played.sessions() as session:
        assert len(session.scalars(select(PublishedFile)).all()) == 3


def test_several_files_of_an_event_are_all_named_in_their_order(played: Played) -> None:
    event_id, first = plan_slides(played.sessions, "Lunch.pptx")
    with played.sessions.begin() as session:
        second, third = (
            add_file(session, name, kind, now=NOW)
            for name, kind in (("Trip.docx", MediaType.DOCX), ("Photo.jpg", MediaType.JPG))
        )
        session.get_one(Event, event_id).further_media_ids = (second, third)
    played.publish(1, NOW, event_id, files={event_id: ["Lunch.pdf", "Photo.jpg"]})
    played.say(uuid_of(1), NOW, event_id)
    (play,) = screens(played)["Screen 1"].plays
    assert [file.media_id for file in play.files] == [first, third]


def test_a_file_that_is_not_of_the_library_has_its_name_only(played: Played) -> None:
    played.publish(1, NOW, 7, files={7: ["film.mp4"]})
    played.say(uuid_of(1), NOW, 7)
    (play,) = screens(played)["Screen 1"].plays
    assert play.files == ((None, "film.mp4", None),)


def record_of_three_days(played: Played) -> None:
    event_id, _ = plan_slides(played.sessions, "Lunch.pptx")
    played.publish(1, NOW - 50 * HOUR, event_id, 8, files={event_id: ["Lunch.pdf"]})
    played.publish(2, NOW - 50 * HOUR, 9)
    for number, shown in ((1, event_id), (2, event_id), (3, 9), (4, 8)):
        played.picture(uuid_of(number), NOW - 50 * HOUR, shown)
        played.say(uuid_of(number), NOW - 50 * HOUR + number * MINUTE, shown)
    played.say(uuid_of(1), NOW - 30 * HOUR, 8)
    played.blind(NOW - 20 * HOUR, NOW - 19 * HOUR)
    played.say(uuid_of(2), NOW - 5 * HOUR, None, ContentReason.OFFLINE)
    played.say(uuid_of(3), NOW - 4 * HOUR, None, ContentReason.BLACK)


@pytest.mark.parametrize("by", list(By))
@pytest.mark.parametrize("narrowed", [{}, {"group_id": 1}, {"event_id": 1}, {"media_id": 1}])
def test_sums_of_days_are_those_of_the_record(
    played: Played, monkeypatch: pytest.MonkeyPatch, by: By, narrowed: dict[str, Any]
) -> None:
    record_of_three_days(played)
    first = TODAY - timedelta(days=2)
    live = sums(played, by, now=NOW, first=first, **narrowed)
    assert live
    run_jobs(played.sessions, NOW)
    monkeypatch.setattr(report, "READ_AT_ONCE", 0)
    with played.sessions() as session:
        wanted = PlayFilter(first, TODAY, **narrowed)
        counted = report.add_up_plays(session, wanted, by, limit=50, now=NOW)
    assert counted.counted_until == NOW
    assert counted.rows == live


def run_jobs(sessions: Sessions, now: datetime) -> None:
    """Let a scheduler that leads do everything that is due."""
    keeper = Housekeeping(load_settings(), sessions)
    while keeper._runner.step(now=now):  # noqa: SLF001 - without its pauses
        pass


def shown_by_day(session: Session) -> dict[date, int]:
    days = Counter[date]()
    for row in session.scalars(select(PlayDay).where(PlayDay.event_id == 0)):
        days[row.day] += row.seen_seconds + row.reported_seconds
    return dict(days)


def test_the_day_that_goes_on_is_counted_again(played: Played) -> None:
    record_of_three_days(played)
    days = [TODAY - timedelta(days=number) for number in (2, 1, 0)]
    with played.sessions() as session:
        zone = report.zone_of(session)
        assert days_to_count(session, zone=zone, now=NOW) == days
    run_jobs(played.sessions, NOW)
    with played.sessions() as session:
        assert days_to_count(session, zone=zone, now=NOW + HOUR) == days[2:]
        before = shown_by_day(session)
        (job,) = [one for one in list_jobs(session) if one.name is JobName.PLAYS]
        assert job.error is None
    run_jobs(played.sessions, NOW + 2 * HOUR)
    with played.sessions() as session:
        after = shown_by_day(session)
    assert after[TODAY] > before[TODAY]
    assert after | {TODAY: 0} == before | {TODAY: 0}


def test_for_some_hours_the_day_before_is_counted_again(played: Played) -> None:
    record_of_three_days(played)
    night = NOW - 7 * HOUR  # an hour past midnight in Vienna
    run_jobs(played.sessions, night)
    with played.sessions() as session:
        zone = report.zone_of(session)
        found = days_to_count(session, zone=zone, now=night + HOUR)
    assert found == [TODAY - timedelta(days=1), TODAY]


def test_nothing_on_record_is_nothing_to_count(played: Played) -> None:
    with played.sessions() as session:
        assert days_to_count(session, zone=report.zone_of(session), now=NOW) == []
        count = DayCount(TODAY, report.zone_of(session), now=NOW)
        assert count.look(session, after="").last_uuid is None
        assert count.write(session) == 0


def test_screens_come_by_name_and_page_by_page(played: Played) -> None:
    with played.sessions() as session:
        wanted = PlayFilter(TODAY, TODAY)
        page = report.list_screens(session, wanted, limit=3, offset=2, now=NOW)
        assert [one.name for one in page.screens] == ["Screen 3", "Screen 4"]
        assert page.count == 4
        every = report.each_screen(session, wanted, now=NOW)
        assert [one.name for one in every] == [f"Screen {number}" for number in (1, 2, 3, 4)]
    assert set(screens(played, group_id=0)) == {"Screen 4"}
    assert set(screens(played, client_uuid=uuid_of(2))) == {"Screen 2"}
    assert screens(played, event_id=4711) == {}


def test_sums_have_a_limit_and_go_on(played: Played) -> None:
    record_of_three_days(played)
    first = TODAY - timedelta(days=2)
    every = sums(played, By.EVENT, first=first)
    wanted = PlayFilter(first, TODAY)
    with played.sessions() as session:
        found = [
            report.add_up_plays(session, wanted, By.EVENT, limit=1, offset=at, now=LATER).rows[0]
            for at in range(len(every))
        ]
    assert found == every


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-500, 1)])
def test_days_that_make_no_report_are_refused(played: Played, first: int, last: int) -> None:
    with pytest.raises(InvalidInputError):
        screens(played, first=TODAY + timedelta(first), last=TODAY + timedelta(last))


def test_what_is_too_old_goes(played: Played) -> None:
    record_of_three_days(played)
    played.publish(1, NOW - 49 * HOUR, 8, files={8: ["a.pdf"]})
    played.publish(1, NOW - 48 * HOUR, 8, files={8: ["b.pdf"]})
    run_jobs(played.sessions, NOW)
    with played.sessions.begin() as session:
        assert retention.delete_old_contents(session, days=1, now=NOW) > 0
    with played.sessions() as session:
        assert {row.name for row in session.scalars(select(PublishedFile))} == {
            "Lunch.pptx",
            "b.pdf",
        }
        assert session.scalars(select(PicturedEvent)).all() == []
        assert {row.day for row in session.scalars(select(PlayDay))} == {
            TODAY - timedelta(days=1),
            TODAY,
        }


def test_the_groups_of_an_event_that_is_gone_are_those_that_showed_it(played: Played) -> None:
    record_of_three_days(played)
    assert screens(played, event_id=9, first=TODAY - timedelta(days=2)) == {}
    run_jobs(played.sessions, NOW)
    with played.sessions() as session:
        days = DayFilter(TODAY - timedelta(days=2), TODAY, event_id=9)
        assert queries.list_groups_of(session, days) == {2}
    assert set(screens(played, event_id=9, first=TODAY - timedelta(days=2))) == {"Screen 3"}
