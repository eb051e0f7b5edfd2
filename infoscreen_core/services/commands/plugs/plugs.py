"""Power cycles of screens: ask for one, take it back, follow it, and take each of its steps.

Three steps lead to each change of a plug (`plug_steps`), so that no transaction is open while a
plug is asked. `move` is the one door for all of them, as with commands: it asks the table
(`domain.commands.plugs`) where a cause leads, and writes that only if nobody else was faster.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Plug, PlugCycle, PlugTransition
from infoscreen_core.db.queries import emergencies
from infoscreen_core.db.queries.commands import plugs as queries
from infoscreen_core.domain.commands.plugs import (
    LOCKOUT_COUNT,
    LOCKOUT_WINDOW,
    TERMINAL,
    TIMESTAMP_OF,
    Cause,
    Problem,
    State,
    advance,
    has_expired,
    is_locked_out,
)
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_text, said
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import REASON_LIMIT
from infoscreen_core.services.commands.plugs.plug_setup import no_plug
from infoscreen_core.services.commands.plugs.plug_views import CycleView, cycle_view
from infoscreen_core.services.screens.clients import get_client

_MINUTE = timedelta(minutes=1)
EMERGENCY_CODE = "emergency"
EMERGENCY = Sentence("The screen shows an emergency; its power is not cut now.")
EXPIRED_CODE = "expired"


def request_cycle(
    session: Session, client_uuid: str, *, reason: str, actor: Actor, now: datetime
) -> CycleView:
    """Ask for a screen's plug to be switched off and on, or store why it must not be.

    What must not be is stored as `blocked_safety`: while another power cycle of the screen runs,
    while it shows an emergency, and after three in an hour. Raises `NotFoundError` without a screen
    or a plug, `ConflictError` when the plug is not enabled, `InvalidInputError` without a reason.
    """
    actor.require(Role.ADMIN)
    # Locked, so that two who ask at once see each other's cycle.
    client = get_client(session, client_uuid, is_locked=True)
    plug = _get_enabled(session, client)
    blocked = _find_block(session, client, now)
    cycle = PlugCycle(
        cycle_id=str(uuid4()),
        client_uuid=client.uuid,
        status=State.BLOCKED_SAFETY if blocked else State.REQUESTED,
        reason=said(clean_text(reason, field="reason", limit=REASON_LIMIT)),
        requested_by=actor.user_id,
        seconds_off=plug.seconds_off,
        next_at=now,
        attempts=0,
        requested_at=now,
        failed_at=now if blocked else None,
        error_code=blocked[0] if blocked else None,
        error=blocked[1].kept() if blocked else None,
    )
    session.add(cycle)
    session.flush()
    _note(session, cycle, None, None, now)
    record(session, "plug_cycle.requested", cycle, actor=actor, now=now)
    return get_cycle(session, cycle.cycle_id)


def cancel_cycle(session: Session, cycle_id: str, *, actor: Actor, now: datetime) -> CycleView:
    """Take back a request that nobody began with; raise `ConflictError` when somebody did."""
    actor.require(Role.ADMIN)
    cycle = session.get(PlugCycle, cycle_id)
    if cycle is None:
        raise _unknown(cycle_id)
    if not _take_back(session, cycle, actor=actor, now=now):
        raise ConflictError(
            "The power cycle can no longer be cancelled; the plug will be on again in any case."
        )
    return get_cycle(session, cycle_id)


def end_unbegun(
    session: Session, cycle_id: str, *, is_wanted: bool, actor: Actor, now: datetime
) -> None:
    """End a request that waited for too long, or is not wanted any more; nothing once it began."""
    cycle = session.get(PlugCycle, cycle_id, populate_existing=True)
    if cycle is None or cycle.status is not State.REQUESTED:
        return
    if has_expired(cycle.requested_at, now=now):
        expire(session, cycle, now=now)
    elif not is_wanted:
        _take_back(session, cycle, actor=actor, now=now)


def has_usable_plug(session: Session, client_uuid: str) -> bool:
    """Whether a screen has a plug that may be switched."""
    plug = queries.find_plug(session, client_uuid)
    return plug is not None and plug.is_enabled


def list_cycles(
    session: Session,
    client_uuid: str,
    *,
    limit: int,
    requested: tuple[datetime, datetime] | None = None,
) -> list[CycleView]:
    """Return a screen's newest power cycles, newest first; with `requested` those of that time."""
    rows = queries.list_cycles(session, client_uuid=client_uuid, requested=requested, limit=limit)
    return [cycle_view(row) for row in rows]


def get_cycle(session: Session, cycle_id: str) -> CycleView:
    """Return a power cycle; raise `NotFoundError` when there is none."""
    rows = queries.list_cycles(session, cycle_id=cycle_id, limit=1)
    if not rows:
        raise _unknown(cycle_id)
    return cycle_view(rows[0])


