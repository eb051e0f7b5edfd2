"""Remote commands as people follow them: words, steps, and what to do when one fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from console.i18n import N_, _
from console.words.commands import BAD_ENDS, action_word, state_word
from infoscreen_core.domain.commands.lifecycle import LOCKOUT_WINDOW, TERMINAL, Action, State
from infoscreen_core.domain.commands.on_site import Need, advice_on_site
from infoscreen_core.domain.commands.recovery_words import REASON_OF_COMMAND
from infoscreen_core.services.commands.views import CommandView


@dataclass(frozen=True)
class ActionStyle:
    """How an action is named and marked; the words are message ids."""

    button: str
    icon: str
    consequence: str
    """What happens to whatever plays; `{title}` and `{until}` name it."""
    idle_consequence: str
    """What happens when nothing plays."""


ACTIONS: Final[dict[Action, ActionStyle]] = {
    Action.REBOOT_HOST: ActionStyle(
        N_("Reboot screen"),
        ":material/restart_alt:",
        N_("Interrupts “{title}” (until {until}); the screen stays dark for one to two minutes."),
        N_("Nothing is playing; the screen stays dark for one to two minutes."),
    ),
    Action.RESTART_APP: ActionStyle(
        N_("Restart app"),
        ":material/refresh:",
        N_("Interrupts “{title}” (until {until}) for a few seconds."),
        N_("Nothing is playing; the app is back after a few seconds."),
    ),
    Action.SHUTDOWN_HOST: ActionStyle(
        N_("Shut down screen"),
        ":material/power_settings_new:",
        N_("Ends “{title}” (until {until}). Someone has to switch the screen on again on site."),
        N_("Nothing is playing. Someone has to switch the screen on again on site."),
    ),
}


class StepState(StrEnum):
    """How far one step of a course is."""

    DONE = "done"
    CURRENT = "current"
    SKIPPED = "skipped"
    PENDING = "pending"
    FAILED = "failed"


@dataclass(frozen=True)
class CourseStep:
    """One step of a command's course."""

    word: str
    at: datetime | None
    state: StepState


@dataclass(frozen=True)
class Course:
    """A command's whole course, as the lifecycle bar shows it."""

    command_id: str
    noun: str
    steps: tuple[CourseStep, ...]
    is_running: bool
    is_failed: bool
    code: str | None
    message: str | None
    advice: str | None
    reason: str | None
    requested_by: str | None
    issued_at: datetime
    rollout_id: str | None = None
    """The roll-out that it is part of."""


_STEPS: Final[tuple[tuple[str, str], ...]] = (
    ("issued_at", N_("Requested")),
    ("published_at", N_("Sent")),
    ("acked_at", N_("Confirmed")),
    ("execution_started_at", N_("Executed")),
    ("awaiting_reconnect_at", N_("Rebooting")),
    ("recovered_at", N_("Back")),
    ("completed_at", N_("Done")),
)
_MINUTE: Final = timedelta(minutes=1)
_REBOOT_ONLY: Final = {"awaiting_reconnect_at", "recovered_at"}
_ADVICE: Final[dict[str, str]] = {
    "ack_timeout": N_(
        "The screen is reachable but its command service is not: restart the app, then try again."
    ),
    "execution_timeout": N_(
        "Wait a minute and look at the picture; if nothing changed, reboot the screen."
    ),
    "execution_failed": N_("Look at the screen's latest logs, then try again."),
    "not_rebooted": N_(
        "Reboot it once more; if that does not help either, switch it off and on at its plug."
    ),
    "lockout_threshold": N_(
        "It was restarted too often; look at its logs, and wait {minutes} minutes before the next "
        "try."
    ),
    "expired": N_(
        "The screen was not reachable in time; check its power and network, then try again."
    ),
    "mqtt_publish_failed": N_(
        "The message broker did not take the command; check the broker, then try again."
    ),
    "broker_unavailable": N_(
        "The screen lost the message broker; check its network, then try again."
    ),
    "stale_command": N_("The screen's clock may be wrong; check its time, then try again."),
    "permission_denied_local": N_("The player may not do this itself; correct its set-up on site."),
    "duplicate_command": N_(
        "The screen knew this command already; send a new one if it is still needed."
    ),
}
_OWN_REASONS: Final = frozenset(one.template for one in REASON_OF_COMMAND.values())
"""Reasons that are sentences of ours, not the words of a person."""
_DEFAULT_ADVICE: Final = N_(
    "Look at the screen's latest logs; if it stays so, someone has to look on site."
)


