from datetime import timedelta
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import update
from sqlalchemy.orm import Session

from infoscreen_core.contracts import EVENT_LIST, EventItem, event_list_payload
from infoscreen_core.db.models import Conversion, Event, EventMedia
from infoscreen_core.domain.events.event import EventType, Priority, Severity
from infoscreen_core.domain.media.types import ConversionStatus, MediaType
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from infoscreen_core.services.playing.views import PlayingNow
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan, utc
from tests.support.media.files import add_file

NOW = MONDAY
ON_AIR = utc("2026-09-07T06:30")
BASE = "http://signage.example"


def add_media(session: Session, kind: MediaType, name: str, **values: Any) -> int:  # noqa: ANN401 - columns
    return add_file(session, name, kind, now=NOW, **{"mime_type": None, "size": 1} | values)


def only_item(session: Session) -> EventItem:
    lists = playing.active_lists(session, now=ON_AIR, media_links=MediaLinks(BASE))
    (items,) = lists.values()
    payload = event_list_payload(items)
    assert EVENT_LIST.validate_json(payload, strict=True) == items
    return items[0]


def test_only_what_is_active_now_is_listed_for_every_group(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, empty = add_group(session), add_group(session, "Hof")
        event = plan(session, group)
        plan(session, empty, start=local("2026-09-07T09:00"), end=local("2026-09-07T10:00"))

        def ids(text: str) -> dict[int, list[int]]:
            lists = playing.active_lists(session, now=utc(text))
            return {group_id: [item.id for item in items] for group_id, items in lists.items()}

        assert ids("2026-09-07T05:59:59") == {group: [], empty: []}
        assert ids("2026-09-07T06:00:00") == {group: [event.id], empty: []}
        assert ids("2026-09-07T06:49:59") == {group: [event.id], empty: []}
        assert ids("2026-09-07T06:50:00") == {group: [], empty: []}


def test_the_order_is_priority_then_start_then_id(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        late = plan(session, group, start=local("2026-09-07T08:20"))
        early, twin = plan(session, group), plan(session, group)
        urgent = plan(session, group, start=local("2026-09-07T08:25"), priority=Priority.HIGH)
        items = playing.active_lists(session, now=ON_AIR)[group]
        assert [item.id for item in items] == [urgent.id, early.id, twin.id, late.id]


def test_an_emergency_is_alone_on_its_groups_list_while_it_lasts(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Hof")
        lesson = plan(session, group)
        plan(session, group, priority=Priority.HIGH)
        elsewhere = plan(session, other)
        alarms = [
            plan(
                session,
                group,
                start=local(f"2026-09-07T08:{minute}"),
                end=local("2026-09-07T08:40"),
                priority=Priority.EMERGENCY,
            )
            for minute in (20, 25)
        ]

        def shown(moment: str) -> list[int]:
            at = utc(f"2026-09-07T{moment}")
            ids = [item.id for item in playing.active_lists(session, now=at)[group]]
            assert [
                item.event_id for item in playing.playing_now(session, group, now=at).current
            ] == ids
            return ids

        assert lesson.id in shown("06:19:59.999999")
        assert shown("06:20") == [alarms[0].id]
        assert shown("06:25") == [alarm.id for alarm in alarms]
        assert lesson.id in shown("06:40")
        assert [
            item.id for item in playing.active_lists(session, now=utc("2026-09-07T06:30"))[other]
        ] == [elsewhere.id]


def test_an_emergency_that_cannot_be_shown_leaves_the_screens_to_the_others(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        lesson = plan(session, group)
        broken = plan(session, group, priority=Priority.EMERGENCY)
        broken.message_text = None
        session.flush()
        assert [item.id for item in playing.active_lists(session, now=ON_AIR)[group]] == [lesson.id]


def test_a_message_says_its_text_and_severity(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), message_severity=Severity.WARNING)
        item = only_item(session)
        assert item.message
        assert (item.message.text, item.message.severity) == ("Raum 12", Severity.WARNING)
        assert item.occurrence_id == f"{event.id}:20260907T060000Z"
        assert (item.start, item.end) == (event.start, event.end)


def test_a_website_carries_its_address(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        plan(
            session,
            add_group(session),
            event_type=EventType.WEBSITE,
            website_url="https://example.org/",
        )
        item = only_item(session)
        assert item.website
        assert item.website.url == "https://example.org/"


def test_webuntis_is_a_website_to_the_player(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        system_settings.set_setting(
            session, "supplement_table_url", "https://u.example/", actor=CLI, now=NOW
        )
        plan(session, group, event_type=EventType.WEBUNTIS)
        item = only_item(session)
        assert item.event_type is EventType.WEBUNTIS
        assert item.website
        assert item.website.url == "https://u.example/"


def test_a_pdf_is_listed_directly(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        media = add_media(
            session, MediaType.PDF, "Tag der Tür.pdf", size=99, checksum_sha256="a" * 64
        )
        plan(session, add_group(session), event_type=EventType.PRESENTATION, event_media_id=media)
        item = only_item(session)
        assert item.presentation
        (file,) = item.presentation.files
        assert file.url == f"{BASE}/api/eventmedia/stream/{media}/Tag%20der%20T%C3%BCr.pdf"
        assert (file.name, file.size, file.checksum_sha256) == ("Tag der Tür.pdf", 99, "a" * 64)
        assert item.presentation.slide_interval == 10


def test_an_office_document_is_listed_as_its_pdf_once_that_is_ready(sessions: Sessions) -> None:
    with sessions.begin() as session:
        media = add_media(session, MediaType.PPTX, "Woche.pptx", checksum_sha256="b" * 64)
        plan(session, add_group(session), event_type=EventType.PRESENTATION, event_media_id=media)
        conversion = Conversion(
            media_id=media, target_format="pdf", file_hash="b" * 64, created_at=NOW
        )
        outdated = Conversion(
            media_id=media,
            target_format="pdf",
            file_hash="c" * 64,
            created_at=NOW,
            status=ConversionStatus.READY,
            target_path="old.pdf",
        )
        session.add_all([conversion, outdated])
        session.flush()
        waiting = only_item(session)
        assert waiting.presentation
        assert waiting.presentation.files == []
        conversion.status, conversion.target_path = ConversionStatus.READY, "b b/Woche.pdf"
        conversion.result = {"size": 2**40, "checksum_sha256": "d" * 64, "page_count": 3}
        session.flush()
        ready = only_item(session)
        assert ready.presentation
        (file,) = ready.presentation.files
        assert (file.url, file.name) == (f"{BASE}/api/files/converted/b%20b/Woche.pdf", "Woche.pdf")
        assert (file.size, file.checksum_sha256) == (2**40, "d" * 64)


def test_a_video_carries_what_is_known_of_it(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        media = add_media(session, MediaType.MP4, "a.mp4", duration=12.5, resolution="1920x1080")
        plan(
            session,
            add_group(session),
            event_type=EventType.VIDEO,
            event_media_id=media,
            volume=0.25,
            loop=False,
        )
        item = only_item(session)
        assert item.video
        assert (item.video.volume, item.video.loop, item.video.autoplay) == (0.25, False, True)
        assert (item.video.duration, item.video.resolution, item.video.bitrate) == (
            12.5,
            "1920x1080",
            None,
        )
        assert (item.video.mime_type, item.video.accept_ranges) == ("video/mp4", "bytes")


def test_an_event_that_no_player_could_use_is_left_out_and_told(sqlite_sessions: Sessions) -> None:
    told: list[int] = []
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        broken, fine = plan(session, group), plan(session, group)
        session.execute(update(Event).where(Event.id == broken.id).values(message_text=None))
        lists = playing.active_lists(
            session, now=ON_AIR, on_unplayable=lambda event_id, _: told.append(event_id)
        )
        assert [item.id for item in lists[group]] == [fine.id]
        assert told == [broken.id]


def test_every_value_arrives_at_the_players_as_it_was_written(sessions: Sessions) -> None:
    text = 'a "quoted" \\ back\\slash/\tTab\nZeile – Ü 🚌 \u2028 </script>'
    with sessions.begin() as session:
        group = add_group(session)
        media = add_media(
            session, MediaType.MP4, "ä'\".mp4", duration=0.1, bitrate=2**31 - 1, size=0
        )
        message = plan(session, group, message_text=text, title="“Mathe”", description=text)
        video = plan(
            session,
            group,
            event_type=EventType.VIDEO,
            event_media_id=media,
            volume=0.35,
            recurrence_rule="FREQ=DAILY",
        )
        shown = {item.id: item for item in playing.active_lists(session, now=ON_AIR)[group]}
        told, film = shown[message.id].message, shown[video.id].video
        assert told
        assert (told.text, shown[message.id].description, shown[message.id].title) == (
            text,
            text,
            "“Mathe”",
        )
        assert film
        assert (film.volume, film.duration, film.bitrate, film.size) == (0.35, 0.1, 2**31 - 1, 0)
        assert (film.autoplay, film.loop, film.muted) == (True, True, False)
        assert shown[video.id].recurrence_rule == "FREQ=DAILY"
        assert shown[message.id].recurrence_rule is None


def test_what_is_still_on_air_is_not_made_anew_unless_something_about_it_changed(
    sessions: Sessions,
) -> None:
    made = playing.MadeItems()
    with sessions.begin() as session:
        group = add_group(session)
        media = add_media(session, MediaType.PDF, "Plan.pdf")
        still, edited, shown = (
            plan(session, group),
            plan(session, group),
            plan(session, group, event_type=EventType.PRESENTATION, event_media_id=media),
        )

        def read() -> dict[int, EventItem]:
            return {
                item.id: item
                for item in playing.active_lists(session, now=ON_AIR, made=made)[group]
            }

        first, second = read(), read()
        assert all(first[event.id] is second[event.id] for event in (still, edited, shown))
        session.execute(update(Event).where(Event.id == edited.id).values(title="Physik 3B"))
        session.execute(update(EventMedia).where(EventMedia.id == media).values(size=77))
        third = read()
        assert third[still.id] is first[still.id]
        assert third[edited.id].title == "Physik 3B"
        presentation = third[shown.id].presentation
        assert presentation
        assert presentation.files[0].size == 77
        assert playing.active_lists(session, now=utc("2026-09-07T07:00"), made=made)[group] == []
        fourth = read()
        assert fourth[still.id] == first[still.id]
        assert fourth[still.id] is not first[still.id]  # what went off the air is not kept


def test_the_next_boundary_is_the_next_start_or_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        plan(session, add_group(session), recurrence_rule="FREQ=DAILY;COUNT=2")
        moments = [NOW]
        while (moment := playing.next_boundary(session, now=moments[-1])) is not None:
            moments.append(moment)
        assert moments[1:] == [
            utc("2026-09-07T06:00"),
            utc("2026-09-07T06:50"),
            utc("2026-09-08T06:00"),
            utc("2026-09-08T06:50"),
        ]


def test_the_overview_says_what_plays_until_when_and_what_comes_next(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, empty = add_group(session), add_group(session, "Hof")
        event = plan(session, group, recurrence_rule="FREQ=DAILY")
        plan(session, group, start=local("2026-12-01T08:00"), end=local("2026-12-01T09:00"))
        overview = playing.playing_overview(session, now=ON_AIR)
        assert overview[empty] == PlayingNow()
        assert [item.event_id for item in overview[group].current] == [event.id]
        assert overview[group].until == event.end
        coming = overview[group].next
        assert coming
        assert coming.start == event.start + timedelta(days=1)
        assert playing.playing_now(session, group, now=ON_AIR) == overview[group]


def test_the_number_of_queries_does_not_grow_with_the_groups(sqlite_sessions: Sessions) -> None:
    counts = []
    with sqlite_sessions.begin() as session:
        statements: list[str] = []
        sqlalchemy_event.listen(
            session.connection(), "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        for round_number in range(2):
            for n in range(10):
                plan(session, add_group(session, f"{round_number}-{n}"))
            session.flush()
            statements.clear()
            lists = playing.active_lists(session, now=ON_AIR)
            assert sum(map(len, lists.values())) == 10 * (round_number + 1)
            counts.append(len(statements))
            statements.clear()
            playing.playing_overview(session, now=ON_AIR)
            counts.append(len(statements))
    assert counts == [4, 3, 4, 3]
