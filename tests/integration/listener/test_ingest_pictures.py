import base64
import hashlib
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import ClientGroup, ClientScreenshot, Event, EventMedia, Occurrence
from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.listener.telemetry import NOW, Desk, at, dashboard, picture, say, stamp
from tests.support.media.files import file_row
from workers.listener import pictures as ingest_pictures


def files_of(desk: Desk, uuid: str) -> set[str]:
    directory = desk.settings.data_dir / "screenshots" / uuid
    return {path.name for path in directory.iterdir()} if directory.exists() else set()


def rows_of(desk: Desk, uuid: str) -> list[ClientScreenshot]:
    rows = [row for row in desk.all(ClientScreenshot) if row.client_uuid == uuid]
    return sorted(rows, key=lambda row: row.received_at)


def test_a_dashboard_is_a_sign_of_life_a_state_and_a_picture(desk: Desk) -> None:
    uuid = desk.new_client()
    data = picture()
    desk.hear(say(uuid, "dashboard", dashboard(uuid, data, captured_at=at(-2), event_id=12)))
    client = desk.client(uuid)
    assert client.last_alive == client.last_screenshot_at == NOW
    assert (client.process_status, client.current_event_id) == (ProcessStatus.RUNNING, 12)
    assert client.last_screenshot_type is PictureType.PERIODIC
    assert client.last_screenshot_hash == hashlib.md5(data, usedforsecurity=False).hexdigest()
    assert client.screen_health_status is ScreenHealth.OK
    [row] = rows_of(desk, uuid)
    assert (row.captured_at, row.event_id, row.width, row.height) == (at(-2), 12, 320, 180)
    assert files_of(desk, uuid) == {row.filename}
    kept = desk.settings.data_dir / "screenshots" / uuid / row.filename
    assert kept.read_bytes() == data
    assert row.filename.endswith(".jpg")


def test_the_flat_form_of_the_same_picture_is_the_same_picture(desk: Desk) -> None:
    uuid = desk.new_client()
    data = picture()
    flat = {"screenshot": base64.b64encode(data).decode(), "timestamp": stamp(at(-2))}
    desk.hear(
        say(uuid, "dashboard", dashboard(uuid, data, captured_at=at(-2))),
        say(uuid, "screenshot", flat),
    )
    assert len(rows_of(desk, uuid)) == 1


def test_a_png_keeps_its_suffix_and_a_flat_picture_is_no_sign_of_life(desk: Desk) -> None:
    uuid = desk.new_client()
    flat = {
        "screenshot": base64.b64encode(picture(kind="PNG")).decode(),
        "screenshot_type": "event_start",
    }
    desk.hear(say(uuid, "screenshot", flat))
    [row] = rows_of(desk, uuid)
    assert row.filename.endswith(".png")
    client = desk.client(uuid)
    assert (client.last_alive, client.priority_screenshot_at) == (None, NOW)
    assert client.priority_screenshot_type is PictureType.EVENT_START


def test_a_picture_delivered_again_is_kept_once(desk: Desk) -> None:
    uuid = desk.new_client()
    with_time = say(uuid, "dashboard", dashboard(uuid, picture(10), captured_at=NOW), mid=3)
    without = say(uuid, "dashboard", dashboard(uuid, picture(20)), mid=4)
    desk.hear(with_time, without)
    desk.hear(with_time._replace(received_at=at(9)), without._replace(received_at=at(9)))
    assert len(rows_of(desk, uuid)) == 2
    assert desk.client(uuid).same_screenshot_count == 1


def test_an_unknown_kind_of_picture_is_a_periodic_one(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "dashboard", dashboard(uuid, picture(), kind="because")))
    assert rows_of(desk, uuid)[0].type is PictureType.PERIODIC


def test_the_last_twenty_are_kept_and_the_latest_priority_one(desk: Desk) -> None:
    uuid = desk.new_client()
    kinds = ["event_start", "event_stop", *["periodic"] * 24]
    for number, kind in enumerate(kinds):
        data = picture(100 + number)
        payload = dashboard(uuid, data, kind=kind, captured_at=at(number))
        desk.hear(say(uuid, "dashboard", payload, received_at=at(number)))
    rows = rows_of(desk, uuid)
    assert [row.received_at for row in rows] == [at(1), *(at(number) for number in range(6, 26))]
    assert rows[0].type is PictureType.EVENT_STOP
    assert files_of(desk, uuid) == {row.filename for row in rows}


def test_a_black_screen_is_black_and_a_dark_one_with_a_clock_is_not(desk: Desk) -> None:
    black, dark = desk.new_client(), desk.new_client()
    desk.hear(
        say(black, "dashboard", dashboard(black, picture(0))),
        say(dark, "dashboard", dashboard(dark, picture(1))),
    )
    assert desk.client(black).screen_health_status is ScreenHealth.BLACK
    assert desk.client(dark).screen_health_status is ScreenHealth.OK


def plan(desk: Desk, event_type: EventType, **values: object) -> int:
    """A group in which that event runs now."""
    with desk.sessions.begin() as session:
        group = ClientGroup(name=str(uuid4()), created_at=NOW)
        session.add(group)
        session.flush()
        event = Event(
            group_id=group.id,
            title="x",
            event_type=event_type,
            start=NOW,
            end=at(3600),
            timezone="UTC",
            created_at=NOW,
            updated_at=NOW,
            **values,
        )
        session.add(event)
        session.flush()
        session.add(
            Occurrence(group_id=group.id, event_id=event.id, start=event.start, end=event.end)
        )
        return group.id


