"""How a conversion moves, when it is tried again, and which videos play everywhere."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.domain.media.conversion import (
    ATTEMPTS,
    FINAL_FAILURES,
    LONGEST_PAUSE,
    OUTAGES,
    TRANSITIONS,
    Failure,
    Step,
    may_begin,
    mermaid_diagram,
    needs_pdf_first,
    pause_after,
    step_after,
)
from infoscreen_core.domain.media.playable import Unplayable, VideoFacts, find_obstacles
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    TARGETS,
    ConversionStatus,
    MediaType,
    Target,
)
from infoscreen_core.domain.media.words import (
    FAILURE_SENTENCES,
    failure_sentence,
    fonts_warning,
    unplayable_warning,
    warning_sentence,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
PLAIN = VideoFacts(
    duration=12.0,
    width=1920,
    height=1080,
    bitrate=4_000_000,
    codec="h264",
    profile="High",
    level=40,
    pixels="yuv420p",
    frame_rate=30.0,
    sound="aac",
)


def test_what_lies_in_the_file_has_failed_at_once() -> None:
    for failure in FINAL_FAILURES:
        assert step_after(failure, 1) is Step.FAILED
        assert pause_after(Step.FAILED, failure, 1) is None


def test_what_may_pass_is_tried_three_times_with_longer_pauses() -> None:
    steps = [step_after(Failure.CRASHED, attempt) for attempt in (1, 2, 3)]
    assert steps == [Step.FAILED_FOR_NOW, Step.FAILED_FOR_NOW, Step.FAILED]
    pauses = [
        pause_after(step, Failure.CRASHED, attempt) for attempt, step in enumerate(steps, start=1)
    ]
    assert pauses == [timedelta(seconds=10), timedelta(seconds=60), None]


def test_an_outage_costs_no_attempt() -> None:
    for failure in OUTAGES:
        assert step_after(failure, ATTEMPTS) is Step.GIVEN_BACK
        assert pause_after(Step.GIVEN_BACK, failure, ATTEMPTS)


def test_every_step_leaves_a_state_and_only_ready_is_an_end() -> None:
    assert {step for _, step in TRANSITIONS} == set(Step)
    assert {state for state, _ in TRANSITIONS} == set(ConversionStatus) - {ConversionStatus.READY}


def test_a_pause_that_no_clock_can_mean_is_over() -> None:
    assert may_begin(None, now=NOW)
    assert may_begin(NOW, now=NOW)
    assert not may_begin(NOW + timedelta(seconds=1), now=NOW)
    assert not may_begin(NOW + LONGEST_PAUSE, now=NOW)
    assert may_begin(NOW + timedelta(days=1), now=NOW)


def test_only_what_is_made_of_a_document_waits_for_its_pdf() -> None:
    waiting = {(kind, one) for kind in MediaType for one in Target if needs_pdf_first(kind, one)}
    expected = {(kind, one) for kind in OFFICE_TYPES for one in Target if one is not Target.PDF}
    assert waiting == expected
    assert all(TARGETS[kind][0] is Target.PDF for kind in OFFICE_TYPES)


@pytest.mark.parametrize(
    ("changes", "kind", "expected"),
    [
        ({}, MediaType.MP4, ()),
        ({}, MediaType.MOV, ()),
        ({"sound": None, "profile": "Main", "level": None}, MediaType.MP4, ()),
        ({"width": 1080, "height": 1920}, MediaType.MP4, ()),
        ({"height": 1088, "frame_rate": 59.94}, MediaType.MP4, ()),
        ({}, MediaType.MKV, (Unplayable.CONTAINER,)),
        ({"codec": "hevc", "profile": "Main 10"}, MediaType.MP4, (Unplayable.CODEC,)),
        (
            {"codec": "vp9", "sound": "opus"},
            MediaType.WEBM,
            (Unplayable.CONTAINER, Unplayable.CODEC, Unplayable.SOUND),
        ),
        ({"profile": "High 10", "pixels": "yuv420p10le"}, MediaType.MP4, (Unplayable.PROFILE,)),
        ({"pixels": "yuv444p"}, MediaType.MP4, (Unplayable.PROFILE,)),
        ({"level": 51}, MediaType.MP4, (Unplayable.PROFILE,)),
        ({"width": 3840, "height": 2160}, MediaType.MP4, (Unplayable.SIZE,)),
        ({"width": 1920, "height": 1920}, MediaType.MP4, (Unplayable.SIZE,)),
        ({"frame_rate": 120.0}, MediaType.MP4, (Unplayable.FRAME_RATE,)),
        ({"sound": "ac3"}, MediaType.MP4, (Unplayable.SOUND,)),
    ],
)
def test_what_plays_everywhere(
    changes: dict[str, object], kind: MediaType, expected: tuple[Unplayable, ...]
) -> None:
    facts = replace(PLAIN, **changes)  # type: ignore[arg-type] # columns by name
    assert find_obstacles(kind, facts) == expected


def test_every_failure_has_a_sentence_and_an_unknown_one_too() -> None:
    assert set(FAILURE_SENTENCES) == set(Failure)
    assert failure_sentence("of a later version") == FAILURE_SENTENCES[Failure.UNFORESEEN]


def test_warnings_name_what_they_are_about() -> None:
    fonts = [f"Font {number}" for number in range(7)]
    assert str(warning_sentence(fonts_warning(fonts[:2]))).endswith("Font 0, Font 1.")
    assert "Font 4 and 2 more" in str(warning_sentence(fonts_warning(fonts)))
    video = warning_sentence(unplayable_warning((Unplayable.CODEC, Unplayable.SOUND)))
    assert "The reason: its codec, the format of its sound." in str(video)
    assert warning_sentence({"kind": "of a later version"}) is None


def test_the_document_shows_this_table() -> None:
    document = Path(__file__).parents[3] / "docs" / "conversions.md"
    assert f"```mermaid\n{mermaid_diagram()}\n```" in document.read_text(encoding="utf-8")
