"""The steps of power cycles, taken by the process that speaks with plugs.

1. `claim` takes a cycle of which something is due: it writes who speaks with the plug, and until
   when, before a byte is sent.
2. `carry_out` speaks with the plug, without a session.
3. `store` writes what came of it, if the claim still holds.

Whoever dies between 1 and 3 leaves a claim that runs out. If it was to switch off, nobody knows
whether the order went out: from then on the plug counts as off, and the next one sees to it that it
is on. It is never told to switch off a second time.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Plug, PlugCycle
from infoscreen_core.db.queries import clients
from infoscreen_core.db.queries.commands import plugs as queries
from infoscreen_core.domain.commands.plugs import (
    CLAIM,
    SETTLING,
    TERMINAL,
    Cause,
    Problem,
    State,
    gives_up,
    has_expired,
    is_due,
    retry_after,
)
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.plug import PlugAccess, PowerPlug, open_plug
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.plugs import plugs
from infoscreen_core.services.commands.plugs.plug_access import PlugTools, access_of, renew_seal

_UNPROVEN: Final = Sentence(
    "The plug is on, but it never confirmed that it was off; the screen may not have lost power."
)


@dataclass(frozen=True)
class Task:
    """A cycle that `owner` alone may carry on just now, and what to do with its plug."""

    cycle_id: str
    owner: str
    status: State
    """`switching_off` or `switching_on`."""
    until: datetime
    """When the claim runs out."""
    seconds_off: int
    access: PlugAccess | PlugError = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What came of speaking with a plug."""

    cause: Cause
    error: InfoscreenError | None = None

    @property
    def problem(self) -> Problem | None:
        """The kind of error, where a plug made it."""
        return self.error.problem if isinstance(self.error, PlugError) else None


def list_due(session: Session, *, now: datetime, limit: int) -> list[str]:
    """Return the ids of cycles of which something is due."""
    return [cycle.cycle_id for cycle in queries.list_due(session, now=now, limit=limit)]


def claim(
    session: Session, cycle_id: str, owner: str, tools: PlugTools, *, actor: Actor, now: datetime
) -> Task | None:
    """Take what is due of a cycle; None when there is nothing to say to its plug, or not by us."""
    cycle = session.get(PlugCycle, cycle_id, populate_existing=True)
    if cycle is None or cycle.status in TERMINAL or not is_due(cycle.next_at, now=now):
        return None
    # In the order of all who lock: somebody may ask for a test at this very moment.
    client = clients.lock_client(session, cycle.client_uuid)
    plug = queries.find_plug(session, cycle.client_uuid, is_locked=True)
    if client is None or plug is None:  # a plug in use is removed with its screen only
        return None
    begins = _Beginning(session, cycle, client, plug, actor, now)
    until = now + CLAIM
    if not begins.has_begun(owner, until):
        return None
    return Task(cycle.cycle_id, owner, cycle.status, until, cycle.seconds_off, _access(plug, tools))


def carry_out(task: Task, tools: PlugTools) -> Outcome:
    """Speak with the plug, and return what came of it; no session is open meanwhile."""
    is_off_wanted = task.status is State.SWITCHING_OFF
    try:
        if isinstance(task.access, PlugError):
            raise task.access
        plug = open_plug(task.access, tools.policy)
        return Outcome(
            _switched_off(plug, task.seconds_off) if is_off_wanted else _seen_on(plug, task.access)
        )
    except PlugError as error:
        if not is_off_wanted:
            return Outcome(Cause.NOT_REACHED, error)
        if error.may_have_acted:
            return Outcome(Cause.UNCERTAIN, error)
        return Outcome(Cause.REFUSED if error.is_final else Cause.NOT_REACHED, error)


def unforeseen(task: Task, error: Exception) -> Outcome:
    """Return what a mistake of our own counts as: of an order to switch off nobody knows."""
    told = InfoscreenError(
        "The plug could not be spoken with ({mistake}); the programs' log says more.",
        mistake=type(error).__name__,
    )
    is_off_wanted = task.status is State.SWITCHING_OFF
    return Outcome(Cause.UNCERTAIN if is_off_wanted else Cause.NOT_REACHED, told)


def store(
    session: Session,
    task: Task,
    outcome: Outcome,
    tools: PlugTools,
    *,
    actor: Actor,
    now: datetime,
) -> State | None:
    """Write what came of a task; None when its claim was lost meanwhile."""
    cycle = session.get(PlugCycle, task.cycle_id, populate_existing=True)
    if cycle is None or (cycle.claimed_by, cycle.next_at) != (task.owner, task.until):
        return None
    is_written = (
        _store_off(session, cycle, outcome, now)
        if cycle.status is State.SWITCHING_OFF
        else _store_on(session, cycle, outcome, now)
    )
    if not is_written:
        return None
    if cycle.status in TERMINAL:
        _record_end(session, cycle, actor=actor, now=now)
    if outcome.error is None and (plug := queries.find_plug(session, cycle.client_uuid)):
        renew_seal(plug, tools)
    return cycle.status