def media(pages: int) -> EventMedia:
    return file_row(f"{uuid4()}.pdf", MediaType.PDF, now=NOW, page_count=pages)


def show_the_same(
    desk: Desk, uuid: str, count: int, first: int = 0, kind: str = "periodic"
) -> ScreenHealth:
    for number in range(first, first + count):
        moment = NOW + timedelta(minutes=number)
        payload = dashboard(uuid, picture(), kind=kind, captured_at=moment)
        desk.hear(say(uuid, "dashboard", payload, received_at=moment))
    return desk.client(uuid).screen_health_status


def test_five_equal_periodic_pictures_of_a_video_are_a_frozen_screen(desk: Desk) -> None:
    uuid = desk.new_client(group_id=plan(desk, EventType.VIDEO))
    assert show_the_same(desk, uuid, 4) is ScreenHealth.OK
    assert show_the_same(desk, uuid, 1, first=4) is ScreenHealth.FROZEN
    moving = dashboard(uuid, picture(50), captured_at=at(1000))
    desk.hear(say(uuid, "dashboard", moving, received_at=at(1000)))
    assert desk.client(uuid).screen_health_status is ScreenHealth.OK


def test_priority_pictures_do_not_count_as_looking_again(desk: Desk) -> None:
    uuid = desk.new_client(group_id=plan(desk, EventType.VIDEO))
    show_the_same(desk, uuid, 4)
    assert show_the_same(desk, uuid, 1, first=4, kind="event_start") is ScreenHealth.OK
    assert show_the_same(desk, uuid, 1, first=5) is ScreenHealth.FROZEN


@pytest.mark.parametrize(
    ("event_type", "pages", "auto_progress", "expected"),
    [
        (EventType.PRESENTATION, 8, True, ScreenHealth.FROZEN),
        (EventType.PRESENTATION, 1, True, ScreenHealth.OK),
        (EventType.PRESENTATION, 8, False, ScreenHealth.OK),
        (EventType.WEBSITE, 8, True, ScreenHealth.OK),
    ],
)
def test_slides_must_move_only_when_there_are_several_and_they_advance(
    desk: Desk,
    event_type: EventType,
    pages: int,
    auto_progress: bool,
    expected: ScreenHealth,
) -> None:
    group = plan(desk, event_type, media=media(pages), auto_progress=auto_progress)
    assert show_the_same(desk, desk.new_client(group_id=group), 6) is expected


def test_a_film_behind_an_emergency_need_not_move(desk: Desk) -> None:
    group = plan(desk, EventType.VIDEO)
    with desk.sessions.begin() as session:
        (film,) = session.scalars(select(Event).where(Event.group_id == group))
        alarm = Event(
            group_id=group,
            title="Alarm",
            event_type=EventType.MESSAGE,
            message_text="Raus",
            start=NOW,
            end=film.end,
            timezone="UTC",
            priority=Priority.EMERGENCY,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(alarm)
        session.flush()
        session.add(Occurrence(group_id=group, event_id=alarm.id, start=alarm.start, end=alarm.end))
    assert show_the_same(desk, desk.new_client(group_id=group), 6) is ScreenHealth.OK


def test_a_screen_without_a_group_or_plan_may_stand_still(desk: Desk) -> None:
    assert show_the_same(desk, desk.new_client(), 6) is ScreenHealth.OK


def truncated() -> bytes:
    data = picture(size=(1920, 1080))
    return data[: len(data) // 2]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a picture at all", "not_a_picture"),
        (truncated(), "not_a_picture"),
        (b"", "not_a_picture"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "not_a_picture"),
        (picture(0, size=(8000, 5001), kind="PNG"), "picture_too_large"),
    ],
    ids=["text", "truncated", "empty", "gif", "40-megapixels"],
)
def test_what_is_no_picture_is_dead_lettered_and_its_state_still_counts(
    desk: Desk, data: bytes, reason: str
) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "dashboard", dashboard(uuid, data)))
    assert desk.reasons() == [reason]
    client = desk.client(uuid)
    assert (client.last_alive, client.last_screenshot_at) == (NOW, None)
    assert client.screen_health_status is ScreenHealth.UNKNOWN
    assert files_of(desk, uuid) == set()


def test_base64_that_is_none_is_dead_lettered(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "screenshot", {"screenshot": "ab!c"}))
    assert desk.reasons() == ["not_base64"]


def test_a_picture_of_an_unknown_player_leaves_no_file(desk: Desk) -> None:
    uuid = str(uuid4())
    flat = {"screenshot": base64.b64encode(picture()).decode()}
    desk.hear(say(uuid, "screenshot", flat), say(uuid, "dashboard", dashboard(uuid, picture())))
    assert desk.reasons() == ["unknown_client"] * 2
    assert files_of(desk, uuid) == set()


def test_pictures_take_turns_with_telemetry(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest_pictures, "TURN_SECONDS", 0.0)
    uuid = desk.new_client()
    for number in range(4):
        desk.listener.buffer.put(
            say(uuid, "dashboard", dashboard(uuid, picture(number), captured_at=at(number)))
        )
    desk.listener.step(now=NOW)
    assert desk.client(uuid).last_alive == NOW
    assert desk.listener.metrics()["pictures_waiting"] == 3
    assert desk.listener.metrics()["queue_length"] == 3
    desk.hear()
    assert len(rows_of(desk, uuid)) == 4
