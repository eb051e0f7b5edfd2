from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    ERROR_OF,
    KNOWN_ERROR_CODES,
    MAX_EXPIRY,
    MIN_EXPIRY,
    TERMINAL,
    TIMESTAMP_OF,
    TRANSITIONS,
    Action,
    Cause,
    State,
    advance,
    is_locked_out,
    mermaid_diagram,
    seen_again,
)
from infoscreen_core.domain.commands.time_rules import CommandFacts, due

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
GRACE = timedelta(seconds=180)
ORDER = [
    State.QUEUED,
    State.PUBLISH_IN_PROGRESS,
    State.PUBLISHED,
    State.ACK_RECEIVED,
    State.EXECUTION_STARTED,
    State.AWAITING_RECONNECT,
    State.RECOVERED,
    State.COMPLETED,
]
NOT_REBOOTED = Cause.NOT_REBOOTED
EVERY_PAIR = [(state, cause) for state in State for cause in Cause]


def _view(state: State, action: Action = Action.REBOOT_HOST, **since: float | None) -> CommandFacts:
    """A command in `state`; `since` gives the seconds since its times and since `last_seen`."""

    def ago(name: str) -> datetime | None:
        seconds = since.get(name)
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    return CommandFacts(
        state=state,
        action=action,
        expires_at=NOW + timedelta(seconds=since.get("expires_in") or 100),
        claimed_at=ago("claimed"),
        published_at=ago("published"),
        acked_at=ago("acked"),
        execution_started_at=ago("started"),
        awaiting_reconnect_at=ago("awaiting"),
        recovered_at=ago("recovered"),
        last_seen_at=ago("last_seen"),
        grace=GRACE,
        is_old_boot=since.get("old_boot") is not None,
    )


@pytest.mark.parametrize(("state", "cause"), EVERY_PAIR)
def test_every_pair_leads_where_the_table_says_and_nowhere_else(state: State, cause: Cause) -> None:
    target = advance(state, cause)
    assert target == TRANSITIONS.get((state, cause))
    if state in TERMINAL:
        assert target is None, "a terminal state never changes"
    if target is not None and target not in TERMINAL and cause is not Cause.PUBLISH_UNCONFIRMED:
        assert ORDER.index(target) > ORDER.index(state), "a command never moves back"


def test_only_an_unconfirmed_publication_moves_back() -> None:
    assert advance(State.PUBLISH_IN_PROGRESS, Cause.PUBLISH_UNCONFIRMED) is State.QUEUED


def test_every_state_that_is_reached_has_its_own_time() -> None:
    assert set(State) - {State.QUEUED} == set(TIMESTAMP_OF)
    bad_ends = TERMINAL - {State.COMPLETED, State.CANCELED}
    assert {state for state, column in TIMESTAMP_OF.items() if column == "failed_at"} == bad_ends
    ways = [TIMESTAMP_OF[state] for state in (*ORDER[1:], State.CANCELED)]
    assert len(set(ways)) == len(ways)


@pytest.mark.parametrize(
    ("boot_before", "boot_now", "reported", "seconds", "expected"),
    [
        (None, None, None, 1, Cause.SEEN_AGAIN),
        (None, "b", "b", 1, Cause.SEEN_AGAIN),
        ("a", "b", None, 1, Cause.SEEN_AGAIN),
        ("a", "b", "b", 200, Cause.SEEN_AGAIN),
        ("a", "a", "a", 39.9, None),
        ("a", "a", "a", 40, NOT_REBOOTED),
        # It says nothing about its boot just now: it may be back, and say so in a moment.
        ("a", "a", None, 200, None),
    ],
)
def test_being_heard_is_being_back_except_in_the_boot_of_before(
    boot_before: str | None,
    boot_now: str | None,
    reported: str | None,
    seconds: float,
    expected: Cause | None,
) -> None:
    away = timedelta(seconds=seconds)
    assert seen_again(boot_before, boot_now, reported, away=away) is expected


@pytest.mark.parametrize("state", [s for s in State if s not in TERMINAL])
def test_a_failure_ends_every_open_state(state: State) -> None:
    assert advance(state, Cause.ACK_FAILED) is State.FAILED


