"""Commands and power cycles of all screens, found and counted in the database; never commits.

A page is found in two steps: which commands, from an index alone if possible, then their rows.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from infoscreen_core.db.models import Client, ClientCommand, ClientGroup, Plug, PlugCycle, User
from infoscreen_core.db.queries.clients import SCREEN_NAME
from infoscreen_core.db.queries.commands.plugs import CycleRow
from infoscreen_core.db.sql_text import Folded
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.figures import BACK_AFTER, FAILURES, Division
from infoscreen_core.domain.commands.history import (
    ALL_ACTIONS,
    ALL_STATES,
    CommandFilter,
    CommandOrder,
)
from infoscreen_core.domain.commands.lifecycle import OPEN, TERMINAL, Action, State

_C: Final = ClientCommand
_DONE_AT: Final = case(
    (_C.action.in_(sorted(BACK_AFTER)), func.coalesce(_C.recovered_at, _C.completed_at)),
    else_=_C.completed_at,
)
_ENDED_AT: Final = func.coalesce(_DONE_AT, _C.failed_at)
"""As `services.commands.views.CommandView.lasted_until`."""
_BACK_AT: Final = func.coalesce(_C.recovered_at, _C.completed_at)
_BREAK: Final = "\n"
"""Between the texts that are searched; nobody looks for it."""
_HOUR_SECONDS: Final = 3600
_ERRORS_SHOWN: Final = FAILURES | {State.BLOCKED_SAFETY}


_Cycles = Select[PlugCycle, str, str | None, str | None, str]
_Query = TypeVar("_Query", bound=Select[*tuple[Any, ...]])


class HistoryRow(NamedTuple):
    """A command with the names of its screen, that one's group, and of who asked for it."""

    command: ClientCommand
    given_name: str | None
    hostname: str | None
    group_name: str | None
    requested_by_name: str | None


class FoundCycleRow(NamedTuple):
    """A power cycle with the names of its screen and of that one's group."""

    row: CycleRow
    given_name: str | None
    hostname: str | None
    group_name: str | None


def list_found(
    session: Session, wanted: CommandFilter, order: CommandOrder, *, limit: int, offset: int = 0
) -> list[HistoryRow]:
    """Return a page of the commands that are asked for."""
    query = select(_C.command_id).where(*_conditions(wanted)).order_by(*_keys(order))
    return _rows(session, session.scalars(query.limit(limit).offset(offset)).all())


def list_older(
    session: Session, wanted: CommandFilter, *, before: ClientCommand | None, limit: int
) -> list[HistoryRow]:
    """Return the newest commands, those before another one if it is given, newest first."""
    query = select(_C.command_id).where(*_conditions(wanted))
    if before is not None:
        at, key = before.issued_at, before.command_id
        # The first condition alone lets the index begin where the page does.
        query = query.where(
            _C.issued_at <= at,
            or_(_C.issued_at < at, and_(_C.issued_at == at, _C.command_id < key)),
        )
    query = query.order_by(*_keys(CommandOrder.NEWEST)).limit(limit)
    return _rows(session, session.scalars(query).all())


def count_found(session: Session, wanted: CommandFilter) -> int:
    """Return how many commands are asked for."""
    query = select(func.count()).select_from(_C).where(*_conditions(wanted))
    return session.scalar(query) or 0


def list_open(session: Session, *, limit: int, offset: int) -> list[HistoryRow]:
    """Return commands that have not ended, the newest first."""
    query = select(_C.command_id).where(_C.status.in_(OPEN))
    query = query.order_by(*_keys(CommandOrder.NEWEST)).limit(limit).offset(offset)
    return _rows(session, session.scalars(query).all())


def count_open(session: Session) -> dict[State, int]:
    """Return how many commands have not ended, by the state in which they are."""
    query = select(_C.status, func.count()).where(_C.status.in_(OPEN)).group_by(_C.status)
    return {State(state): count for state, count in session.execute(query)}


def list_just_ended(
    session: Session, *, issued_since: datetime, ended_since: datetime, limit: int
) -> list[HistoryRow]:
    """Return commands that have ended since then, of those requested lately, newest first."""
    query = select(_C.command_id).where(
        _C.issued_at >= issued_since,
        _C.updated_at >= ended_since,
        _C.status.in_(sorted(TERMINAL)),
    )
    query = query.order_by(*_keys(CommandOrder.NEWEST)).limit(limit)
    return _rows(session, session.scalars(query).all())


