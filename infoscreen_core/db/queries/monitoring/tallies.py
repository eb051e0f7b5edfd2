"""How many players there are of each kind, counted from indexes rather than from their rows."""

from collections import Counter
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientStatus
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.fleet_count import Tally
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.standing import Standing

_STATUSES: Final = {
    Standing.PENDING: Status.UNKNOWN,
    Standing.REJECTED: Status.UNKNOWN,
    Standing.OUT_OF_SERVICE: Status.OFFLINE,
}
"""What `statuses.status` says of players that are not in service."""

EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Rather than a check for None, for which SQLite does not look into its index."""


def tally(session: Session, *, now: datetime) -> list[Tally]:
    """Return how many players there are by group, by what they are, do and show.

    Whoever is in service and has no trouble on record is healthy and shows what is planned.
    """
    standings = _count_standings(session)
    if not _is_on_record(session, sum(number for *_, number in standings)):
        return tally_each(session, now=now)
    troubled = _tally_troubled(session, now)
    left = Counter[int | None]()
    for one in troubled:
        left[one.group_id] -= one.number
    others: list[Tally] = []
    for group_id, standing, number in standings:
        if standing is Standing.IN_SERVICE:
            left[group_id] += number
        else:
            others.append(Tally(group_id, standing, _STATUSES[standing], number))
    healthy = [
        Tally(group_id, Standing.IN_SERVICE, Status.HEALTHY, number, Content.AS_PLANNED)
        for group_id, number in left.items()
        if number > 0  # somebody may have moved between the queries
    ]
    return [*healthy, *troubled, *others]


def tally_each(session: Session, *, now: datetime) -> list[Tally]:
    """Return the same from one player after the other."""
    query = (
        select(
            Client.group_id,
            statuses.STANDING.label("standing"),
            statuses.status(now).label("shown"),
            statuses.content(now).label("truth"),
            func.count(),
        )
        .outerjoin(ClientStatus, statuses.BY_RECORD)
        .group_by(Client.group_id, "standing", "shown", "truth")
    )
    return [
        Tally(group_id, Standing(standing), status, count, content)
        for group_id, standing, status, content, count in session.execute(query)
    ]


def count_alarms(session: Session, *, recent: datetime) -> tuple[int, int, int]:
    """Count screens in service: with a priority picture since `recent`, a failed service, a crash.

    The last two are what a player said last.
    """
    conditions = (
        Client.priority_screenshot_at >= recent,
        Client.service_failed_at >= EVER,
        Client.process_status == ProcessStatus.CRASHED,
    )
    counts = (
        select(func.count()).where(condition, statuses.IS_IN_SERVICE).scalar_subquery()
        for condition in conditions
    )
    pictures, failed, crashed = session.execute(select(*counts)).one()
    return int(pictures), int(failed), int(crashed)


def has_unknown_players(session: Session) -> bool:
    """Whether some player has no record yet: every record is of a player."""
    of_each = (
        select(func.count()).select_from(model).scalar_subquery()
        for model in (Client, ClientStatus)
    )
    players, records = session.execute(select(*of_each)).one()
    return bool(players != records)


def _is_on_record(session: Session, players: int) -> bool:
    """Whether so many players have a record each, and the server can see what they show."""
    records = select(func.count()).select_from(ClientStatus).scalar_subquery()
    found, is_blind = session.execute(select(records, statuses.IS_BLIND)).one()
    return found == players and not is_blind


def _count_standings(session: Session) -> list[tuple[int | None, Standing, int]]:
    query = select(Client.group_id, statuses.STANDING.label("standing"), func.count())
    found = session.execute(query.group_by(Client.group_id, "standing"))
    return [(group_id, Standing(standing), number) for group_id, standing, number in found]


def _tally_troubled(session: Session, now: datetime) -> list[Tally]:
    query = (
        select(
            Client.group_id,
            statuses.status(now).label("shown"),
            statuses.content(now).label("truth"),
            func.count(),
        )
        .select_from(ClientStatus)
        .join(Client, statuses.BY_RECORD)
        .where(statuses.may_be_troubled(now), statuses.IS_IN_SERVICE)
        .group_by(Client.group_id, "shown", "truth")
    )
    return [
        Tally(group_id, Standing.IN_SERVICE, status, number, content)
        for group_id, status, content, number in session.execute(query)
    ]
