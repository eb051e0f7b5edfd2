import io
from datetime import UTC, datetime

import orjson
import pytest
from PIL import Image, ImageStat

from console.words.event_types import EVENT_TYPES
from infoscreen_core.contracts import EventItem, EventList, TopicKind, decode
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.events.event import EventType
from tests.support.screens.players import event
from workers.simulator.identity import PlayerIdentity
from workers.simulator.media.pages import SIZE
from workers.simulator.pictures import describe, draw_screen, type_colour
from workers.simulator.state import PictureFault, PlayerState

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def read_event(**values: object) -> EventItem:
    message = decode(ParsedTopic(TopicKind.EVENTS, group_id=7), orjson.dumps([event(5, **values)]))
    assert isinstance(message, EventList)
    return message.events[0]


@pytest.fixture
def state() -> PlayerState:
    return PlayerState(PlayerIdentity("demo", 3), group_id=7)


def open_picture(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def test_a_picture_is_a_small_jpeg(state: PlayerState) -> None:
    state.shown = read_event(title="Äpfel, Öl und Übungen für die große Pause", description=None)
    data = draw_screen(state, NOON)
    assert 5_000 < len(data) < 40_000
    picture = open_picture(data)
    assert (picture.format, picture.size) == ("JPEG", SIZE)


def test_it_says_what_is_shown_where_and_until_when(state: PlayerState) -> None:
    state.shown = read_event(title="Mathematik 3B")
    screen = describe(state, NOON, clock="12:00:00")
    assert screen.title == "Mathematik 3B"
    assert screen.body == "Grüß Gott"
    assert screen.footer == "demo-03 · Gruppe 7"
    assert screen.until == "bis 16:00"


def test_two_pictures_of_one_event_differ_by_the_clock(state: PlayerState) -> None:
    assert draw_screen(state, NOON) != draw_screen(state, NOON.replace(second=1))


def test_a_frozen_screen_sends_the_same_picture_again(state: PlayerState) -> None:
    state.picture_fault = PictureFault.FROZEN
    assert draw_screen(state, NOON) == draw_screen(state, NOON.replace(hour=13))


def test_a_black_screen_is_black_and_no_other_is(state: PlayerState) -> None:
    assert ImageStat.Stat(open_picture(draw_screen(state, NOON)).convert("L")).mean[0] > 100
    state.picture_fault = PictureFault.BLACK
    assert ImageStat.Stat(open_picture(draw_screen(state, NOON)).convert("L")).mean[0] < 8


@pytest.mark.parametrize("kind", list(EventType))
def test_a_kind_of_event_has_the_colour_it_has_in_the_console(kind: EventType) -> None:
    red, green, blue = type_colour(kind)
    assert f"#{red:02X}{green:02X}{blue:02X}" == EVENT_TYPES[kind].color
