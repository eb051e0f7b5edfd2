"""What an emergency that is raised on the spot is called, how long it lasts, how it looks."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.events.emergency import (
    DURATIONS,
    UNTIL_ENDED,
    check_duration,
    is_until_ended,
    title_of,
)
from infoscreen_core.domain.events.event import Severity
from infoscreen_core.domain.events.looks import look_word, read_look
from infoscreen_core.errors import InvalidInputError


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Feueralarm", "Feueralarm"),
        ("\n  Alle  hinaus \nSammelplatz: Hof", "Alle hinaus"),
        ("x" * 80, "x" * 80),
        ("x" * 81, f"{'x' * 79}…"),
        ("", ""),
    ],
)
def test_its_title_is_its_first_line(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize("minutes", [0, -5, 30 * 24 * 60 + 1])
def test_a_time_that_is_too_short_or_too_long_is_refused(minutes: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_duration(timedelta(minutes=minutes))
    assert refused.value.field == "duration"


def test_what_is_offered_can_be_chosen() -> None:
    begins = datetime(2026, 9, 7, 6, tzinfo=UTC)
    for duration in (*DURATIONS, UNTIL_ENDED):
        assert check_duration(duration) == duration
        assert is_until_ended(begins, begins + duration) == (duration == UNTIL_ENDED)


def test_looks_have_our_words_and_the_wire_s() -> None:
    assert {look_word(read_look(word)) for word in ("Alarm", "emergency")} == {"alarm"}
    assert [read_look(look_word(look)) for look in Severity] == list(Severity)
    with pytest.raises(InvalidInputError, match="notice, warning, alarm"):
        read_look("loud")
