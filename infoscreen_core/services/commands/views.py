"""Commands and roll-outs as readers see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.commands.figures import BACK_AFTER
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.recovery_facts import Outcome, Verdict
from infoscreen_core.domain.commands.rollout import (
    HoldReason,
    LeftOut,
    Limits,
    MemberStatus,
    RolloutSource,
    RolloutStatus,
    StopReason,
)
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.domain.text.wording import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandView:
    """A command with the instants of its steps; those that it has not taken are None."""

    command_id: str
    action: Action
    status: State
    reason: str | None
    requested_by: str | None
    """A user's name; None stands for the system."""
    issued_at: datetime
    published_at: datetime | None
    acked_at: datetime | None
    execution_started_at: datetime | None
    awaiting_reconnect_at: datetime | None
    recovered_at: datetime | None
    completed_at: datetime | None
    failed_at: datetime | None
    canceled_at: datetime | None
    error_code: str | None
    error_message: str | None
    rollout_id: str | None = None
    """The roll-out that it is part of."""
    recovery_class: RecoveryClass | None = None
    """What can bring its player back when software cannot."""
    has_plug: bool = False
    """Whether its player has a plug that may be switched; known of a command that needs hands."""

    @property
    def lasted_until(self) -> datetime | None:
        """When its screen was back, or it ended otherwise; None: it goes on, or was taken back."""
        back = self.recovered_at if self.action in BACK_AFTER else None
        return back or self.completed_at or self.failed_at


@dataclass(frozen=True, slots=True)
class WaveView:
    """How far one wave of a roll-out is."""

    number: int
    """From 1 on."""
    total: int
    settled: int
    """Those whose commands have ended, or that were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutView:
    """A roll-out and how far it is."""

    rollout_id: str
    action: Action
    reason: str
    requested_by: str
    """The name of who asked for it; `cli` for the command line, `system` for a plan."""
    source: RolloutSource
    status: RolloutStatus
    stopped_reason: StopReason | None
    held_by: HoldReason | None
    """Why it sends nothing at the moment, though it is running."""
    wave: int | None
    """The wave whose ends are waited for; None when all have ended."""
    waves: tuple[WaveView, ...]
    limits: Limits
    window: LocalWindow | None
    skip_priority: bool
    skip_events: bool = False
    counts: Mapping[str, int]
    """By status of the command; `waiting` and `left_out` for screens without one."""
    total: int
    """All screens that were chosen, also those that were left out."""
    target: Mapping[str, object]
    """How they were chosen, for people."""
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def settled(self) -> int:
        """For how many of its screens there is nothing left to do."""
        return sum(wave.settled for wave in self.waves) + self.left_out_at_start

    @property
    def left_out_at_start(self) -> int:
        """How many belong to no wave, since they were left out from the beginning."""
        return self.total - sum(wave.total for wave in self.waves)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """What a roll-out does with one screen."""

    client_uuid: str
    name: str
    group_name: str | None
    position: int
    wave: int
    status: MemberStatus
    left_out_reason: LeftOut | None
    put_off_at: datetime | None
    """Since when it is left for later because it shows something of priority."""
    command_id: str | None
    command_status: State | None
    error_code: str | None
    error_message: str | None
    issued_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class InterruptedView:
    """What a command takes off the screens of a group, and until when that would have lasted."""

    group_id: int
    group_name: str
    title: str
    start: datetime
    end: datetime
    priority: int
    screens: int
    """How many of the screens that are meant show it."""


@dataclass(frozen=True, slots=True)
class Interruptions:
    """What commands to some screens interrupt now; the groups in display order."""

    interrupted: tuple[InterruptedView, ...]
    idle: int
    """On how many of the screens nothing plays."""


@dataclass(frozen=True, slots=True)
class ForeseenScreen:
    """A screen that was chosen for a roll-out, and what would become of it now."""

    client_uuid: str
    name: str
    group_id: int | None
    wave: int
    """From 1 on; 0 of one that is left out from the start."""
    left_out: LeftOut | None
    """Why it would get no command, as things are now; offline is judged anew at its turn."""
    is_put_off: bool
    """Whether it shows something of priority now, and would be left for later."""


@dataclass(frozen=True, slots=True)
class RolloutPreview:
    """Whom a roll-out would reach, and what that interrupts, as things are now."""

    screens: tuple[ForeseenScreen, ...]
    """All that were chosen, in the order of their turns."""
    wave_sizes: tuple[int, ...]
    interruptions: Interruptions
    opens_at: datetime | None
    """When its window opens next; None while it is open, or without one."""

    @property
    def taking_part(self) -> tuple[ForeseenScreen, ...]:
        """Those that would get a command."""
        return tuple(one for one in self.screens if one.left_out is None)

    @property
    def left_out(self) -> tuple[ForeseenScreen, ...]:
        """Those that would get none, and why."""
        return tuple(one for one in self.screens if one.left_out is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryView:
    """A decision of crash recovery, in force from `since` until `ended_at`."""

    client_uuid: str
    client_name: str
    group_name: str | None
    verdict: Verdict
    trouble: CrashReason | None
    """None: the player was well."""
    since: datetime
    ended_at: datetime | None
    """None: it is in force."""
    what: Sentence
    """What is done, or why nothing is; `domain.commands.recovery_words.headline` goes before."""
    evidence: tuple[Sentence, ...]
    """What speaks for it."""
    strikes: int
    """Recoveries that had failed by then and counted."""
    is_person_called: bool
    advice: Sentence | None
    """What somebody has to do; None while nobody is called."""
    command_id: str | None
    """The command that was issued, if one was."""
    cycle_id: str | None
    """The power cycle that was asked for, if one was."""
    is_plug_advised: bool
    """Whether what to do is to switch its plug off and on."""
    outcome: Outcome | None
    """What came of it; None: nobody can tell yet."""