def course(command: CommandView) -> Course:
    """Return a command's steps and outcome in words, with advice when it failed."""
    is_failed = command.status in BAD_ENDS
    return Course(
        command_id=command.command_id,
        noun=action_word(command.action),
        steps=tuple(_steps(command, is_failed=is_failed)),
        is_running=command.status not in TERMINAL,
        is_failed=is_failed and command.status is not State.CANCELED,
        code=command.error_code,
        message=_(command.error_message) if command.error_message else None,
        advice=_advice(command) if is_failed and command.status is not State.CANCELED else None,
        reason=reason_words(command.reason),
        requested_by=command.requested_by,
        issued_at=command.issued_at,
        rollout_id=command.rollout_id,
    )


def reason_words(reason: str | None) -> str | None:
    """Return why something was asked for, in the reader's language where the words are ours."""
    return _(reason) if reason in _OWN_REASONS else reason


def consequence(action: Action, title: str | None, until: str) -> str:
    """Return what a command does to what plays (`title` until `until`; None: nothing)."""
    style = ACTIONS[action]
    if title is None:
        return _(style.idle_consequence)
    return _(style.consequence, title=title, until=until)


def steps_of(
    steps: Sequence[tuple[str, datetime | None]], *, is_running: bool, end: CourseStep | None
) -> list[CourseStep]:
    """Return the steps of a course, each a message id and when it was taken.

    `end` stands in the place of all that was to come, where it came otherwise.
    """
    last = max(index for index, (_word, at) in enumerate(steps) if at is not None)
    found = [
        CourseStep(_(word), at, _step_state(at, index - last, is_running=is_running))
        for index, (word, at) in enumerate(steps)
    ]
    return [*found[: last + 1], end] if end else found


def _steps(command: CommandView, *, is_failed: bool) -> list[CourseStep]:
    steps = [(word, getattr(command, name)) for name, word in _STEPS if _belongs(name, command)]
    at = command.failed_at or command.canceled_at
    end = CourseStep(state_word(command.status), at, StepState.FAILED) if is_failed else None
    return steps_of(steps, is_running=command.status not in TERMINAL, end=end)


def _step_state(at: datetime | None, after_last: int, *, is_running: bool) -> StepState:
    """Return how far a step is; `after_last` is its distance from the last step taken."""
    if at is None:
        return StepState.SKIPPED if after_last < 0 else StepState.PENDING
    return StepState.CURRENT if after_last == 0 and is_running else StepState.DONE


def _belongs(column: str, command: CommandView) -> bool:
    """Whether the step is part of the command's course.

    Only a reboot disconnects and comes back; so does an app restart whose process was seen going
    down.
    """
    is_expected = column not in _REBOOT_ONLY or command.action is Action.REBOOT_HOST
    return is_expected or getattr(command, column) is not None


def _advice(command: CommandView) -> str:
    if command.status is State.MANUAL_INTERVENTION_REQUIRED:
        advice = advice_on_site(Need.NOT_BACK, command.recovery_class, has_plug=command.has_plug)
        return _(advice.template)
    words = _ADVICE.get(command.error_code or "", _DEFAULT_ADVICE)
    return _(words, minutes=LOCKOUT_WINDOW // _MINUTE)
