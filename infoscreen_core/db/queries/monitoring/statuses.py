"""How each player does by the record, in SQL: the one way in which its status is read.

The leading scheduler writes the record (`services.monitoring.status_history`). What it says holds
for screens in service; of the others it is known at once what they are. While nobody judges, the
record grows old: then how a player does is unknown, rather than what it was.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    case,
    null,
    or_,
    select,
    type_coerce,
)

from infoscreen_core.db.models import BlindSpan, Client, ClientStatus
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.fleet_wish import URGENCY
from infoscreen_core.domain.monitoring.judging import LATEST
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.standing import Standing

Moment = datetime | BindParameter[datetime]
"""At which instant it is asked how players do: that instant, or `LATER`."""
LATER: Final[BindParameter[datetime]] = bindparam("judged_since", type_=ClientStatus.judge_at.type)
"""The instant of a statement that is written once; `at` says it when it is asked."""
BY_RECORD: Final = ClientStatus.client_uuid == Client.uuid
"""Joins a player with its record, which a new one does not have: an outer join."""
_PENDING: Final = Client.approved_at.is_(None)
_RESTS: Final = ~Client.is_active
_NOT_JUDGED: Final = or_(
    ClientStatus.reason.is_(None),
    ClientStatus.reason.in_(  # it was let in, or switched on, just now
        [StatusReason.PENDING, StatusReason.REJECTED, StatusReason.DEACTIVATED]
    ),
)
IS_BLIND: Final = select(BlindSpan.id).where(BlindSpan.ended_at.is_(None)).exists()
STANDING: Final[ColumnElement[str]] = case(
    (and_(_PENDING, Client.rejected_at.is_(None)), Standing.PENDING.value),
    (_PENDING, Standing.REJECTED.value),
    (_RESTS, Standing.OUT_OF_SERVICE.value),
    else_=Standing.IN_SERVICE.value,
)
"""The rule of `domain.screens.standing.standing_of`; `db.queries.clients.IN_SERVICE` is a part."""

IS_IN_SERVICE: Final = STANDING.in_([Standing.IN_SERVICE.value])
"""`db.queries.clients.IN_SERVICE` for readers of the whole fleet. That one names a column with an
index, from which SQLite hopes for few players, though nearly all of them are active."""


def at(now: datetime) -> dict[str, Any]:
    """Return what a statement with `LATER` is asked with."""
    return {LATER.key: _judged_since(now)}


def status(now: Moment) -> ColumnElement[Status]:
    """Return how a player does; `UNKNOWN` where nobody can tell."""
    found = case(
        (_PENDING, Status.UNKNOWN.value),
        (_RESTS, Status.OFFLINE.value),
        (or_(_NOT_JUDGED, _is_forgotten(now)), Status.UNKNOWN.value),
        (ClientStatus.reason == StatusReason.NEVER_SEEN, Status.OFFLINE.value),
        else_=ClientStatus.status,
    )
    return type_coerce(found, ClientStatus.status.type)


def reason(now: Moment) -> ColumnElement[StatusReason]:
    """Return why a player has its status."""
    found = case(
        (and_(_PENDING, Client.rejected_at.is_(None)), StatusReason.PENDING.value),
        (_PENDING, StatusReason.REJECTED.value),
        (_RESTS, StatusReason.DEACTIVATED.value),
        (_NOT_JUDGED, StatusReason.NOT_JUDGED.value),
        (_is_forgotten(now), StatusReason.JUDGE_AWAY.value),
        else_=ClientStatus.reason,
    )
    return type_coerce(found, ClientStatus.reason.type)


def since(now: Moment) -> ColumnElement[datetime | None]:
    """Return since when a player has its status, None where that is not on record."""
    found = case(
        (or_(_PENDING, _RESTS, _NOT_JUDGED), null()),
        (_is_forgotten(now), ClientStatus.judge_at),
        else_=ClientStatus.since,
    )
    return type_coerce(found, ClientStatus.since.type)


def content(now: Moment) -> ColumnElement[Content | None]:
    """Return whether a player shows what is planned; None where it is not in service."""
    found = case(
        (or_(_PENDING, _RESTS), null()),
        (or_(_is_content_unjudged(now), IS_BLIND), Content.UNKNOWN.value),
        else_=ClientStatus.content,
    )
    return type_coerce(found, ClientStatus.content.type)


def content_reason(now: Moment) -> ColumnElement[ContentReason | None]:
    """Return why it is so; None where it is not in service."""
    found = case(
        (or_(_PENDING, _RESTS), null()),
        (_is_content_unjudged(now), ContentReason.NOT_JUDGED.value),
        (IS_BLIND, ContentReason.BLIND.value),
        else_=ClientStatus.content_reason,
    )
    return type_coerce(found, ClientStatus.content_reason.type)


def content_since(now: Moment) -> ColumnElement[datetime | None]:
    """Return since when it is so, None where that is not on record."""
    is_on_record = ~or_(_PENDING, _RESTS, _is_content_unjudged(now), IS_BLIND)
    found = case((is_on_record, ClientStatus.content_since), else_=null())
    return type_coerce(found, ClientStatus.content_since.type)


def urgency(now: Moment) -> ColumnElement[int]:
    """Return the place of a player's status in the order in which somebody should look."""
    places = {one.value: place for place, one in enumerate(URGENCY)}
    return case(places, value=status(now), else_=len(places))


def _is_content_unjudged(now: Moment) -> ColumnElement[bool]:
    return or_(ClientStatus.content.is_(None), _is_forgotten(now))


def may_be_troubled(now: Moment) -> ColumnElement[bool]:
    """Return what holds for every record of a screen that is not healthy or not as planned.

    Each part of it is found by an index: most records are of healthy screens.
    """
    others = [one for one in Status if one is not Status.HEALTHY]
    untrue = [one for one in Content if one is not Content.AS_PLANNED]
    return or_(
        ClientStatus.status.in_(others),
        ClientStatus.status.is_(None),
        ClientStatus.content.in_(untrue),
        ClientStatus.content.is_(None),
        _is_forgotten(now),
    )


def _is_forgotten(now: Moment) -> ColumnElement[bool]:
    return ClientStatus.judge_at < (now if isinstance(now, BindParameter) else _judged_since(now))


def _judged_since(now: datetime) -> datetime:
    return now - LATEST
