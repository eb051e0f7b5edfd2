"""How many players there are of each kind, counted from indexes rather than from their rows."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientStatus
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.db.sql_text import PORTION, read_rows_texts, rows_text
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

# Written once: that takes longer than the database takes for some of the answers.
_OF_EACH: Final = (
    select(Client.group_id, func.count().label("number")).group_by(Client.group_id).subquery()
)
_MEMBERS: Final = select(rows_text(_OF_EACH.c.group_id, _OF_EACH.c.number)).group_by(
    _OF_EACH.c.group_id // PORTION
)
_OTHERS: Final = (
    select(Client.group_id, statuses.STANDING.label("standing"), func.count())
    .where(~statuses.IS_IN_SERVICE)
    .group_by(Client.group_id, "standing")
)
_RECORDS: Final = select(
    select(func.count()).select_from(ClientStatus).scalar_subquery(), statuses.IS_BLIND
)
_TROUBLED: Final = (
    select(
        Client.group_id,
        statuses.status(statuses.LATER).label("shown"),
        statuses.content(statuses.LATER).label("truth"),
        func.count(),
    )
    .select_from(ClientStatus)
    .join(Client, statuses.BY_RECORD)
    .where(statuses.may_be_troubled(statuses.LATER), statuses.IS_IN_SERVICE)
    .group_by(Client.group_id, "shown", "truth")
)
_ALARMS: Final = select(
    *(
        select(func.count()).where(condition, statuses.IS_IN_SERVICE).scalar_subquery()
        for condition in (
            Client.priority_screenshot_at >= bindparam("recent"),
            Client.service_failed_at >= EVER,
            Client.process_status == ProcessStatus.CRASHED,
        )
    )
)
_SIZES: Final = select(
    *(select(func.count()).select_from(model).scalar_subquery() for model in (Client, ClientStatus))
)


def tally(session: Session, *, now: datetime) -> list[Tally]:
    """Return how many players there are by group, by what they are, do and show.

    Whoever is in service and has no trouble on record is healthy and shows what is planned.
    """
    sizes = _count_members(session)
    if not _is_on_record(session, sum(sizes.values())):
        return tally_each(session, now=now)
    others = [*_tally_troubled(session, now), *_tally_others(session)]
    left = dict(sizes)
    for one in others:
        left[one.group_id] = left.get(one.group_id, 0) - one.number
    healthy = [
        Tally(group_id, Standing.IN_SERVICE, Status.HEALTHY, number, Content.AS_PLANNED)
        for group_id, number in left.items()
        if number > 0  # somebody may have moved between the queries
    ]
    return [*healthy, *others]


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
    pictures, failed, crashed = session.connection().execute(_ALARMS, {"recent": recent}).one()
    return int(pictures), int(failed), int(crashed)


def has_unknown_players(session: Session) -> bool:
    """Whether some player has no record yet: every record is of a player."""
    players, records = session.connection().execute(_SIZES).one()
    return bool(players != records)


def _is_on_record(session: Session, players: int) -> bool:
    """Whether so many players have a record each, and the server can see what they show."""
    found, is_blind = session.connection().execute(_RECORDS).one()
    return bool(found == players and not is_blind)


def _count_members(session: Session) -> dict[int | None, int]:
    found = read_rows_texts(session.connection().execute(_MEMBERS).scalars())
    return {group_id: number for group_id, number in found}  # noqa: C416 - lists, not pairs


def _tally_others(session: Session) -> list[Tally]:
    """Return those that are not in service: few, but the index is looked through for them."""
    found = session.connection().execute(_OTHERS)
    return [
        Tally(group_id, Standing(standing), _STATUSES[Standing(standing)], number)
        for group_id, standing, number in found
    ]


def _tally_troubled(session: Session, now: datetime) -> list[Tally]:
    found = session.connection().execute(_TROUBLED, statuses.at(now))
    return [
        Tally(group_id, Standing.IN_SERVICE, status, number, content)
        for group_id, status, content, number in found
    ]
