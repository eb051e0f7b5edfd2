"""What a player shows of its files: pages in time, new versions, and what can't be had."""

from pathlib import Path
from typing import Any

import pytest

from infoscreen_core.domain.screens.player import LogLevel, PictureType
from tests.support.screens.players import event
from tests.support.simulator.content import BLUE, GREEN, RED, Colour, colour_at
from tests.support.simulator.screening import Screening, file_item, slides_event
from workers.simulator.media.files import Failure

WHITE = (255, 255, 255)


@pytest.fixture
def screening(tmp_path: Path) -> Screening:
    return Screening(tmp_path)


def video_event(number: int, name: str) -> dict[str, Any]:
    file = file_item(name)
    return event(
        number,
        event_type="video",
        message=None,
        video={
            "type": "media",
            "url": file["url"],
            "autoplay": True,
            "loop": True,
            "volume": 0.8,
            "muted": False,
            "checksum_sha256": file["checksum_sha256"],
            "size": 1000,
        },
    )


def colours_over(screening: Screening, seconds: int, *, step: int) -> list[Colour]:
    found = []
    for _ in range(0, seconds, step):
        found.append(colour_at(screening.look()))
        screening.wait(step)
    return found


def test_pages_turn_at_the_interval_and_begin_again(screening: Screening) -> None:
    screening.put_on(slides_event(1, file_item("a.pdf"), slide_interval=7), [RED, GREEN, BLUE])
    assert colour_at(screening.look()) == RED
    screening.wait(6.9)
    assert colour_at(screening.look()) == RED
    screening.wait(0.2)
    assert colour_at(screening.look()) == GREEN
    screening.wait(7)
    assert colour_at(screening.look()) == BLUE
    screening.wait(7)
    assert colour_at(screening.look()) == RED


def test_without_turning_the_first_page_stays(screening: Screening) -> None:
    one = slides_event(1, file_item("a.pdf"), auto_progress=False)
    screening.put_on(one, [RED, GREEN])
    assert set(colours_over(screening, 60, step=5)) == {RED}


def test_several_files_follow_each_other(screening: Screening) -> None:
    one = slides_event(1, file_item("a.pdf"), file_item("b.png"), file_item("c.pdf"))
    screening.put_on(one, [RED, GREEN], [BLUE], [GREEN])
    assert colours_over(screening, 50, step=10) == [RED, GREEN, BLUE, GREEN, RED]


def test_a_film_shows_frame_after_frame(screening: Screening) -> None:
    (file,) = screening.publish(video_event(1, "film.mp4")).asked
    screening.deliver(file, [RED, GREEN], seconds=2)
    assert colours_over(screening, 8, step=2) == [RED, GREEN, RED, GREEN]


@pytest.mark.parametrize("has_progress", [True, False])
def test_progress_is_a_bar_that_grows_with_the_pages(
    screening: Screening, *, has_progress: bool
) -> None:
    one = slides_event(1, file_item("a.pdf"), page_progress=has_progress)
    screening.put_on(one, [RED, RED])
    assert (colour_at(screening.look(), (480, 358)) == RED) != has_progress
    assert (colour_at(screening.look(), (100, 358)) == BLUE) == has_progress
    screening.wait(10)
    assert (colour_at(screening.look(), (480, 358)) == BLUE) == has_progress


def test_what_begins_is_pictured_once_its_files_are_there(screening: Screening) -> None:
    sent = screening.publish(slides_event(1, file_item("a.pdf")))
    assert sent.pictures(PictureType.EVENT_START) == []
    assert sent.named_events() == [1]
    screening.wait(3)
    sent = screening.deliver(sent.asked[0], [GREEN])
    assert [colour_at(one) for one in sent.pictures(PictureType.EVENT_START)] == [GREEN]
    assert screening.wait(40).pictures(PictureType.EVENT_START) == []


def test_the_picture_of_what_begins_does_not_wait_for_ever(screening: Screening) -> None:
    screening.publish(slides_event(1, file_item("a.pdf")))
    assert len(screening.wait(11).pictures(PictureType.EVENT_START)) == 1


def test_a_new_version_is_fetched_behind_the_old_one(screening: Screening) -> None:
    screening.put_on(slides_event(1, file_item("a.pdf")), [RED])
    sent = screening.publish(slides_event(1, file_item("new.pdf")))
    assert colour_at(screening.look()) == RED
    screening.deliver(sent.asked[0], [GREEN])
    assert colour_at(screening.look()) == GREEN


def test_where_the_new_version_cannot_be_had_the_old_one_goes_on(screening: Screening) -> None:
    screening.put_on(slides_event(1, file_item("a.pdf")), [RED, BLUE])
    sent = screening.publish(slides_event(1, file_item("new.pdf")))
    sent = screening.fail(sent.asked[0], Failure.FORBIDDEN)
    assert len(sent.logs(LogLevel.ERROR)) == 1
    assert colours_over(screening, 20, step=10) == [RED, BLUE]
    assert set(screening.wait(70).named_events()) == {1}


