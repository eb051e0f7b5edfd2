"""Readings of the whole operation, which all browsers share: one every few seconds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from console.runtime import (
    OutageError,
    Session,
    now,
    read_session,
    resources,
    try_small_write,
)
from console.shared import shared
from infoscreen_core.domain.monitoring.fleet_count import FleetFigures
from infoscreen_core.domain.monitoring.fleet_wish import FleetWish
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.commands.recovery.recovery_record import list_given_up
from infoscreen_core.services.monitoring import fleet as fleet_service
from infoscreen_core.services.monitoring import sight
from infoscreen_core.services.monitoring.failed_services import FailedService, list_failed
from infoscreen_core.services.monitoring.fleet import Alarms, Reading
from infoscreen_core.services.monitoring.incidents import (
    NEEDING_SOMEBODY,
    IncidentFilter,
    IncidentPage,
    count_incidents,
    list_incidents,
)
from infoscreen_core.services.monitoring.logs import latest as latest_logs
from infoscreen_core.services.monitoring.signs_of_life import list_workers
from infoscreen_core.services.monitoring.upkeep.storage import (
    StorageView,
    measured,
    reported_outage,
)
from infoscreen_core.services.monitoring.views import (
    ClientView,
    IncidentView,
    LogLine,
    WorkerView,
)
from infoscreen_core.services.screens.roster import list_group_names

STATUS_WINDOW_HOURS: Final = LOG_WINDOW // timedelta(hours=1)
FRESH_SECONDS: Final = 2.0
"""After this, readings that browsers share are made anew; nobody sees one twice as old."""
SUM_SECONDS: Final = 10.0
"""Sums over many log lines are at most this old."""
STORAGE_SECONDS: Final = 5.0
"""So often at most the smallest change is tried."""
_MONTH: Final = timedelta(days=30)
_MOST_OF_SCREEN: Final = 20


@dataclass(frozen=True)
class FleetSnapshot:
    """How many players there are of each kind."""

    taken_at: datetime
    figures: FleetFigures
    group_names: Mapping[int, str]
    """By id, in the order that editors gave the groups."""


@dataclass(frozen=True)
class ScreenIncidents:
    """What is and was wrong with one screen."""

    open: tuple[IncidentView, ...]
    past: tuple[IncidentView, ...]


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def workers() -> list[WorkerView]:
    """Return the workers' signs of life."""
    with read_session() as session:
        return list_workers(session)


@shared(seconds=STORAGE_SECONDS, entries=2)
def storage(*, is_suspect: bool) -> StorageView:
    """Return how much room there is; with a reason to doubt, whether a small change is stored."""
    made = resources()
    outage = reported_outage(workers(), now=now())
    if not outage and (is_suspect or made.reach.trouble) and not made.reach.is_hanging:
        outage = try_small_write()
    return replace(measured(made.settings.storage_directories), outage=outage)


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def fleet() -> FleetSnapshot:
    """Return the figures over the fleet, the same ones for every page."""
    taken_at = now()
    with read_session() as session:
        return FleetSnapshot(
            taken_at,
            fleet_service.read_figures(session, now=taken_at),
            list_group_names(session),
        )


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def alarms() -> Alarms:
    """Return how many screens have what somebody may want to look at."""
    with read_session() as session:
        return fleet_service.read_alarms(session, now=now(), priority_ttl=_priority_ttl())


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def blind_since() -> datetime | None:
    """Return since when the server itself cannot see its screens; None while it can."""
    with read_session() as session:
        return sight.blind_since(session)


def players(
    wish: FleetWish, *, first: int, limit: int, hours: int = STATUS_WINDOW_HOURS
) -> tuple[ClientView, ...]:
    """Return some of the players that somebody wants to see; log counts cover `hours`."""
    read = _found if wish.search else _listed
    return read(wish, first, limit, hours)


def _read_players(wish: FleetWish, first: int, limit: int, hours: int) -> tuple[ClientView, ...]:
    with read_session() as session:
        found = fleet_service.list_players(
            session, wish, reading_at(now(), hours=hours), first=first, limit=limit
        )
    return tuple(found)