def map_requesters(session: Session) -> dict[int, str]:
    """Return the names of the users who ever asked for a command or power cycle, in order."""
    has_asked = or_(
        select(_C.command_id).where(_C.requested_by == User.id).exists(),
        select(PlugCycle.cycle_id).where(PlugCycle.requested_by == User.id).exists(),
    )
    query = select(User.id, User.username).where(has_asked).order_by(User.username)
    return {key: name for key, name in session.execute(query)}  # noqa: C416 - rows are no pairs


def count_ends(session: Session, wanted: CommandFilter) -> list[tuple[int, State, int]]:
    """Return how many commands ended how, by the number of the hour in which they were asked."""
    hour = (EpochSeconds(_C.issued_at) // _HOUR_SECONDS).label("hour")
    query = select(hour, _C.status, func.count()).where(
        *_conditions(wanted), _C.status.in_(sorted(TERMINAL))
    )
    rows = session.execute(query.group_by("hour", _C.status))
    return [(int(number), State(state), count) for number, state, count in rows]


def count_errors(session: Session, wanted: CommandFilter) -> list[tuple[str | None, State, int]]:
    """Return how many commands ended badly, by error code and state, the most frequent first."""
    count = func.count().label("count")
    query = select(_C.error_code, _C.status, count).where(
        *_conditions(wanted), _C.status.in_(sorted(_ERRORS_SHOWN))
    )
    query = query.group_by(_C.error_code, _C.status).order_by(count.desc(), _C.error_code)
    return [(code, State(state), number) for code, state, number in session.execute(query)]


def count_waits(
    session: Session, wanted: CommandFilter, by: Division
) -> list[tuple[Action, str | None, int, int]]:
    """Return how many screens were back after so many seconds: action, division, seconds, count."""
    seconds = (EpochSeconds(_BACK_AT) - EpochSeconds(_C.issued_at)).label("seconds")
    value = _DIVISIONS[by].label("value")
    query = _divided(select(_C.action, value, seconds, func.count()).select_from(_C), by)
    query = query.where(
        *_conditions(wanted),
        _C.status == State.COMPLETED,
        _C.action.in_(sorted(BACK_AFTER)),
    )
    rows = session.execute(query.group_by(_C.action, "value", "seconds"))
    return [(Action(action), name, int(took), count) for action, name, took, count in rows]


def count_divided(
    session: Session, wanted: CommandFilter, by: Division
) -> list[tuple[Action, str | None, State, int]]:
    """Return how many commands ended how: action, division, state, count."""
    value = _DIVISIONS[by].label("value")
    query = _divided(select(_C.action, value, _C.status, func.count()).select_from(_C), by)
    query = query.where(*_conditions(wanted), _C.status.in_(sorted(TERMINAL)))
    rows = session.execute(query.group_by(_C.action, "value", _C.status))
    return [(Action(action), name, State(state), count) for action, name, state, count in rows]


def _divided(query: _Query, by: Division) -> _Query:
    """Return the query with the tables that it is divided by."""
    if by is not Division.NONE:
        query = query.join(Client, Client.uuid == _C.client_uuid)
    if by is Division.GROUP:
        query = query.outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
    return query


_DIVISIONS: Final[dict[Division, ColumnElement[Any]]] = {
    Division.NONE: func.nullif("", ""),
    Division.MODEL: func.nullif(Client.model, ""),
    Division.GROUP: ClientGroup.name.expression,
    Division.VERSION: func.nullif(Client.software_version, ""),
}


def list_cycles(
    session: Session,
    wanted: CommandFilter,
    states: frozenset[plugs.State],
    *,
    limit: int,
    offset: int = 0,
) -> list[FoundCycleRow]:
    """Return power cycles that stand so, newest first; what only commands have narrows nothing."""
    query = _cycles().where(*_cycle_conditions(wanted, states))
    return _cycle_rows(session, query.limit(limit).offset(offset))


def count_cycles(session: Session, wanted: CommandFilter, states: frozenset[plugs.State]) -> int:
    """Return how many power cycles stand so."""
    query = select(func.count()).select_from(PlugCycle).where(*_cycle_conditions(wanted, states))
    return session.scalar(query) or 0


def list_lately(session: Session, *, ended_since: datetime, limit: int) -> list[FoundCycleRow]:
    """Return power cycles that run, or have ended since then, newest first."""
    # Once one has ended, `next_at` says when; and it is in the index.
    has_just_ended = and_(
        PlugCycle.status.in_(sorted(plugs.TERMINAL)), PlugCycle.next_at >= ended_since
    )
    query = _cycles().where(or_(PlugCycle.status.in_(plugs.OPEN), has_just_ended))
    return _cycle_rows(session, query.limit(limit))


def has_plugs(session: Session) -> bool:
    """Whether there is a plug, or ever was a power cycle."""
    # The least key is the first of its index, however many there are.
    keys = (func.min(Plug.client_uuid), func.min(PlugCycle.cycle_id))
    return any(session.scalar(select(key)) is not None for key in keys)


def _cycles() -> _Cycles:
    return (
        select(PlugCycle, User.username, Client.description, Client.hostname, ClientGroup.name)
        .join(Client, Client.uuid == PlugCycle.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(User, User.id == PlugCycle.requested_by)
        .order_by(PlugCycle.requested_at.desc(), PlugCycle.cycle_id.desc())
    )


def _cycle_rows(session: Session, query: _Cycles) -> list[FoundCycleRow]:
    return [
        FoundCycleRow(CycleRow(cycle, by), *names) for cycle, by, *names in session.execute(query)
    ]


def _cycle_conditions(
    wanted: CommandFilter, states: frozenset[plugs.State]
) -> Iterator[ColumnElement[bool]]:
    yield PlugCycle.requested_at >= wanted.start
    if wanted.end is not None:
        yield PlugCycle.requested_at < wanted.end
    if states != plugs.ALL_STATES:
        yield PlugCycle.status.in_(sorted(states))
    yield from _of_whom(wanted, PlugCycle.requested_by, PlugCycle.client_uuid)


def _rows(session: Session, command_ids: Sequence[str]) -> list[HistoryRow]:
    query = (
        select(
            _C,
            Client.description,
            Client.hostname,
            ClientGroup.name,
            User.username,
        )
        .join(Client, Client.uuid == _C.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(User, User.id == _C.requested_by)
        .where(_C.command_id.in_(command_ids))
    )
    found = {row[0].command_id: HistoryRow(*row) for row in session.execute(query)}
    return [found[key] for key in command_ids if key in found]


def _conditions(wanted: CommandFilter) -> Iterator[ColumnElement[bool]]:
    yield _C.issued_at >= wanted.start
    if wanted.end is not None:
        yield _C.issued_at < wanted.end
    if wanted.actions != ALL_ACTIONS:
        yield _C.action.in_(sorted(wanted.actions))
    if wanted.states != ALL_STATES:
        yield _C.status.in_(sorted(wanted.states))
    if wanted.error_code is not None:
        yield _C.error_code == wanted.error_code
    yield from _of_whom(wanted, _C.requested_by, _C.client_uuid)


def _of_whom(
    wanted: CommandFilter,
    requested_by: InstrumentedAttribute[int | None],
    client_uuid: InstrumentedAttribute[str],
) -> Iterator[ColumnElement[bool]]:
    if wanted.user_id is not None:
        yield requested_by == wanted.user_id
    if wanted.is_by_nobody:
        yield requested_by.is_(None)
    if wanted.client_uuid is not None:
        yield client_uuid == wanted.client_uuid
    if wanted.group_id is not None or wanted.text:
        yield client_uuid.in_(_screens(wanted))


def _screens(wanted: CommandFilter) -> Select[str]:
    query = select(Client.uuid)
    if wanted.group_id is not None:
        query = query.where(Client.group_id == wanted.group_id)
    if wanted.text:
        texts = (SCREEN_NAME, Client.uuid, Client.hostname, ClientGroup.name)
        joined = [func.coalesce(text, "") + _BREAK for text in texts]
        query = query.outerjoin(ClientGroup, ClientGroup.id == Client.group_id).where(
            func.instr(Folded(sum(joined[1:], joined[0])), wanted.text) > 0
        )
    return query


def _keys(order: CommandOrder) -> tuple[ColumnElement[Any], ...]:
    if order is CommandOrder.OLDEST:
        return (_C.issued_at.asc(), _C.command_id.asc())
    newest = (_C.issued_at.desc(), _C.command_id.desc())
    if order is CommandOrder.SLOWEST:
        took = EpochSeconds(_ENDED_AT) - EpochSeconds(_C.issued_at)
        return (_ENDED_AT.is_(None), took.desc(), *newest)
    return newest