@pytest.mark.parametrize("state", ORDER[:4])
def test_before_execution_a_command_expires(state: State) -> None:
    view = _view(state, expires_in=-1, claimed=1, published=1, acked=1)
    assert due(view, now=NOW) is Cause.EXPIRED
    assert advance(state, Cause.EXPIRED) is State.EXPIRED


@pytest.mark.parametrize("state", ORDER[4:7])
def test_a_reboot_under_way_is_no_longer_bound_by_its_expiry(state: State) -> None:
    assert due(_view(state, expires_in=-1, started=1, awaiting=1, recovered=1), now=NOW) is None


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (_view(State.QUEUED), None),
        (_view(State.PUBLISH_IN_PROGRESS, claimed=7.9), None),
        (_view(State.PUBLISH_IN_PROGRESS, claimed=8), Cause.PUBLISH_UNCONFIRMED),
        (_view(State.PUBLISHED, published=19, last_seen=1), None),
        (_view(State.PUBLISHED, published=20, last_seen=1), Cause.ACK_TIMEOUT),
        (_view(State.PUBLISHED, published=20, last_seen=180), Cause.ACK_TIMEOUT),
        (_view(State.PUBLISHED, published=20, last_seen=181), None),
        (_view(State.PUBLISHED, published=60, last_seen=40), Cause.ACK_TIMEOUT),
        (_view(State.PUBLISHED, published=60, last_seen=1), None),
        (_view(State.PUBLISHED, published=60), None),
        (_view(State.ACK_RECEIVED, acked=24), None),
        (_view(State.ACK_RECEIVED, acked=25), Cause.EXECUTION_TIMEOUT),
        (_view(State.ACK_RECEIVED, Action.RESTART_APP, acked=15), Cause.EXECUTION_TIMEOUT),
        (_view(State.ACK_RECEIVED, Action.SHUTDOWN_HOST, acked=24), None),
        (_view(State.EXECUTION_STARTED, started=9), None),
        (_view(State.EXECUTION_STARTED, started=10), Cause.WENT_DOWN),
        (_view(State.EXECUTION_STARTED, started=9, last_seen=1), None),
        (_view(State.EXECUTION_STARTED, started=5, last_seen=9), None),
        (_view(State.EXECUTION_STARTED, started=4, last_seen=10), None),
        (_view(State.EXECUTION_STARTED, started=5, last_seen=10), Cause.WENT_DOWN),
        (_view(State.EXECUTION_STARTED, Action.RESTART_APP, started=149, last_seen=60), None),
        (_view(State.EXECUTION_STARTED, Action.RESTART_APP, started=150), Cause.EXECUTION_TIMEOUT),
        (_view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=179, last_seen=181), None),
        (_view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=181, last_seen=1), None),
        (
            _view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=181, last_seen=181),
            Cause.STAYED_SILENT,
        ),
        (
            _view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=330, last_seen=1),
            Cause.EXECUTION_TIMEOUT,
        ),
        (_view(State.AWAITING_RECONNECT, awaiting=209), None),
        (_view(State.AWAITING_RECONNECT, awaiting=210), Cause.RECONNECT_CEILING),
        (_view(State.AWAITING_RECONNECT, awaiting=209, last_seen=1, old_boot=1), None),
        (_view(State.AWAITING_RECONNECT, awaiting=210, last_seen=1, old_boot=1), NOT_REBOOTED),
        (
            _view(State.AWAITING_RECONNECT, awaiting=210, last_seen=181, old_boot=1),
            Cause.RECONNECT_CEILING,
        ),
        (_view(State.RECOVERED, recovered=19, last_seen=1, old_boot=1), None),
        (_view(State.RECOVERED, recovered=20, last_seen=1, old_boot=1), NOT_REBOOTED),
        (_view(State.RECOVERED, recovered=19, last_seen=1), None),
        (_view(State.RECOVERED, recovered=20, last_seen=1), Cause.STEADY),
        (_view(State.RECOVERED, recovered=30, last_seen=29), None),
        (_view(State.RECOVERED, recovered=300, last_seen=299), Cause.RECONNECT_CEILING),
        (_view(State.COMPLETED, expires_in=-1), None),
    ],
)
def test_time_alone_brings_about_what_the_rules_say(
    view: CommandFacts, expected: Cause | None
) -> None:
    assert due(view, now=NOW) is expected
    if expected:
        assert advance(view.state, expected) is not None