def test_an_address_signed_anew_changes_nothing(screening: Screening) -> None:
    screening.put_on(slides_event(1, file_item("a.pdf")), [RED, BLUE])
    screening.wait(10)
    url = "http://server.example/a.pdf?signature=another"
    assert screening.publish(slides_event(1, file_item("a.pdf", url=url))).asked == []
    assert colour_at(screening.look()) == BLUE


def test_of_several_files_those_that_can_be_had_are_shown(screening: Screening) -> None:
    sent = screening.publish(slides_event(1, file_item("a.pdf"), file_item("b.pdf")))
    screening.fail(sent.asked[0], Failure.MISSING)
    screening.deliver(sent.asked[1], [GREEN])
    assert colours_over(screening, 30, step=10) == [GREEN] * 3


@pytest.mark.parametrize(
    "failure", [Failure.FORBIDDEN, Failure.MISSING, Failure.DAMAGED, Failure.UNSUPPORTED]
)
def test_a_file_that_cannot_be_had_is_an_error_in_the_log(
    screening: Screening, failure: Failure
) -> None:
    sent = screening.publish(slides_event(5, file_item("plan.pdf")))
    sent = screening.fail(sent.asked[0], failure)
    (line,) = sent.logs(LogLevel.ERROR)
    assert "plan.pdf" in line.message
    assert line.context is not None
    assert line.context["failure"] == failure.value
    assert line.context["file"] == "plan.pdf"
    assert line.context["media_url"] == "http://server.example/plan.pdf"
    assert "secret" not in str(line)


def test_a_screen_with_nothing_to_show_names_no_event(screening: Screening) -> None:
    sent = screening.publish(slides_event(5, file_item("plan.pdf")))
    file = sent.asked[0]
    assert screening.fail(file, Failure.MISSING).named_events() == [None]
    sent = screening.wait(61)
    assert sent.asked == [file]
    sent = screening.deliver(file, [GREEN])
    assert sent.named_events() == [5]
    assert "complete" in sent.logs(LogLevel.INFO)[0].message


def test_a_server_that_is_away_is_asked_again_ever_more_rarely(screening: Screening) -> None:
    sent = screening.publish(slides_event(5, file_item("a.pdf")))
    levels = []
    pauses = []
    for _ in range(6):
        sent = screening.fail(sent.asked[0], Failure.UNREACHABLE)
        levels += [level for level in (LogLevel.WARN, LogLevel.ERROR) if sent.logs(level)]
        begun = screening.stage.now
        while not (sent := screening.wait(1)).asked:
            assert (screening.stage.now - begun).total_seconds() < 700
        pauses.append(round((screening.stage.now - begun).total_seconds()))
    assert pauses == [2, 4, 8, 16, 32, 64]
    assert levels == [LogLevel.WARN, LogLevel.ERROR]


def test_a_new_address_is_tried_at_once(screening: Screening) -> None:
    sent = screening.publish(slides_event(5, file_item("a.pdf")))
    screening.fail(sent.asked[0], Failure.FORBIDDEN)
    url = "http://server.example/a.pdf?signature=fresh"
    (asked,) = screening.publish(slides_event(5, file_item("a.pdf", url=url))).asked
    assert asked.url == url
    assert screening.wait(61).asked == []
    screening.deliver(asked, [GREEN])
    assert colour_at(screening.look()) == GREEN


def test_a_document_that_is_still_converted_is_waited_for(screening: Screening) -> None:
    sent = screening.publish(slides_event(5))
    assert (sent.asked, sent.named_events()) == ([], [5])
    assert len(sent.pictures(PictureType.EVENT_START)) == 1
    assert colour_at(screening.look(), (320, 340)) == WHITE
    screening.put_on(slides_event(5, file_item("a.pdf")), [GREEN])
    assert colour_at(screening.look()) == GREEN


def test_files_of_all_events_of_the_list_are_fetched_ahead(screening: Screening) -> None:
    first = slides_event(1, file_item("a.pdf"))
    second = {**slides_event(2, file_item("b.pdf")), "start": "2026-11-23T09:00:00Z"}
    sent = screening.publish(first, second)
    assert [file.name for file in sent.asked] == ["a.pdf", "b.pdf"]
    screening.deliver(sent.asked[1], [GREEN])
    sent = screening.publish(second)
    assert sent.asked == []
    assert [colour_at(one) for one in sent.pictures(PictureType.EVENT_START)] == [GREEN]


def test_after_a_restart_the_files_are_asked_for_again(screening: Screening) -> None:
    screening.put_on(slides_event(1, file_item("a.pdf")), [RED])
    screening.stage.player.reboot(screening.stage.now)
    screening.wait(20)
    screening.stage.connect(group_id=7)
    assert [file.name for file in screening.publish(slides_event(1, file_item("a.pdf"))).asked]


def test_what_arrives_for_a_former_event_is_dropped(screening: Screening) -> None:
    sent = screening.publish(slides_event(1, file_item("a.pdf")))
    screening.publish(event(2))
    screening.deliver(sent.asked[0], [RED])
    assert screening.stage.player.state.show is None
