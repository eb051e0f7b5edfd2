"""Reads, claims and compare-and-set steps of plugs and their power cycles; never commits."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import Client, Plug, PlugCycle, PlugTransition, User
from infoscreen_core.domain.commands.plugs import EXPIRY, LONGEST_WAIT, OPEN, State


class CycleRow(NamedTuple):
    """A power cycle with the name of who asked for it."""

    cycle: PlugCycle
    requested_by_name: str | None


class PlugRow(NamedTuple):
    """A plug with its screen."""

    plug: Plug
    client: Client


def find_plug(session: Session, client_uuid: str, *, is_locked: bool = False) -> Plug | None:
    """Return a screen's plug or None; `is_locked` keeps others from changing it."""
    if is_locked:
        return session.get(Plug, client_uuid, with_for_update=True, populate_existing=True)
    return session.get(Plug, client_uuid)


def list_plugs(session: Session) -> list[PlugRow]:
    """Return all plugs with their screens, by UUID."""
    query = select(Plug, Client).join(Client, Client.uuid == Plug.client_uuid).order_by(Client.uuid)
    return [PlugRow(*row) for row in session.execute(query)]


def list_usable(session: Session, uuids: Collection[str]) -> frozenset[str]:
    """Return those of the screens that have a plug which may be switched."""
    query = select(Plug.client_uuid).where(Plug.client_uuid.in_(uuids), Plug.is_enabled)
    return frozenset(session.scalars(query))


def find_holder(session: Session, host: str, port: int, relay: int) -> Client | None:
    """Return the screen whose plug this relay is; None: nobody's."""
    query = (
        select(Client)
        .join(Plug, Plug.client_uuid == Client.uuid)
        .where(Plug.host == host, Plug.port == port, Plug.relay == relay)
    )
    return session.scalar(query)


def list_cycles(
    session: Session,
    *,
    client_uuid: str | None = None,
    cycle_id: str | None = None,
    requested: tuple[datetime, datetime] | None = None,
    limit: int = 100,
) -> list[CycleRow]:
    """Return power cycles, newest first; with `requested` those of that time, ends included."""
    requester = aliased(User)
    query = (
        select(PlugCycle, requester.username)
        .outerjoin(requester, requester.id == PlugCycle.requested_by)
        .order_by(PlugCycle.requested_at.desc(), PlugCycle.cycle_id)
        .limit(limit)
    )
    if client_uuid is not None:
        query = query.where(PlugCycle.client_uuid == client_uuid)
    if cycle_id is not None:
        query = query.where(PlugCycle.cycle_id == cycle_id)
    if requested is not None:
        query = query.where(PlugCycle.requested_at.between(*requested))
    return [CycleRow(*row) for row in session.execute(query)]


def list_transitions(session: Session, cycle_ids: Iterable[str]) -> dict[str, list[PlugTransition]]:
    """Return the course of each cycle, oldest step first."""
    courses: dict[str, list[PlugTransition]] = {cycle_id: [] for cycle_id in cycle_ids}
    query = select(PlugTransition).where(PlugTransition.cycle_id.in_(list(courses)))
    for step in session.scalars(query.order_by(PlugTransition.id)):
        courses[step.cycle_id].append(step)
    return courses


def list_open(session: Session, client_uuid: str) -> list[PlugCycle]:
    """Return the power cycles of a screen that have not ended; at most one, but for the request."""
    query = select(PlugCycle).where(
        PlugCycle.client_uuid == client_uuid, PlugCycle.status.in_(OPEN)
    )
    return list(session.scalars(query))


def list_cuts(
    session: Session, uuids: Collection[str], *, since: datetime
) -> list[tuple[str, datetime]]:
    """Return when the power of screens was cut, or may have been, since then."""
    query = select(PlugCycle.client_uuid, PlugCycle.off_at).where(
        PlugCycle.client_uuid.in_(uuids), PlugCycle.off_at > since
    )
    return [(uuid, at) for uuid, at in session.execute(query) if at is not None]


def list_screens_cycled(
    session: Session, uuids: Collection[str], *, now: datetime
) -> frozenset[str]:
    """Return those of the screens whose plugs are being switched.

    A request that nobody began with in time is none any more, whether or not that is noted.
    """
    query = select(PlugCycle.client_uuid).where(
        PlugCycle.client_uuid.in_(uuids),
        PlugCycle.status.in_(OPEN),
        or_(PlugCycle.status != State.REQUESTED, PlugCycle.requested_at > now - EXPIRY),
    )
    return frozenset(session.scalars(query))


def list_due(session: Session, *, now: datetime, limit: int) -> list[PlugCycle]:
    """Return open power cycles of which something is due, the longest due first."""
    query = (
        select(PlugCycle)
        .where(PlugCycle.status.in_(OPEN), _is_due(now))
        .order_by(PlugCycle.next_at, PlugCycle.cycle_id)
        .limit(limit)
    )
    return list(session.scalars(query))


def compare_and_set(
    session: Session,
    cycle: PlugCycle,
    expected: tuple[State, datetime, str | None],
    values: dict[str, Any],
) -> bool:
    """Change a cycle that is still in this state, due then, and held by that one; else False.

    `next_at` and `claimed_by` belong to the comparison, since a cycle may be claimed again in the
    same state.
    """
    state, next_at, claimed_by = expected
    holder = PlugCycle.claimed_by
    result = session.execute(
        update(PlugCycle)
        .where(
            PlugCycle.cycle_id == cycle.cycle_id,
            PlugCycle.status == state,
            PlugCycle.next_at == next_at,
            holder.is_(None) if claimed_by is None else holder == claimed_by,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and bool(result.rowcount)


def list_wanted_checks(session: Session, *, now: datetime, limit: int) -> list[str]:
    """Return the UUIDs of screens whose plugs somebody waits to see tested."""
    query = (
        select(Plug.client_uuid)
        .where(Plug.check_wanted_at.is_not(None), _is_free(now))
        .order_by(Plug.check_wanted_at, Plug.client_uuid)
        .limit(limit)
    )
    return list(session.scalars(query))


def claim_check(
    session: Session, client_uuid: str, owner: str, *, now: datetime, until: datetime
) -> bool:
    """Take a test that is wanted; False when somebody else has."""
    result = session.execute(
        update(Plug)
        .where(Plug.client_uuid == client_uuid, Plug.check_wanted_at.is_not(None), _is_free(now))
        .values(check_claimed_by=owner, check_claimed_until=until)
        .execution_options(synchronize_session=False)
    )
    return isinstance(result, CursorResult) and bool(result.rowcount)


def _is_due(now: datetime) -> ColumnElement[bool]:
    """Return the rule `domain.commands.plugs.is_due` as a condition."""
    return or_(PlugCycle.next_at <= now, PlugCycle.next_at > now + LONGEST_WAIT)


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(
        Plug.check_claimed_until.is_(None),
        Plug.check_claimed_until <= now,
        Plug.check_claimed_until > now + LONGEST_WAIT,
    )
