"""What a screen's status was at an instant, since when and until when, by the record."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.models import BlindSpan, Client, ClientStatusChange
from infoscreen_core.db.queries.clients import ClientRow
from infoscreen_core.db.queries.monitoring import screen as queries
from infoscreen_core.db.queries.monitoring.lists import players
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.years import check_year
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.screens.clients import get_client

NOW_IS = timedelta(minutes=1)
"""An instant this near counts as the present."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blindness:
    """Time in which the server itself did not see its screens."""

    span: Span
    cause: BlindCause
    is_over: bool
    """False: the span ends where nobody knows how it goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A screen at an instant."""

    client: Client
    at: datetime
    is_now: bool
    status: Status | None
    """None: not in service, or never heard of; or there is no record of it."""
    reason: StatusReason | None
    """None: there is no record of it."""
    since: datetime | None
    """When the status began, as far as that is on record."""
    until: datetime | None
    """When it ended; None: it goes on."""
    began_as: StatusReason | None
    """The reason that it had when it began."""
    record_begins: datetime | None
    """The first instant on record."""
    blindness: Blindness | None
    """That the server did not see at that instant."""

    @property
    def may_be_older(self) -> bool:
        """Whether the status may have begun before the record did."""
        return self.since is not None and self.since == self.record_begins

    @property
    def evidence_since(self) -> datetime:
        """From where on things may have to do with the status; a day back when nobody knows."""
        return self.since or self.at - LOG_WINDOW


def read_moment(
    session: Session, client_uuid: str, *, at: datetime | None, now: datetime
) -> Moment:
    """Return what a screen was at an instant, None: now.

    Raises `NotFoundError` or `InvalidInputError` for a player or instant that there is not.
    """
    client = get_client(session, client_uuid)
    if at is None or abs(at - now) < NOW_IS:
        return _present(session, client, now)
    check_year("at", at)
    if at > now:
        raise InvalidInputError(
            "The instant {at} lies in the future, of which there is no record; choose an earlier "
            "one.",
            field="at",
            at=at,
        )
    return _past(session, client, at)


def _present(session: Session, client: Client, now: datetime) -> Moment:
    row = _present_row(session, client, now)
    began = queries.find_change(session, client.uuid, at=row.since) if row.since else None
    return Moment(
        client=client,
        at=now,
        is_now=True,
        status=row.status,
        reason=row.verdict.reason,
        since=row.since,
        until=None,
        began_as=began.reason if began else None,
        record_begins=_record_begins(session, client),
        blindness=_blindness(queries.find_blind_span(session, at=now), now),
    )


def _present_row(session: Session, client: Client, now: datetime) -> ClientRow:
    return players.list_rows(session, [client.uuid], now=now, window=LOG_WINDOW)[0]


def _past(session: Session, client: Client, at: datetime) -> Moment:
    change = queries.find_change(session, client.uuid, at=at)
    began = _beginning(session, change) if change else None
    return Moment(
        client=client,
        at=at,
        is_now=False,
        status=change.status if change else None,
        reason=change.reason if change else None,
        since=began.at if began else None,
        until=queries.find_end(session, client.uuid, change.status, after=at) if change else None,
        began_as=began.reason if began else None,
        record_begins=_record_begins(session, client),
        blindness=_blindness(queries.find_blind_span(session, at=at), at),
    )


def _beginning(session: Session, change: ClientStatusChange) -> ClientStatusChange | None:
    """Return the change with which the status of a change began; its reason may have changed."""
    uuid = change.client_uuid
    before = queries.find_last_of_another(session, uuid, change.status, before=change.at)
    return queries.find_first_change(session, uuid, after=before.at if before else None)


def _record_begins(session: Session, client: Client) -> datetime | None:
    first = queries.find_first_change(session, client.uuid)
    return first.at if first else None


def _blindness(span: BlindSpan | None, at: datetime) -> Blindness | None:
    return blindness_of(span, at) if span else None


def blindness_of(span: BlindSpan, at: datetime) -> Blindness:
    """Return a span of blindness; one that goes on ends at `at`."""
    return Blindness(
        span=Span(span.began_at, span.ended_at or at),
        cause=span.cause,
        is_over=span.ended_at is not None,
    )