_found = shared(seconds=FRESH_SECONDS, entries=64, is_kept_in_outage=True)(_read_players)
_listed = shared(seconds=FRESH_SECONDS, entries=64, is_kept_in_outage=True, is_renewed=True)(
    _read_players
)


def count_left(wish: FleetWish, snapshot: FleetSnapshot) -> int:
    """Return how many players somebody wants to see; most of the time without the database."""
    if wish.search or wish.content:
        return _count_found(wish)
    return wish.show.left_of(snapshot.figures.of_groups(wish.groups))


@shared(seconds=FRESH_SECONDS, entries=64, is_kept_in_outage=True)
def _count_found(wish: FleetWish) -> int:
    with read_session() as session:
        return fleet_service.count_players(session, wish, now=now())


@shared(seconds=SUM_SECONDS, entries=8, is_kept_in_outage=True, is_renewed=True)
def log_sums(hours: int) -> tuple[int, int]:
    """Return how many errors and warnings the screens in service logged within `hours`."""
    since = now() - timedelta(hours=hours)
    with read_session() as session:
        return fleet_service.sum_logs(session, since=since)


@shared(seconds=FRESH_SECONDS, entries=16, is_kept_in_outage=True, is_renewed=True)
def incidents(*, limit: int, offset: int = 0) -> IncidentPage:
    """Return incidents that need somebody."""
    with read_session() as session:
        return list_incidents(session, NEEDING_SOMEBODY, limit=limit, offset=offset)


@shared(seconds=FRESH_SECONDS, entries=4, is_kept_in_outage=True, is_renewed=True)
def failed_services(*, limit: int) -> tuple[FailedService, ...]:
    """Return the services of screens that were given up last."""
    with read_session() as session:
        return tuple(list_failed(session, limit=limit))


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def given_up() -> frozenset[str]:
    """Return the UUIDs of the screens that automatic recovery has given up."""
    with read_session() as session:
        return list_given_up(session)


@shared(seconds=FRESH_SECONDS, entries=32, is_kept_in_outage=True, is_renewed=True)
def incident_count(group_ids: tuple[int | None, ...] | None) -> int:
    """Return how many incidents need somebody, of all screens or of those in these groups."""
    with read_session() as session:
        return count_incidents(session, group_ids=group_ids)


def incidents_of(uuid: str) -> ScreenIncidents:
    """Return a screen's open incidents, and the newest that are over; none in an outage."""
    at = now()
    mine = IncidentFilter(is_open_only=False, client_uuid=uuid, opened_since=at - _MONTH)
    try:
        with read_session() as session:
            still = list_incidents(session, IncidentFilter(client_uuid=uuid), limit=_MOST_OF_SCREEN)
            recent = list_incidents(session, mine, limit=_MOST_OF_SCREEN)
    except OutageError:
        return ScreenIncidents((), ())
    past = (one for one in recent.incidents if one.closed_at is not None)
    return ScreenIncidents(tuple(still.incidents), tuple(past))


def logs(uuid: str, *, hours: int, levels: Collection[LogLevel], limit: int) -> list[LogLine]:
    """Return a player's newest log lines within `hours`."""
    since = now() - timedelta(hours=hours)
    with read_session() as session:
        return latest_logs.list_logs(session, uuid, since=since, levels=levels, limit=limit)


def log_counts(
    uuid: str, *, hours: int, step: timedelta, levels: Collection[LogLevel]
) -> list[LogCount]:
    """Return how many lines a player logged within `hours`, by level and stretch of `step`."""
    since = now() - timedelta(hours=hours)
    with read_session() as session:
        return latest_logs.count_logs(session, uuid, since=since, step=step, levels=levels)


def reading_at(at: datetime, *, hours: int = STATUS_WINDOW_HOURS) -> Reading:
    """Return how players are read at an instant, with their log counts over `hours` before."""
    return Reading(now=at, window=timedelta(hours=hours), priority_ttl=_priority_ttl())


def client_at(session: Session, uuid: str, at: datetime) -> ClientView | None:
    """Return one player as it is at `at`; None when there is none."""
    return fleet_service.find_client(session, uuid, reading_at(at))


def _priority_ttl() -> timedelta:
    return timedelta(seconds=resources().settings.priority_screenshot_ttl_seconds)