def test_an_app_that_was_down_and_runs_again_has_recovered() -> None:
    view = _view(State.EXECUTION_STARTED, Action.RESTART_APP, started=3)
    assert due(replace(view, is_app_running=True), now=NOW) is None
    assert due(replace(view, was_app_down=True), now=NOW) is None
    assert due(replace(view, was_app_down=True, is_app_running=True), now=NOW) is Cause.SEEN_AGAIN
    rebooting = replace(view, action=Action.REBOOT_HOST, was_app_down=True, is_app_running=True)
    assert due(rebooting, now=NOW) is None


@pytest.mark.parametrize("state", [state for state in State if state is not State.QUEUED])
def test_only_what_is_still_queued_can_be_cancelled(state: State) -> None:
    assert advance(State.QUEUED, Cause.CANCELED) is State.CANCELED
    assert advance(state, Cause.CANCELED) is None


@pytest.mark.parametrize("state", ORDER[4:7])
def test_the_players_word_completes_what_it_began(state: State) -> None:
    assert advance(state, Cause.ACK_COMPLETED) is State.COMPLETED


def test_an_app_whose_process_was_down_is_back_before_it_is_done() -> None:
    assert advance(State.EXECUTION_STARTED, Cause.SEEN_AGAIN) is State.RECOVERED


def test_every_bad_end_that_time_brings_says_why() -> None:
    bad = {State.FAILED, State.EXPIRED, State.TIMED_OUT, State.MANUAL_INTERVENTION_REQUIRED}
    causes = {cause for (_state, cause), target in TRANSITIONS.items() if target in bad}
    assert causes - {Cause.ACK_FAILED} == set(ERROR_OF)
    assert all(code in KNOWN_ERROR_CODES and message for code, message in ERROR_OF.values())


@pytest.mark.parametrize(
    ("minutes_ago", "is_locked"),
    [([], False), ([1, 2], False), ([1, 2, 14.9], True), ([1, 2, 15], False), ([1, 2, 3, 4], True)],
)
def test_a_player_restarted_three_times_in_fifteen_minutes_is_locked_out(
    minutes_ago: list[float], is_locked: bool
) -> None:
    assert is_locked_out([NOW - timedelta(minutes=m) for m in minutes_ago], now=NOW) is is_locked


def test_a_command_may_wait_for_three_to_six_minutes() -> None:
    assert tuple(timedelta(seconds=s) for s in (180, 240, 360)) == (
        MIN_EXPIRY,
        DEFAULT_EXPIRY,
        MAX_EXPIRY,
    )


_SECONDS = st.none() | st.integers(-10, 400).map(float)
VIEWS = st.builds(
    _view,
    state=st.sampled_from(State),
    action=st.sampled_from(Action),
    claimed=_SECONDS,
    published=_SECONDS,
    acked=_SECONDS,
    started=_SECONDS,
    awaiting=_SECONDS,
    recovered=_SECONDS,
    last_seen=_SECONDS,
    expires_in=st.integers(-300, 300),
)


@given(VIEWS)
def test_what_time_brings_about_the_table_allows(view: CommandFacts) -> None:
    cause = due(view, now=NOW)
    assert cause is None or advance(view.state, cause) is not None


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", [s for s in State if s not in TERMINAL])
@pytest.mark.parametrize("seen_every", [None, 5, 65])
def test_every_command_ends_by_itself_whatever_the_player_does(
    state: State, action: Action, seen_every: int | None
) -> None:
    view = _view(
        state,
        action,
        claimed=0,
        published=0,
        acked=0,
        started=0,
        awaiting=0,
        recovered=0,
        expires_in=240,
    )
    for second in range(900):
        now = NOW + timedelta(seconds=second)
        if seen_every and second % seen_every == 0:
            view = replace(view, last_seen_at=now)
        cause = due(view, now=now)
        if view.state is State.AWAITING_RECONNECT and view.last_seen_at == now:
            cause = cause or Cause.SEEN_AGAIN
        view = replace(view, state=advance(view.state, cause) or view.state) if cause else view
    assert view.state in TERMINAL


def test_the_diagram_in_the_docs_is_the_tables() -> None:
    document = Path(__file__).parents[3] / "docs" / "command-lifecycle.md"
    assert f"```mermaid\n{mermaid_diagram()}\n```" in document.read_text(encoding="utf-8")
