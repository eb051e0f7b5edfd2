from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.commands.hearing import (
    COMES_AT_ONCE,
    LONGEST_PAUSE,
    SIGHT_SETTLES,
    Deafness,
    HearingBook,
    ListenerSign,
    deadline_of,
)
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.commands.time_rules import CommandFacts, due

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GRACE = timedelta(seconds=180)
REBOOT, RESTART, SHUTDOWN = Action.REBOOT_HOST, Action.RESTART_APP, Action.SHUTDOWN_HOST


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def deaf(began: float, ended: float | None, settles: float = 10) -> Deafness:
    return Deafness(at(began), None if ended is None else at(ended), timedelta(seconds=settles))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], 20),
        ([deaf(-50, -40)], 20),
        ([deaf(-50, -5, settles=90)], 85),  # before, but what came then has not settled
        ([deaf(5, 35)], 50),
        ([deaf(19, 49)], 59),  # the last second, and a moment for what is on its way
        ([deaf(-10, 30)], 50),
        ([deaf(20, 60)], 20),  # it had run out by then
        ([deaf(5, 10), deaf(12, 32)], 45),
        ([deaf(12, 32), deaf(5, 10)], 45),
        ([deaf(5, 25), deaf(15, 35)], 50),  # what two tell of counts once
        ([deaf(5, 25), deaf(38, 48)], 58),  # it had not run out yet, since it was put off
        ([deaf(5, None)], None),
        ([deaf(20, None)], 20),
        ([deaf(5, 15), deaf(29, None)], None),
    ],
)
def test_a_limit_is_put_off_by_the_time_in_which_nobody_listened(
    spans: list[Deafness], expected: float | None
) -> None:
    found = deadline_of(NOW, timedelta(seconds=20), spans)
    assert found == (None if expected is None else at(expected))


_SPANS = st.builds(
    lambda began, length, settles: deaf(began, began + length, settles),
    st.integers(-50, 300),
    st.integers(0, 200),
    st.integers(0, 90),
)


@given(st.lists(_SPANS, max_size=5), st.integers(0, 200))
def test_a_limit_runs_only_in_time_in_which_somebody_listened(
    spans: list[Deafness], seconds: int
) -> None:
    found = deadline_of(NOW, timedelta(seconds=seconds), spans)
    assert found is not None
    passed = range(int((found - NOW).total_seconds()))
    heard = [s for s in passed if not any(one.began_at <= at(s) < _end(one) for one in spans)]
    assert len(heard) >= seconds
    before = [one for one in spans if one.began_at < found]
    assert all(found >= _end(one) + one.settles or found == at(seconds) for one in before)
    assert all(not one.began_at < found < _end(one) for one in spans)


def _end(one: Deafness) -> datetime:
    assert one.ended_at is not None
    return one.ended_at


class Desk:
    """A book that is kept by a clock of its own, with a listener that says what the test says."""

    def __init__(self) -> None:
        self.book = HearingBook(now=NOW)
        self.now = NOW
        self.listener = ListenerSign(NOW, NOW, is_connected=True)
        self.epoch = 1
        self.is_connected = True

    def wait(self, seconds: float, *, signs: bool = True) -> None:
        for _ in range(int(seconds * 2)):
            self.now += timedelta(seconds=0.5)
            if signs and (self.now - NOW).total_seconds() % 2 == 0:
                self.listener = replace(self.listener, seen_at=self.now)
            self.book.note(
                self.listener, is_connected=self.is_connected, epoch=self.epoch, now=self.now
            )

    def settled(self) -> list[Deafness]:
        """What is known since the book was opened, without the time that is not proven yet."""
        return self.book.read()[1:-1]

    def deadline(self, since: float) -> float | None:
        found = deadline_of(at(since), timedelta(seconds=20), self.book.read())
        return None if found is None else (found - NOW).total_seconds()


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.wait(30)
    assert desk.settled() == []
    assert desk.deadline(2) == 22
    return desk


def test_whoever_opens_the_book_lets_a_moment_pass() -> None:
    desk = Desk()
    assert desk.deadline(-19) is None
    desk.wait(12)
    assert desk.deadline(-19) == COMES_AT_ONCE.total_seconds()


def test_what_the_listener_has_not_lived_through_is_not_proven(desk: Desk) -> None:
    desk.wait(1, signs=False)
    assert desk.deadline(10) == 30
    assert desk.deadline(10.5) is None


def test_a_listener_that_was_dead_puts_limits_off(desk: Desk) -> None:
    desk.wait(40, signs=False)
    assert desk.deadline(25) is None
    desk.wait(4)
    assert desk.settled() == [Deafness(at(30), at(72), COMES_AT_ONCE)]
    desk.wait(40)
    assert desk.deadline(25) == 45 + 42
    assert desk.deadline(5) == 25
    desk.wait(3600)
    assert desk.settled() == []


def test_a_pause_between_two_signs_is_none(desk: Desk) -> None:
    desk.wait(LONGEST_PAUSE.total_seconds() - 2, signs=False)
    desk.wait(4)
    assert desk.settled() == []


def test_a_listener_that_was_started_anew_must_first_take_in_what_waits(desk: Desk) -> None:
    desk.listener = ListenerSign(desk.now, desk.now, is_connected=False)
    desk.wait(2)
    assert desk.deadline(11) is None
    desk.listener = replace(desk.listener, is_connected=True)
    desk.wait(2)
    (one,) = desk.settled()
    assert one.settles == COMES_AT_ONCE


