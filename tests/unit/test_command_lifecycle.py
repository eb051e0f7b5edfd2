from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.domain.command_lifecycle import (
    TERMINAL,
    TIMESTAMP_OF,
    TRANSITIONS,
    Action,
    Cause,
    CommandView,
    State,
    advance,
    due,
    mermaid_diagram,
)

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
EVERY_PAIR = [(state, cause) for state in State for cause in Cause]


def _view(state: State, action: Action = Action.REBOOT_HOST, **since: float | None) -> CommandView:
    """A command in `state`; `since` gives seconds since each of its times, and since `last_seen`."""

    def ago(name: str) -> datetime | None:
        seconds = since.get(name)
        return None if seconds is None else NOW - timedelta(seconds=seconds)

    return CommandView(
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
    assert set(TRANSITIONS.values()) - {State.QUEUED} <= set(TIMESTAMP_OF)


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
        (_view(State.PUBLISHED, published=60, last_seen=181), None),
        (_view(State.PUBLISHED, published=60), None),
        (_view(State.ACK_RECEIVED, acked=24), None),
        (_view(State.ACK_RECEIVED, acked=25), Cause.EXECUTION_TIMEOUT),
        (_view(State.ACK_RECEIVED, Action.RESTART_APP, acked=15), Cause.EXECUTION_TIMEOUT),
        (_view(State.ACK_RECEIVED, Action.SHUTDOWN_HOST, acked=24), None),
        (_view(State.EXECUTION_STARTED, started=9), None),
        (_view(State.EXECUTION_STARTED, started=10), Cause.WENT_DOWN),
        (_view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=179, last_seen=181), None),
        (_view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=181, last_seen=1), None),
        (
            _view(State.EXECUTION_STARTED, Action.SHUTDOWN_HOST, started=181, last_seen=181),
            Cause.STAYED_SILENT,
        ),
        (_view(State.AWAITING_RECONNECT, awaiting=209), None),
        (_view(State.AWAITING_RECONNECT, awaiting=210), Cause.RECONNECT_CEILING),
        (_view(State.RECOVERED, recovered=19, last_seen=1), None),
        (_view(State.RECOVERED, recovered=20, last_seen=1), Cause.STEADY),
        (_view(State.RECOVERED, recovered=30, last_seen=29), None),
        (_view(State.RECOVERED, recovered=300, last_seen=299), Cause.RECONNECT_CEILING),
        (_view(State.COMPLETED, expires_in=-1), None),
    ],
)
def test_time_alone_brings_about_what_the_rules_say(view: CommandView, expected: Cause | None) -> None:
    assert due(view, now=NOW) is expected
    if expected:
        assert advance(view.state, expected) is not None


def test_the_diagram_in_the_docs_is_the_tables() -> None:
    document = Path(__file__).parents[2] / "docs" / "command-lifecycle.md"
    assert f"```mermaid\n{mermaid_diagram()}\n```" in document.read_text(encoding="utf-8")
