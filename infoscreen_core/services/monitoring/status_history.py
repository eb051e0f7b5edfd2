"""The record of every player's status: each change is a row, written once by whoever judges.

Whoever judges a player also tells whether it shows what is planned, and opens and closes its
incidents, in the same transaction.

The leading scheduler judges (`judge_due`), nobody else; whoever stores what may change a status
says so with `judge_soon`. When the change is written, it is checked that nobody said so since the
facts were read: then the player is still due, and is judged again with what is new.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientStatusChange
from infoscreen_core.db.queries.clients import (
    NO_LOGS,
    count_logs,
    facts_of,
    reconnect_window_of,
)
from infoscreen_core.db.queries.monitoring import history as queries
from infoscreen_core.db.queries.monitoring.due import DuePlayer, DueStatus, list_due
from infoscreen_core.db.queries.monitoring.health import sum_reconnects
from infoscreen_core.domain.monitoring.availability import StatusChange
from infoscreen_core.domain.monitoring.judging import judge
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, RECONNECT_WINDOW
from infoscreen_core.domain.monitoring.reconnects import may_lack
from infoscreen_core.services.monitoring.content.book import ContentBook
from infoscreen_core.services.monitoring.incident_record import IncidentBook, read_limits
from infoscreen_core.services.monitoring.sight import read_record
from infoscreen_core.services.webhooks import news
from infoscreen_core.services.webhooks.news import StatusNews

BATCH: Final = 500
"""Players that are judged in one transaction."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one round of judging did."""

    count: int
    """Players that were looked at."""
    changes: Sequence[tuple[str, StatusChange]]
    """New statuses by the player's UUID."""
    opened: int = 0
    """Incidents that opened."""
    closed: int = 0
    """Incidents that ended."""

    @property
    def is_more_due(self) -> bool:
        """Whether others may be waiting."""
        return self.count == BATCH


def judge_soon(session: Session, client_uuids: Collection[str], *, now: datetime) -> None:
    """Let players be judged at once, since what is known of them has changed."""
    queries.judge_soon(session, client_uuids, now=now)


def add_players(session: Session, *, now: datetime) -> None:
    """Let players that are new be judged."""
    queries.add_missing(session, now=now)


def has_due(session: Session, *, now: datetime) -> bool:
    """Whether the turn of any player has come."""
    return queries.has_due(session, now=now)


def judge_due(session: Session, *, now: datetime, grace: timedelta) -> Judged:
    """Judge some of the players whose turn it is, and record what became of them."""
    due = list_due(session, now=now, limit=BATCH)
    if not due:
        return Judged(0, ())
    sight = read_record(session)
    uuids = [client.uuid for _, client in due]
    logs = count_logs(session, now=now, log_window=LOG_WINDOW, uuids=uuids)
    reconnects = _reconnects(session, [client for _, client in due], now)
    limits = read_limits(session)
    contents = ContentBook(
        session,
        [client for _, client in due],
        now=now,
        sight=sight,
        picture_age=limits.picture_age,
    )
    incidents = IncidentBook(session, uuids, now=now, grace=grace, limits=limits)
    changes: list[tuple[str, StatusChange]] = []
    same: list[tuple[str, datetime, datetime]] = []
    told: list[StatusNews] = []
    for row, client in due:
        facts = facts_of(
            client,
            logs.get(client.uuid, NO_LOGS),
            now=now,
            reconnects=reconnects.get(client.uuid, 0),
        )
        found = judge(facts, _known(row), now=now, grace=grace, sight=sight)
        content = contents.look(row, client, found)
        found = incidents.look(row, client, facts, found, content.truth)
        next_at = _sooner(found.judge_at, content.look_at)
        if _is_same(row, found.change):
            same.append((client.uuid, row.judge_at, next_at))
        elif _record(session, row, client, found.change, next_at):
            changes.append((client.uuid, found.change))
            told.append(_news(row, client, found.change))
    queries.look_again(session, same)
    contents.write(session)
    incidents.write(session, contents.titles)
    news.tell_statuses(session, told, now=now)
    return Judged(len(due), changes, incidents.opened, incidents.closed)


def _reconnects(session: Session, clients: Sequence[DuePlayer], now: datetime) -> dict[str, int]:
    """Return the reconnects of the last hour, of those whose counter may not tell them all."""
    asked = [one.uuid for one in clients if may_lack(reconnect_window_of(one), now=now)]
    return sum_reconnects(session, asked, since=now - RECONNECT_WINDOW)


def _sooner(one: datetime, other: datetime | None) -> datetime:
    return other if other is not None and other < one else one


def _known(row: DueStatus) -> StatusChange | None:
    if row.reason is None or row.since is None:
        return None
    return StatusChange(row.since, row.status, row.reason)


def _news(row: DueStatus, client: DuePlayer, change: StatusChange) -> StatusNews:
    return StatusNews(client.uuid, change.status, change.reason, row.status, change.at)


def _is_same(row: DueStatus, change: StatusChange) -> bool:
    return (row.status, row.reason) == (change.status, change.reason)


def _record(
    session: Session, row: DueStatus, client: DuePlayer, change: StatusChange, next_at: datetime
) -> bool:
    at = max(change.at, row.since) if row.since else change.at
    since = row.since if row.since and row.status is change.status else at
    entry = ClientStatusChange(
        client_uuid=client.uuid, at=at, status=change.status, reason=change.reason
    )
    return queries.change_status(session, entry, since=since, due=row.judge_at, judge_at=next_at)