@pytest.mark.parametrize("is_noticed", [True, False])
def test_after_an_outage_of_the_broker_players_get_the_time_to_come_back(
    desk: Desk, is_noticed: bool
) -> None:
    if is_noticed:
        desk.is_connected = False
        desk.wait(20)
        desk.is_connected = True
    desk.epoch = 2
    desk.wait(4)
    (one,) = desk.settled()
    assert one.settles == SIGHT_SETTLES


def test_without_a_listener_our_own_connection_is_all_there_is() -> None:
    book = HearingBook(now=NOW)
    book.note(None, is_connected=False, epoch=0, now=at(5))
    assert deadline_of(NOW, timedelta(seconds=1), book.read()) is None
    for second in range(6, 20):
        book.note(None, is_connected=True, epoch=1, now=at(second))
    assert deadline_of(at(1), timedelta(), book.read()) == at(6) + COMES_AT_ONCE


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_was_set_moves_what_is_known(desk: Desk, hours: int) -> None:
    step = timedelta(hours=hours)
    desk.wait(20, signs=False)
    desk.wait(2)
    (before,) = desk.settled()
    desk.now += step
    desk.book.shift(step)
    desk.wait(1, signs=False)  # the listener's last sign is of the time before
    assert desk.deadline((step + timedelta(seconds=45)).total_seconds()) is None
    desk.wait(4)
    assert desk.settled()[0] == replace(
        before, began_at=before.began_at + step, ended_at=_end(before) + step
    )


_SENT = {"published_at": NOW, "last_seen_at": at(10)}
_STATES = [
    # state, action, what is known, when it runs out, and into what
    (State.PUBLISHED, RESTART, _SENT, 20, Cause.ACK_TIMEOUT),
    (State.PUBLISHED, RESTART, {"published_at": NOW}, 240, Cause.EXPIRED),  # it is away
    (State.ACK_RECEIVED, RESTART, {"acked_at": NOW}, 15, Cause.EXECUTION_TIMEOUT),
    (State.ACK_RECEIVED, REBOOT, {"acked_at": at(230)}, 240, Cause.EXPIRED),
    (State.EXECUTION_STARTED, RESTART, {"execution_started_at": NOW}, 150, Cause.EXECUTION_TIMEOUT),
    (
        State.EXECUTION_STARTED,
        SHUTDOWN,
        {"execution_started_at": NOW, "last_seen_at": at(-0.001)},
        180,
        Cause.STAYED_SILENT,
    ),
    (
        State.AWAITING_RECONNECT,
        REBOOT,
        {"awaiting_reconnect_at": NOW},
        210,
        Cause.RECONNECT_CEILING,
    ),
    (
        State.AWAITING_RECONNECT,
        REBOOT,
        {"awaiting_reconnect_at": NOW, "last_seen_at": at(200), "is_old_boot": True},
        210,
        Cause.NOT_REBOOTED,
    ),
    (
        State.RECOVERED,
        REBOOT,
        {"recovered_at": NOW, "last_seen_at": at(-40)},
        150,
        Cause.RECONNECT_CEILING,
    ),
]


@pytest.mark.parametrize(("state", "action", "known", "seconds", "cause"), _STATES)
def test_no_word_of_a_player_is_missed_while_nobody_listens(
    state: State, action: Action, known: dict[str, Any], seconds: float, cause: Cause
) -> None:
    view = replace(_facts(state, action), **known)
    assert due(view, now=at(seconds - 0.5)) is None
    assert due(view, now=at(seconds)) is cause
    unheard = replace(view, deaf=[deaf(seconds - 5, None)])
    assert due(unheard, now=at(seconds + 3600)) is None
    heard_again = replace(view, expires_at=at(900), deaf=[deaf(seconds - 5, seconds + 295)])
    assert due(heard_again, now=at(seconds + 304)) is None
    expected = None if cause is Cause.EXPIRED else cause
    assert due(heard_again, now=at(seconds + 306)) is expected


@pytest.mark.parametrize("state", [State.QUEUED, State.PUBLISH_IN_PROGRESS])
def test_what_was_not_sent_expires_whether_we_hear_or_not(state: State) -> None:
    view = replace(_facts(state, REBOOT), deaf=[deaf(-10, None)])
    assert due(view, now=at(239)) is None
    assert due(view, now=at(240)) is Cause.EXPIRED


def test_a_machine_goes_down_whether_we_hear_or_not() -> None:
    view = replace(
        _facts(State.EXECUTION_STARTED, REBOOT),
        execution_started_at=NOW,
        last_seen_at=at(-10),
        deaf=[deaf(-5, None)],
    )
    assert due(view, now=at(9)) is None  # its silence says nothing
    assert due(view, now=at(10)) is Cause.WENT_DOWN


def _facts(state: State, action: Action) -> CommandFacts:
    return CommandFacts(
        state=state,
        action=action,
        expires_at=at(240),
        claimed_at=None,
        published_at=None,
        acked_at=None,
        execution_started_at=None,
        awaiting_reconnect_at=None,
        recovered_at=None,
        last_seen_at=None,
        grace=GRACE,
    )