def move(
    session: Session,
    cycle: PlugCycle,
    cause: Cause,
    *,
    now: datetime,
    problem: Problem | None = None,
    **values: Any,  # noqa: ANN401 - column values
) -> bool:
    """Take the step that `cause` leads to; return False if there is none, or somebody was faster.

    Whoever held the cycle holds it no more, unless `values` says so.
    """
    origin, target = cycle.status, advance(cycle.status, cause)
    if target is None:
        return False
    changes = {"status": target, "claimed_by": None, "next_at": now, **values}
    column = TIMESTAMP_OF.get(target)
    if column and getattr(cycle, column) is None:
        changes[column] = now
    if not change(session, cycle, changes):
        return False
    _note(session, cycle, origin, cause, now, problem)
    return True


def change(session: Session, cycle: PlugCycle, changes: dict[str, Any]) -> bool:
    """Write to a cycle that is still as it was read; return False if somebody was faster."""
    expected = (cycle.status, cycle.next_at, cycle.claimed_by)
    if not queries.compare_and_set(session, cycle, expected, changes):
        return False
    session.refresh(cycle)
    return True


def expire(session: Session, cycle: PlugCycle, *, now: datetime) -> bool:
    """End a request that waited for too long; it keeps what went wrong last, if anything did."""
    why = Sentence(
        "Nobody switched the plug in time: the process that speaks with plugs (fetcher) did not "
        "run."
    )
    return move(
        session,
        cycle,
        Cause.EXPIRED,
        now=now,
        error=cycle.error or why.kept(),
        error_code=cycle.error_code or EXPIRED_CODE,
    )


def is_emergency_on(session: Session, client: Client, *, now: datetime) -> bool:
    """Whether an emergency is on in the screen's group."""
    return client.group_id is not None and emergencies.is_emergency_on(
        session, client.group_id, now=now
    )


def record(session: Session, action: str, cycle: PlugCycle, *, actor: Actor, now: datetime) -> None:
    """Write an audit row on a power cycle."""
    after = {
        "client_uuid": cycle.client_uuid,
        "status": cycle.status.value,
        "reason": cycle.reason,
        "error_code": cycle.error_code,
    }
    audit.record(session, action, "plug_cycle", cycle.cycle_id, actor=actor, now=now, after=after)


def _take_back(session: Session, cycle: PlugCycle, *, actor: Actor, now: datetime) -> bool:
    is_canceled = move(session, cycle, Cause.CANCELED, now=now)
    if is_canceled:
        record(session, "plug_cycle.canceled", cycle, actor=actor, now=now)
    return is_canceled


def _get_enabled(session: Session, client: Client) -> Plug:
    plug = queries.find_plug(session, client.uuid)
    if plug is None:
        raise no_plug(client)
    if not plug.is_enabled:
        raise ConflictError(
            "The plug of {name} is set up but not enabled; enable it first.",
            name=client.display_name,
        )
    return plug


def _find_block(session: Session, client: Client, now: datetime) -> tuple[str, Sentence] | None:
    """Return why a cycle must not begin, as a code and a sentence; None: it may."""
    if _is_running(session, client.uuid, now):
        return "already_running", Sentence("Another power cycle of this screen runs already.")
    if is_emergency_on(session, client, now=now):
        return EMERGENCY_CODE, EMERGENCY
    cuts = queries.list_cuts(session, [client.uuid], since=now - LOCKOUT_WINDOW)
    if is_locked_out((at for _uuid, at in cuts), now=now):
        return "lockout_threshold", Sentence(
            "The power of this screen was cut {count} times within {minutes} minutes already.",
            count=LOCKOUT_COUNT,
            minutes=LOCKOUT_WINDOW // _MINUTE,
        )
    return None


def _is_running(session: Session, client_uuid: str, now: datetime) -> bool:
    """Whether a cycle is open, once requests that nobody began with in time have been ended."""
    for cycle in queries.list_open(session, client_uuid):
        if cycle.status is State.REQUESTED and has_expired(cycle.requested_at, now=now):
            expire(session, cycle, now=now)
        if cycle.status not in TERMINAL:
            return True
    return False


def _note(
    session: Session,
    cycle: PlugCycle,
    origin: State | None,
    cause: Cause | None,
    now: datetime,
    problem: Problem | None = None,
) -> None:
    session.add(
        PlugTransition(
            cycle_id=cycle.cycle_id,
            from_status=origin,
            to_status=cycle.status,
            cause=cause,
            problem=problem,
            at=now,
        )
    )


def _unknown(cycle_id: str) -> NotFoundError:
    return NotFoundError("There is no power cycle with the id {id}.", field="cycle_id", id=cycle_id)
