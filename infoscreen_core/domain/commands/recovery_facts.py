"""What crash recovery knows of a player, and the words for what it does and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    LOCKOUT_WINDOW,
    Action,
    State,
)
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.standing import Standing

GRACE: Final = timedelta(seconds=180)
AT_ONCE: Final = 10
STRIKES: Final = 3
"""Failed recoveries within `STRIKES_WITHIN` after which a person is called."""
STRIKES_WITHIN: Final = timedelta(hours=24)


class Means(StrEnum):
    """What recovery can do, from the mildest on."""

    RESTART_APP = "restart_app"
    REBOOT_HOST = "reboot_host"
    POWER_CYCLE = "power_cycle"
    """Its plug is switched off and on (`domain.commands.plugs`)."""


class Verdict(StrEnum):
    """What is done about a player, or why nothing is."""

    OUT_OF_SERVICE = "out_of_service"
    """It waits for approval, was turned away, or was switched off: nobody expects it to run."""
    NEVER_SEEN = "never_seen"
    """It has never reported, so nothing is known to be wrong with it."""
    WELL = "well"
    WATCHED = "watched"
    """It is well again after a recovery, but has not stayed so for long enough."""
    RESTARTING_APP = "restarting_app"
    """Its app is being restarted by recovery."""
    REBOOTING = "rebooting"
    """Its host is being rebooted by recovery."""
    POWER_CYCLING = "power_cycling"
    """Its plug is being switched off and on by recovery."""
    UNDER_WAY = "under_way"
    """A command or a power cycle of somebody else's is under way."""
    BLIND = "blind"
    """The server does not see its screens: an outage of broker or network, or of its own."""
    SEEN_ANEW = "seen_anew"
    """The server sees again, and the player has not had the time to be heard."""
    SHUT_DOWN = "shut_down"
    """It was shut down on purpose."""
    TV_HELD_OFF = "tv_held_off"
    """Somebody ordered its TV to stay off."""
    SETTLING = "settling"
    """A recovery has just ended; whether it helped shows in a moment."""
    NEEDS_PERSON = "manual_intervention_required"
    """Recovery failed too often: somebody has to see to it."""
    LOCKED_OUT = "locked_out"
    """It was restarted a short while ago."""
    TOO_MANY_RESTARTS = "too_many_restarts"
    """It had as many restarts lately as any player may have, whoever asked for them."""
    WAITS_TURN = "waits_turn"
    """As many players as may be are being recovered already."""


class Outcome(StrEnum):
    """What came of a recovery."""

    HELPED = "helped"
    FAILED = "failed"
    VOID = "void"
    """It was never carried out, which is not the player's fault: withdrawn, or never sent, or its
    plug took no order."""
    FORGIVEN = "forgiven"
    """It failed, and counts no more: the player has stayed well since, or somebody saw to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an installation set."""

    grace: timedelta = GRACE
    """How long a player may be silent before it is a candidate."""
    lockout: timedelta = LOCKOUT_WINDOW
    """For how long after a restart a player is left alone."""
    expiry: timedelta = DEFAULT_EXPIRY
    """Of the commands that recovery issues."""
    at_once: int = AT_ONCE
    """How many players are recovered at the same time, at most."""
    may_cut_power: bool = False
    """Whether plugs are used, as the last means before a person is called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One recovery of a player: a command that recovery issued, or a power cycle."""

    decision_id: int
    means: Means
    state: State | None
    """Of its command; None for a power cycle."""
    issued_at: datetime
    was_sent: bool
    """Whether the player may have got the command, or its plug the order to switch off."""
    ended_at: datetime | None
    """None: it goes on."""
    outcome: Outcome | None
    """None: nobody can tell yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryFacts:
    """What is known of a player when it is decided about."""

    standing: Standing
    process_status: ProcessStatus | None
    last_alive: datetime | None
    is_blind: bool = False
    """Whether the server does not see its screens."""
    seen_since: datetime | None = None
    """When the last time ended in which it did not; None if there was none."""
    shut_down_at: datetime | None = None
    """When its newest shutdown that succeeded was done."""
    tv_off_until: datetime | None = None
    """Until when an order of an operator's holds its TV off."""
    open_action: Action | None = None
    """What a command of its does that is under way."""
    is_power_open: bool = False
    """Whether a power cycle of its is under way."""
    restarts: Sequence[datetime] = ()
    """When its restarts were issued lately, of host and app, by whomever; not those blocked."""
    cuts: Sequence[datetime] = ()
    """When its power was cut lately, or may have been, by whomever."""
    has_plug: bool = False
    """Whether it has a plug that may be switched."""
    is_emergency: bool = False
    """Whether it shows an emergency, or should."""
    attempts: Sequence[Attempt] = ()
    """Its recoveries within `STRIKES_WITHIN`, the oldest first."""
    verdict: Verdict | None = None
    """The one in force."""
    since: datetime | None = None
    """Since when that is."""
    is_person_called: bool = False
    """Whether somebody has to see to it, and nobody has said that they did."""
    running: int = 0
    """How many players are being recovered now."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being done about it already."""
        return self.open_action is not None or self.is_power_open

    @property
    def strikes(self) -> int:
        """How many of its recoveries failed and still count."""
        return sum(one.outcome is Outcome.FAILED for one in self.attempts)

    @property
    def last(self) -> Attempt | None:
        """Its newest recovery."""
        return self.attempts[-1] if self.attempts else None
