from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.errors import InvalidInputError
from tests.support.screens.players import Stage
from workers.simulator.agenda import GoOffline, Publish
from workers.simulator.control import FleetNote, leave_note, obey, parse_note, take_notes
from workers.simulator.state import PictureFault

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("crash 3", FleetNote("crash", 3)),
        ("  off 12   30 ", FleetNote("off", 12, "30")),
        ("error 1 Der Bildschirm ist nass", FleetNote("error", 1, "Der Bildschirm ist nass")),
    ],
)
def test_notes_are_read(text: str, note: FleetNote) -> None:
    assert parse_note(text) == note
    assert parse_note(str(note)) == note


@pytest.mark.parametrize(
    "text", ["", "crash", "crash 0", "crash x", "explode 3", "off 3 soon", "tv 3 blue"]
)
def test_what_is_no_note_is_refused_with_the_words_there_are(text: str) -> None:
    with pytest.raises(InvalidInputError, match="service-failed"):
        parse_note(text)


def test_each_note_is_taken_once_by_the_process_it_concerns(tmp_path: Path) -> None:
    for number, text in enumerate(("crash 3", "crash 700")):
        leave_note(tmp_path, parse_note(text), now=NOW + timedelta(seconds=number))
    now = datetime.fromtimestamp(tmp_path.stat().st_mtime, UTC)
    assert take_notes(tmp_path, range(1, 501), now=now) == [FleetNote("crash", 3)]
    assert take_notes(tmp_path, range(1, 501), now=now) == []
    assert take_notes(tmp_path, range(501, 1001), now=now) == [FleetNote("crash", 700)]


def test_a_note_for_nobody_goes_after_a_minute(tmp_path: Path) -> None:
    leave_note(tmp_path, FleetNote("crash", 900), now=NOW)
    written = datetime.fromtimestamp(next(tmp_path.iterdir()).stat().st_mtime, UTC)
    take_notes(tmp_path, range(1, 13), now=written + timedelta(seconds=30))
    assert len(list(tmp_path.iterdir())) == 1
    take_notes(tmp_path, range(1, 13), now=written + timedelta(seconds=61))
    assert list(tmp_path.iterdir()) == []


def test_what_a_note_says_happens(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.connect()
    stage.take()
    for text in ("crash 1", "service-failed 1", "error 1 Kaputt", "warn 1", "tv 1 off", "black 1"):
        obey(stage.player, parse_note(text), stage.now)
    topics = [
        effect.topic.split("/", 2)[-1] for effect in stage.take() if isinstance(effect, Publish)
    ]
    assert {"logs/error", "logs/warn", "service_failed", "power/state", "dashboard"} <= set(topics)
    assert stage.player.state.process_status is ProcessStatus.CRASHED
    assert stage.player.state.picture_fault is PictureFault.BLACK
    obey(stage.player, parse_note("hang 1"), stage.now)
    stage.player.reboot(stage.now)
    assert stage.player.is_powered
    obey(stage.player, parse_note("recover 1"), stage.now)
    assert stage.player.state.is_running
    obey(stage.player, parse_note("broken 1"), stage.now)
    stage.player.restart_app(stage.now, lambda _: None)
    stage.wait(60)
    assert stage.player.state.process_status is ProcessStatus.CRASHED
    stage.player.reboot(stage.now)
    stage.wait(60)
    assert stage.player.state.process_status is ProcessStatus.CRASHED
    obey(stage.player, parse_note("recover 1"), stage.now)
    assert stage.player.state.is_running
    obey(stage.player, parse_note("stuck 1"), stage.now)
    was_stuck = stage.player.state.is_stuck
    obey(stage.player, parse_note("recover 1"), stage.now)
    assert (was_stuck, stage.player.state.is_stuck) == (True, False)
    stage.take()
    obey(stage.player, parse_note("off 1 5"), stage.now)
    assert stage.take() == [GoOffline()]
