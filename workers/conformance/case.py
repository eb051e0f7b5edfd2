"""What a case is, and how it ends."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from infoscreen_core.contracts import TopicKind
from workers.conformance.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from workers.conformance.stage import Stage

Check: TypeAlias = "Callable[[Stage], Text]"
"""Returns what held; raises `FailedCase` or `UntestedCase` otherwise."""


class Verdict(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TESTED = "not_tested"


class Interruption(StrEnum):
    """What a case does to whoever looks at the screen, or at others."""

    NOTHING = "nothing"
    PICTURE = "picture"
    """The screen shows something else, or the TV is off, for less than a minute."""
    CLEARS = "clears"
    """The broker loses a report of the player; the server keeps what it knows of it."""
    REBOOT = "reboot"
    """The machine goes down; only with `--allow-reboot`."""
    BROKER = "broker"
    """All players and the server lose the broker for a while; only with `--broker-restart`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One rule of the contract, and how it is tried."""

    name: str
    title: Text
    why: Text
    sends: Text
    expects: Text
    check: Check
    interruption: Interruption = Interruption.NOTHING
    interrupts: Text | None = None
    """What people see of it, for the question before the start."""
    watches: frozenset[TopicKind] = frozenset()
    """Reports of the player that belong in the report on the case, besides its answers."""


class EndOfCase(Exception):  # noqa: N818 - a way out of a check, and mostly no error of ours
    """A check is over, otherwise than by returning what held."""

    def __init__(self, verdict: Verdict, text: Text) -> None:
        super().__init__(text.en)
        self.verdict = verdict
        self.text = text


def failed(text: Text, **values: object) -> EndOfCase:
    """Return what to raise when the player breaks the rule; the text names what to mend."""
    return EndOfCase(Verdict.FAILED, text.fill(**values))


def untested(text: Text, **values: object) -> EndOfCase:
    """Return what to raise when the rule cannot be tried; the text names what is missing."""
    return EndOfCase(Verdict.NOT_TESTED, text.fill(**values))
