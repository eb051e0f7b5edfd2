"""What time alone brings about in a command's course: one rule per state.

A rule looks at the command's timestamps and the player's last sign of life. What waits for a word
of the player runs only while the server can hear it (`hearing`); what we do ourselves (claim,
publish, let an unsent command expire) goes by the clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.commands.hearing import Deafness, deadline_of
from infoscreen_core.domain.commands.lifecycle import (
    ACK_LIMIT,
    ACK_SLACK,
    BEFORE_EXECUTION,
    CLAIM_LIMIT,
    FINISH_LIMIT,
    GOES_DOWN_AFTER,
    RECONNECT_CEILING,
    RECONNECT_COOLDOWN,
    SILENT_FROM,
    START_LIMIT,
    STEADY_FOR,
    STEADY_GAP,
    UNSENT,
    Action,
    Cause,
    State,
)
from infoscreen_core.domain.text.elapsed import is_ahead, is_within


@dataclass(frozen=True)
class CommandFacts:
    """What the time rules need to know about a command and its player."""

    state: State
    action: Action
    expires_at: datetime
    claimed_at: datetime | None
    published_at: datetime | None
    acked_at: datetime | None
    execution_started_at: datetime | None
    awaiting_reconnect_at: datetime | None
    recovered_at: datetime | None
    last_seen_at: datetime | None
    """The player's last sign of life."""
    grace: timedelta
    """How long the player counts as alive after its last sign of life."""
    was_app_down: bool = False
    """Whether the player, since execution began, reported its process as not running."""
    is_app_running: bool = False
    """Whether it has reported its process as running since execution began."""
    is_old_boot: bool = False
    """Whether the player, as far as it says, is in the boot in which it was sent a reboot."""
    deaf: Sequence[Deafness] = ()
    """When the server could not hear the player, as far as that matters here."""


def due(view: CommandFacts, *, now: datetime) -> Cause | None:
    """Return the cause that time alone has brought about, or None if there is nothing to do."""
    if view.state in BEFORE_EXECUTION and _has_expired(view, now):
        return Cause.EXPIRED
    rule = _RULES.get(view.state)
    return rule(view, now) if rule else None


def _has_expired(view: CommandFacts, now: datetime) -> bool:
    # What was sent may have begun in time, and the word of it still be on its way.
    if view.state in UNSENT:
        return now >= view.expires_at
    return _passed(view, view.expires_at, timedelta(), now)


def _passed(view: CommandFacts, since: datetime | None, limit: timedelta, now: datetime) -> bool:
    """Whether a limit has run out in which the player could make itself heard."""
    deadline = deadline_of(since, limit, view.deaf) if since else None
    return deadline is not None and now >= deadline


def _is_alive(view: CommandFacts, now: datetime) -> bool:
    seen_at = view.last_seen_at
    return seen_at is not None and not is_ahead(seen_at, now=now) and _is_alive_at(view, now)


def _is_alive_at(view: CommandFacts, at: datetime) -> bool:
    """Whether the player, by its last sign of life, was alive at an instant after it."""
    until = deadline_of(view.last_seen_at, view.grace, view.deaf) if view.last_seen_at else None
    return until is None or at <= until


def _due_publish(view: CommandFacts, now: datetime) -> Cause | None:
    is_late = view.claimed_at is not None and now - view.claimed_at >= CLAIM_LIMIT
    return Cause.PUBLISH_UNCONFIRMED if is_late else None


def _due_ack(view: CommandFacts, now: datetime) -> Cause | None:
    # A player that is away may come back before the command expires, and then gets it from the
    # broker. So only being alive at the deadline counts against it, not being alive later.
    if view.published_at is None or view.last_seen_at is None:
        return None
    deadline = deadline_of(view.published_at, ACK_LIMIT, view.deaf)
    if deadline is None or now < deadline:
        return None
    was_alive = view.last_seen_at - deadline <= ACK_SLACK and _is_alive_at(view, deadline)
    return Cause.ACK_TIMEOUT if was_alive else None


def _due_start(view: CommandFacts, now: datetime) -> Cause | None:
    is_late = _passed(view, view.acked_at, START_LIMIT[view.action], now)
    return Cause.EXECUTION_TIMEOUT if is_late else None


def _due_execution(view: CommandFacts, now: datetime) -> Cause | None:
    return _RULES_OF_EXECUTION[view.action](view, now)


def _due_reboot(view: CommandFacts, now: datetime) -> Cause | None:
    # No limit to anybody's word: a machine that said it reboots goes down, whether we hear or not.
    started = view.execution_started_at
    is_silent = _passed(view, view.last_seen_at, STEADY_GAP, now)
    limit = SILENT_FROM if is_silent else GOES_DOWN_AFTER
    return Cause.WENT_DOWN if started is not None and now - started >= limit else None


def _due_app_restart(view: CommandFacts, now: datetime) -> Cause | None:
    if view.was_app_down and view.is_app_running:
        return Cause.SEEN_AGAIN
    is_late = _passed(view, view.execution_started_at, FINISH_LIMIT, now)
    return Cause.EXECUTION_TIMEOUT if is_late else None


def _due_shutdown(view: CommandFacts, now: datetime) -> Cause | None:
    started = view.execution_started_at
    if not _is_alive(view, now):
        return Cause.STAYED_SILENT if _passed(view, started, view.grace, now) else None
    # Still alive this long after it said it would shut down: it did not, and the command must not
    # stay open for ever.
    is_late = _passed(view, started, view.grace + FINISH_LIMIT, now)
    return Cause.EXECUTION_TIMEOUT if is_late else None


def _due_reconnect(view: CommandFacts, now: datetime) -> Cause | None:
    limit = RECONNECT_CEILING + RECONNECT_COOLDOWN
    if not _passed(view, view.awaiting_reconnect_at, limit, now):
        return None
    is_still_up = view.is_old_boot and _is_alive(view, now)
    return Cause.NOT_REBOOTED if is_still_up else Cause.RECONNECT_CEILING


def _due_steady(view: CommandFacts, now: datetime) -> Cause | None:
    is_fresh = view.last_seen_at is not None and is_within(view.last_seen_at, STEADY_GAP, now=now)
    if is_fresh and _passed(view, view.recovered_at, STEADY_FOR, now):
        return Cause.NOT_REBOOTED if view.is_old_boot else Cause.STEADY
    # The player came back for a moment and fell silent again.
    is_over = _passed(view, view.recovered_at, RECONNECT_CEILING, now)
    return Cause.RECONNECT_CEILING if is_over and not _is_alive(view, now) else None


_RULES_OF_EXECUTION: Final = MappingProxyType(
    {
        Action.REBOOT_HOST: _due_reboot,
        Action.RESTART_APP: _due_app_restart,
        Action.SHUTDOWN_HOST: _due_shutdown,
    }
)
_RULES: Final = MappingProxyType(
    {
        State.PUBLISH_IN_PROGRESS: _due_publish,
        State.PUBLISHED: _due_ack,
        State.ACK_RECEIVED: _due_start,
        State.EXECUTION_STARTED: _due_execution,
        State.AWAITING_RECONNECT: _due_reconnect,
        State.RECOVERED: _due_steady,
    }
)
