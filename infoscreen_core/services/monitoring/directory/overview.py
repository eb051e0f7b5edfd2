"""What players logged, show and say, a page of them at a time; and the figures over all."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientLog
from infoscreen_core.db.queries.monitoring import fleet as fleet_queries
from infoscreen_core.db.queries.monitoring.lists import players as player_queries
from infoscreen_core.db.queries.monitoring.logs import lines as log_lines
from infoscreen_core.db.queries.monitoring.logs import sums as log_sums
from infoscreen_core.db.queries.monitoring.logs.sums import Counts
from infoscreen_core.domain.monitoring.logs.lines import without_terminal_codes
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring import fleet
from infoscreen_core.services.monitoring.directory import pages
from infoscreen_core.services.monitoring.directory.pages import Clockwork
from infoscreen_core.services.monitoring.directory.views import (
    LineEntry,
    LoggedEntry,
    PictureEntry,
    PlayerEntry,
    Totals,
    WatchedEntry,
)
from infoscreen_core.services.screens.kept_pictures import picture_view


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of some players beside their own rows, by UUID."""

    counts: Counts
    latest: dict[str, dict[LogLevel, ClientLog]]
    titles: dict[int, str]
    pictures: dict[str, PictureEntry]


def list_watched(
    session: Session, *, after: str = "", limit: int, window: timedelta, at: Clockwork
) -> list[WatchedEntry]:
    """Return a page of players with what they last logged and showed, by their UUIDs."""
    players = pages.list_players(session, after=after, limit=limit, at=at)
    found = _find(session, players, window, at)
    return [_watched(player, found) for player in players]


def list_logged(
    session: Session, *, after: str = "", limit: int, window: timedelta, at: Clockwork
) -> list[LoggedEntry]:
    """Return a page of players with how many lines of each level they logged, by their UUIDs."""
    players = pages.list_players(session, after=after, limit=limit, at=at)
    counts = log_sums.counts_of(session, _uuids(players), since=at.now - window)
    return [
        LoggedEntry(
            client_uuid=one.uuid,
            name=one.name,
            group_id=one.group_id,
            group_name=one.group_name,
            error_count=counts[one.uuid, LogLevel.ERROR],
            warn_count=counts[one.uuid, LogLevel.WARN],
            info_count=counts[one.uuid, LogLevel.INFO],
            debug_count=counts[one.uuid, LogLevel.DEBUG],
        )
        for one in players
    ]


def read_totals(session: Session, *, window: timedelta, at: Clockwork) -> Totals:
    """Return the figures over all screens in service."""
    count = fleet.read_figures(session, now=at.now).whole
    alarms = fleet.read_alarms(session, now=at.now, priority_ttl=at.priority_ttl)
    errors, warnings = fleet.sum_logs(session, since=at.now - window)
    return Totals(
        clients=count.in_service,
        statuses=count.statuses,
        pending=count.standings[Standing.PENDING],
        error_logs=errors,
        warn_logs=warnings,
        active_priority_screenshots=alarms.priority_pictures,
        service_failed=alarms.failed,
        crashed=alarms.crashed,
    )


def _find(
    session: Session, players: Collection[PlayerEntry], window: timedelta, at: Clockwork
) -> _Found:
    uuids = _uuids(players)
    return _Found(
        log_sums.counts_of(session, uuids, since=at.now - window),
        log_lines.map_latest(session, uuids),
        fleet_queries.event_titles(session, (one.current_event_id for one in players)),
        _pictures(session, players, at),
    )


def _pictures(
    session: Session, players: Collection[PlayerEntry], at: Clockwork
) -> dict[str, PictureEntry]:
    rows = player_queries.latest_pictures(session, _uuids(players))
    behind = {one.uuid: one.clock_behind_seconds for one in players}
    views = {uuid: picture_view(row, behind[uuid]) for uuid, row in rows.items()}
    return {
        uuid: PictureEntry(
            view.as_of, view.type, max(0, int((at.now - view.as_of).total_seconds()))
        )
        for uuid, view in views.items()
    }


def _watched(player: PlayerEntry, found: _Found) -> WatchedEntry:
    lines = found.latest[player.uuid]
    newest = max(lines.values(), key=log_lines.place_of, default=None)
    return WatchedEntry(
        player=player,
        current_event_title=found.titles.get(player.current_event_id or 0),
        picture=found.pictures.get(player.uuid),
        latest_log=_line(newest),
        latest_error=_line(lines.get(LogLevel.ERROR)),
        error_count=found.counts[player.uuid, LogLevel.ERROR],
        warn_count=found.counts[player.uuid, LogLevel.WARN],
    )


def _line(row: ClientLog | None) -> LineEntry | None:
    if row is None:
        return None
    return LineEntry(row.ordered_at, LogLevel(row.level), without_terminal_codes(row.message))


def _uuids(players: Collection[PlayerEntry]) -> list[str]:
    return [player.uuid for player in players]
