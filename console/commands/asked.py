"""What the page's address asks for; page, live parts and files read it alike."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from console.commands.presenters.spans import DAYS, CommandSpan, read_span
from console.i18n import N_
from console.words.instants import write_instant
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.figures import FAILURES, Division
from infoscreen_core.domain.commands.history import (
    ALL_ACTIONS,
    ALL_STATES,
    CommandFilter,
    CommandOrder,
)
from infoscreen_core.domain.commands.lifecycle import OPEN, Action, State
from infoscreen_core.domain.commands.rollout import RolloutStatus
from infoscreen_core.domain.text.asked import LONGEST_TEXT, read_id

FILTERS: Final = (
    "view",
    "days",
    "from",
    "to",
    "text",
    "group",
    "action",
    "status",
    "by",
    "error",
    "order",
    "divide",
    "stands",
)
"""What the address may narrow, choose and sort."""
ANY: Final = "all"
NOBODY: Final = "system"
"""In the address: what no user asked for."""
BAD, RUNNING = "bad", "running"
STATUSES: Final[Mapping[str, frozenset[State]]] = {
    BAD: FAILURES | {State.BLOCKED_SAFETY},
    RUNNING: frozenset(OPEN),
    **{state.value: frozenset({state}) for state in State if state not in OPEN},
}
"""What a status in the address stands for."""
CYCLE_STATUSES: Final[Mapping[str, frozenset[plugs.State]]] = {
    BAD: frozenset({plugs.State.FAILED, plugs.State.BLOCKED_SAFETY}),
    RUNNING: frozenset(plugs.OPEN),
    **{state.value: frozenset({state}) for state in sorted(plugs.TERMINAL)},
}
"""The same of power cycles."""
_NARROWING: Final = ("text", "group", "action", "status", "by", "error")


class View(StrEnum):
    """What the page shows below what runs now."""

    HISTORY = "history"
    ROLLOUTS = "rollouts"
    MAINTENANCE = "maintenance"
    FIGURES = "figures"
    POWER = "power"
    """Power cycles of plugs."""


@dataclass(frozen=True)
class Question:
    """What the reader asks for."""

    span: CommandSpan
    text: str = ""
    group_id: int | None = None
    action: Action | None = None
    status: str = ANY
    by: str = ANY
    """A user's id, or `NOBODY`."""
    error: str | None = None
    order: CommandOrder = CommandOrder.NEWEST

    @property
    def cycle_states(self) -> frozenset[plugs.State]:
        """How power cycles stand that are asked for."""
        return CYCLE_STATUSES.get(self.status, plugs.ALL_STATES)

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the span narrows it."""
        return self != Question(self.span, order=self.order)

    def wanted(self, now: datetime) -> CommandFilter:
        """Return the filter as it is by now."""
        return CommandFilter(
            start=self.span.start(now),
            end=self.span.end(),
            text=self.text,
            group_id=self.group_id,
            actions=ALL_ACTIONS if self.action is None else frozenset({self.action}),
            states=STATUSES.get(self.status, ALL_STATES),
            user_id=read_id(self.by),
            is_by_nobody=self.by == NOBODY,
            error_code=self.error,
        )


def read_question(query: Mapping[str, str]) -> Question:
    """Return what an address asks for; what cannot be read narrows nothing (`find_unknown`)."""
    by = query.get("by", ANY)
    return Question(
        read_span(**_span(query)),
        text=query.get("text", "").strip().casefold()[:LONGEST_TEXT],
        group_id=read_id(query.get("group", "")),
        action=next((one for one in Action if one == query.get("action")), None),
        status=query["status"] if query.get("status") in STATUSES else ANY,
        by=by if by == NOBODY or read_id(by) is not None else ANY,
        error=query.get("error") or None,
        order=next((one for one in CommandOrder if one == query.get("order")), CommandOrder.NEWEST),
    )


@dataclass(frozen=True)
class Unknown:
    """What the address asks for and there is not."""

    name: str
    """In the address."""
    label: str
    """Of the control that shows it, as a message id."""
    value: str


def find_unknown(
    query: Mapping[str, str], groups: Container[int], requesters: Container[int]
) -> list[Unknown]:
    """Return what a person or an old link put into the address and nobody can follow."""
    known: dict[str, tuple[str, bool]] = {
        "view": (N_("View"), query.get("view") in set(View)),
        "days": (N_("Span"), query.get("days") in set(map(str, DAYS))),
        "from": (N_("Span"), read_span(**_span(query)).part is not None),
        "to": (N_("Span"), read_span(**_span(query)).part is not None),
        "group": (N_("Group"), read_id(query.get("group", "")) in groups),
        "action": (N_("Command"), query.get("action") in set(Action)),
        "status": (N_("Result"), query.get("status") in STATUSES.keys() | CYCLE_STATUSES.keys()),
        "by": (N_("Requested by"), _is_requester(query.get("by", ""), requesters)),
        "order": (N_("Order"), query.get("order") in set(CommandOrder)),
        "divide": (N_("Tell apart"), query.get("divide") in set(Division)),
        "stands": (N_("Status"), query.get("stands") in set(RolloutStatus)),
    }
    return [
        Unknown(name, label, query[name])
        for name, (label, is_known) in known.items()
        if query.get(name, ANY) != ANY and not is_known
    ]


def read_division(query: Mapping[str, str]) -> Division:
    """Return by what screens are told apart in the figures."""
    return next((one for one in Division if one == query.get("divide")), Division.NONE)


def query_of_files(query: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return the query of a file with what the page shows now; its span has a fixed end."""
    span = read_question(query).span
    return {
        **{name: value for name in _NARROWING if (value := query.get(name))},
        "from": write_instant(span.start(now)),
        "to": write_instant(span.end() or now),
    }


def _span(query: Mapping[str, str]) -> dict[str, str | None]:
    return {"days": query.get("days"), "start": query.get("from"), "end": query.get("to")}


def _is_requester(text: str, requesters: Container[int]) -> bool:
    return text == NOBODY or read_id(text) in requesters
