"""The course of a power cycle, as a table: nothing is left dark, and nothing goes on for ever."""

from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest

from infoscreen_core.domain.commands.plugs import (
    CLAIM,
    EXPIRY,
    LAST_RETRY,
    LOCKOUT_WINDOW,
    LONGEST_WAIT,
    MAX_SECONDS_OFF,
    ON_LIMIT,
    OPEN,
    SETTLING,
    TERMINAL,
    TIMESTAMP_OF,
    TRANSITIONS,
    Cause,
    State,
    advance,
    gives_up,
    has_expired,
    is_due,
    is_locked_out,
    mermaid_diagram,
    retry_after,
)

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MAY_BE_OFF = {State.SWITCHING_OFF, State.OFF, State.SWITCHING_ON}


def test_ends_are_ends() -> None:
    for state, cause in product(TERMINAL, Cause):
        assert advance(state, cause) is None
    assert set(OPEN) | TERMINAL == set(State)


def test_each_state_can_be_reached_and_left() -> None:
    assert {*TRANSITIONS.values(), State.REQUESTED} == set(State)
    assert {origin for origin, _ in TRANSITIONS} == set(OPEN)


def test_once_off_the_way_out_leads_over_switching_on() -> None:
    """A plug that may be off is left alone only when it is on, or after half an hour of trying."""
    ways_out = {
        (origin, cause)
        for (origin, cause), target in TRANSITIONS.items()
        if origin in MAY_BE_OFF and target not in MAY_BE_OFF
    }
    assert ways_out == {
        (State.SWITCHING_OFF, Cause.NOT_REACHED),  # it got no order
        (State.SWITCHING_OFF, Cause.REFUSED),  # neither
        (State.SWITCHING_ON, Cause.CONFIRMED_ON),
        (State.SWITCHING_ON, Cause.SWITCHED_ON),
        (State.SWITCHING_ON, Cause.UNPROVEN),  # it is on
        (State.SWITCHING_ON, Cause.GAVE_UP),
    }


def test_only_a_request_can_be_taken_back() -> None:
    canceled = {origin for origin, cause in TRANSITIONS if cause is Cause.CANCELED}
    assert canceled == {State.REQUESTED}


def test_every_state_but_the_first_keeps_its_instant() -> None:
    assert set(TIMESTAMP_OF) == set(State) - {State.REQUESTED}


@pytest.mark.parametrize(
    ("ahead", "due"),
    [
        (timedelta(), True),
        (-SECOND, True),
        (SECOND, False),
        (LONGEST_WAIT, False),
        (LONGEST_WAIT + SECOND, True),  # the clock was set back
        (timedelta(hours=1), True),
    ],
)
def test_an_instant_is_due_also_when_the_clock_was_set_back(ahead: timedelta, due: bool) -> None:
    assert is_due(NOW + ahead, now=NOW) is due


def test_nothing_that_is_written_lies_further_ahead_than_the_longest_wait() -> None:
    for wait in (CLAIM, LAST_RETRY, timedelta(seconds=MAX_SECONDS_OFF) + SETTLING):
        assert wait <= LONGEST_WAIT


def test_a_request_waits_four_minutes_at_most() -> None:
    assert not has_expired(NOW, now=NOW + EXPIRY - SECOND)
    assert has_expired(NOW, now=NOW + EXPIRY)
    assert has_expired(NOW, now=NOW - timedelta(hours=1))  # nobody knows how old it is


def test_it_is_tried_again_ever_more_slowly() -> None:
    waits = [retry_after(attempts).total_seconds() for attempts in (0, 1, 2, 3, 5, 6, 7, 10_000)]
    assert waits == [2, 2, 4, 8, 32, 60, 60, 60]


def test_it_gives_up_after_half_an_hour() -> None:
    assert not gives_up(NOW, now=NOW + ON_LIMIT - SECOND)
    assert gives_up(NOW, now=NOW + ON_LIMIT)


def test_three_cuts_in_an_hour_are_enough() -> None:
    cuts = [NOW - timedelta(minutes=minutes) for minutes in (59, 30, 1)]
    assert is_locked_out(cuts, now=NOW)
    assert not is_locked_out(cuts[1:], now=NOW)
    assert not is_locked_out([NOW - LOCKOUT_WINDOW, *cuts[1:]], now=NOW)
    assert not is_locked_out([NOW + timedelta(hours=1), *cuts[1:]], now=NOW)


def test_the_document_shows_this_table() -> None:
    document = Path(__file__).parents[3] / "docs" / "managed-power.md"
    assert f"```mermaid\n{mermaid_diagram()}\n```" in document.read_text(encoding="utf-8")