@dataclass(frozen=True)
class _Beginning:
    """What is due of a cycle, with all that has to be known of it."""

    session: Session
    cycle: PlugCycle
    client: Client
    plug: Plug
    actor: Actor
    now: datetime

    def has_begun(self, owner: str, until: datetime) -> bool:
        """Take the step that time has brought; return whether `owner` now has the plug's ear."""
        held = {"next_at": until, "claimed_by": owner}
        match self.cycle.status:
            case State.OFF:
                return self._move(Cause.OFF_TIME_OVER, **held)
            case State.SWITCHING_ON:
                return plugs.change(self.session, self.cycle, held)
            case State.SWITCHING_OFF:
                self._lose()
                return False
        if self._ends_unbegun() or self._is_tested():
            return False
        return self._move(Cause.CLAIMED, **held)

    def _lose(self) -> None:
        """Go on after one who died: its order may have gone out until its claim ran out."""
        last = min(self.cycle.next_at, self.now)
        self._move(Cause.UNCERTAIN, next_at=last + _off_time(self.cycle), is_off_proven=False)

    def _ends_unbegun(self) -> bool:
        """End a request that must not be carried out (any more); return whether it was one."""
        if has_expired(self.cycle.requested_at, now=self.now):
            is_ended = plugs.expire(self.session, self.cycle, now=self.now)
        elif plugs.is_emergency_on(self.session, self.client, now=self.now):
            error = {"error_code": plugs.EMERGENCY_CODE, "error": plugs.EMERGENCY.kept()}
            is_ended = self._move(Cause.EMERGENCY, **error)
        else:
            return False
        if is_ended:
            _record_end(self.session, self.cycle, actor=self.actor, now=self.now)
        return True

    def _is_tested(self) -> bool:
        """Whether somebody tests the plug just now: a question could cut its pause short."""
        until = self.plug.check_claimed_until
        return until is not None and not is_due(until, now=self.now)

    def _move(self, cause: Cause, **values: Any) -> bool:  # noqa: ANN401 - column values
        return plugs.move(self.session, self.cycle, cause, now=self.now, **values)


def _record_end(session: Session, cycle: PlugCycle, *, actor: Actor, now: datetime) -> None:
    plugs.record(session, f"plug_cycle.{cycle.status}", cycle, actor=actor, now=now)


def _access(plug: Plug, tools: PlugTools) -> PlugAccess | PlugError:
    try:
        return access_of(plug, tools)
    except PlugError as error:
        return error


def _switched_off(plug: PowerPlug, seconds: int) -> Cause:
    plug.power_cycle(seconds)
    return Cause.SWITCHED_OFF


def _seen_on(plug: PowerPlug, access: PlugAccess) -> Cause:
    if plug.read_state():
        return Cause.CONFIRMED_ON
    plug.switch(on=True)
    if not plug.read_state():
        raise PlugError(
            "The plug {host} was told to switch on, and is still off.",
            problem=Problem.STILL_OFF,
            host=access.address.host,
        )
    return Cause.SWITCHED_ON


def _off_time(cycle: PlugCycle) -> timedelta:
    return timedelta(seconds=cycle.seconds_off) + SETTLING


def _store_off(session: Session, cycle: PlugCycle, outcome: Outcome, now: datetime) -> bool:
    values: dict[str, Any] = _told(outcome)
    if outcome.cause in {Cause.SWITCHED_OFF, Cause.UNCERTAIN}:
        values["next_at"] = now + _off_time(cycle)
        values["is_off_proven"] = outcome.cause is Cause.SWITCHED_OFF
        values["attempts"] = 0
    elif outcome.cause is Cause.NOT_REACHED:
        values["attempts"] = cycle.attempts + 1
        values["next_at"] = now + retry_after(cycle.attempts + 1)
    return plugs.move(session, cycle, outcome.cause, now=now, problem=outcome.problem, **values)


def _store_on(session: Session, cycle: PlugCycle, outcome: Outcome, now: datetime) -> bool:
    values: dict[str, Any] = _told(outcome)
    cause = outcome.cause
    if cause is Cause.NOT_REACHED:
        began = cycle.switching_on_at or now
        cause = Cause.GAVE_UP if gives_up(began, now=now) else cause
        values["attempts"] = cycle.attempts + 1
        values["next_at"] = now + retry_after(cycle.attempts + 1)
    elif cause is Cause.CONFIRMED_ON and not cycle.is_off_proven:
        cause = Cause.UNPROVEN
        values |= {"error_code": cause.value, "error": _UNPROVEN.kept()}
    return plugs.move(session, cycle, cause, now=now, problem=outcome.problem, **values)


def _told(outcome: Outcome) -> dict[str, Any]:
    """Return the columns that say what went wrong; None when nothing did."""
    if outcome.error is None:
        return {"error_code": None, "error": None}
    code = outcome.problem.value if outcome.problem else "internal_error"
    return {"error_code": code, "error": Sentence.of(outcome.error).kept()}
