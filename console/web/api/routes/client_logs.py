"""`/api/client-logs`: what players logged, and how the whole fleet does."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from console.web.api.base import Instant, answer
from console.web.api.callers import Caller, ReadsAsAdmin
from console.web.api.models.client_logs import (
    LatestLine,
    LatestPicture,
    LogLineModel,
    LogSummaryModel,
    Overview,
    OverviewTotals,
)
from console.web.api.paging import PageQuery, Paging, links
from console.web.api.pieces import Json, clockwork, listed_as, piece, shape_of
from console.web.api.routes.clients import Uuid, as_client, uuid_after
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, Status
from infoscreen_core.domain.monitoring.logs.filter import ALL_LEVELS, LinePlace, LogFilter
from infoscreen_core.domain.monitoring.windows import check_window
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.monitoring.directory import overview
from infoscreen_core.services.monitoring.directory.views import LoggedEntry, WatchedEntry
from infoscreen_core.services.monitoring.logs import search
from infoscreen_core.services.monitoring.logs.search import FoundLine

router = APIRouter(prefix="/client-logs", tags=["client-logs"])
Levels = Annotated[
    list[str],
    Query(description="Only lines of this level: ERROR, WARN, INFO or DEBUG; may be repeated."),
]
Since = Annotated[
    Instant | None, Query(description="Only lines from this instant on, such as 2026-11-23T07:00Z.")
]
Hours = Annotated[int, Query(description="The window: 1, 6, 24, 72 or 168 hours back from now.")]
_DAY_HOURS: Final = LOG_WINDOW // timedelta(hours=1)
_EVER: Final = datetime(1971, 1, 1, tzinfo=UTC)
_as_line: Final = shape_of(LogLineModel)
_as_summary: Final = shape_of(LogSummaryModel)
_as_totals: Final = shape_of(OverviewTotals)
_as_latest_line: Final = shape_of(LatestLine)
_as_picture: Final = shape_of(LatestPicture)


@router.get(
    "/summary",
    summary="Count log lines",
    operation_id="summarizeClientLogs",
    response_model=list[LogSummaryModel],
)
def summarize(
    request: Request, page: Paging, caller: ReadsAsAdmin, hours: Hours = _DAY_HOURS
) -> Response:
    """List all players by their UUIDs with how many lines of each level they logged."""
    window = check_window(hours)
    with caller.read() as session:
        found = overview.list_logged(
            session, after=uuid_after(page), limit=page.limit + 1, window=window, at=clockwork()
        )
    return listed_as(request, page, found, shape=_as_summary, place=_place_of_summary)


@router.get(
    "/recent-errors",
    summary="List recent errors",
    operation_id="listRecentErrors",
    response_model=list[LogLineModel],
)
def list_recent_errors(
    request: Request, page: Paging, caller: ReadsAsAdmin, since: Since = None
) -> Response:
    """List the errors of all players, newest first."""
    return _lines(request, page, caller, _wanted(["ERROR"], since))


@router.get(
    "/monitoring-overview",
    summary="See how the fleet does",
    operation_id="getMonitoringOverview",
    response_model=Overview,
)
def read_overview(
    request: Request, page: Paging, caller: ReadsAsAdmin, hours: Hours = _DAY_HOURS
) -> Response:
    """Return the figures over all screens, and a piece of the players with what they last did.

    The figures are those of all screens in service, also when more players follow.
    """
    window, at = check_window(hours), clockwork()
    with caller.read() as session:
        totals = overview.read_totals(session, window=window, at=at)
        found = overview.list_watched(
            session, after=uuid_after(page), limit=page.limit + 1, window=window, at=at
        )
    kept, last = piece(found, page)
    body = {
        "hours": hours,
        "generatedAt": at.now,
        "totals": {**_as_totals(totals), "statuses": _by_word(totals.statuses)},
        "clients": [_as_watched(one) for one in kept],
    }
    return answer(body, headers=links(request, None if last is None else (last.player.uuid,)))


@router.get(
    "/{uuid}/logs",
    summary="List a player's log lines",
    operation_id="listClientLogs",
    response_model=list[LogLineModel],
)
def list_logs(
    request: Request,
    uuid: Uuid,
    page: Paging,
    caller: ReadsAsAdmin,
    level: Levels = [],  # noqa: B006 - FastAPI copies it
    since: Since = None,
) -> Response:
    """List what a player logged, newest first."""
    return _lines(request, page, caller, _wanted(level, since), client_uuid=uuid)


def _lines(
    request: Request,
    page: PageQuery,
    caller: Caller,
    wanted: LogFilter,
    *,
    client_uuid: str | None = None,
) -> Response:
    last = page.after_as(tuple[datetime, int])
    with caller.read() as session:
        wanted = search.narrowed(session, wanted, group_id=None, client_uuid=client_uuid)
        found = search.find_lines(
            session,
            wanted,
            before=LinePlace(*last) if last else None,
            limit=page.limit + 1,
            with_context=True,
        )
    return listed_as(request, page, found.lines, shape=_as_line, place=_place_of_line)


def _wanted(levels: list[str], since: datetime | None) -> LogFilter:
    chosen = frozenset(map(_level, levels)) or ALL_LEVELS
    return LogFilter(start=since or _EVER, levels=chosen)


def _level(word: str) -> LogLevel:
    try:
        return LogLevel(word.strip().upper())
    except ValueError:
        raise InvalidInputError(
            "There is no level {value}; choose one of {known}.",
            field="level",
            value=shown(word),
            known=", ".join(LogLevel),
        ) from None


def _as_watched(entry: WatchedEntry) -> Json:
    picture, log, error = entry.picture, entry.latest_log, entry.latest_error
    return {
        **as_client(entry.player),
        "currentEventTitle": entry.current_event_title,
        "latestScreenshot": _as_picture(picture) if picture else None,
        "latestLog": _as_latest_line(log) if log else None,
        "latestError": _as_latest_line(error) if error else None,
        "errorCount": entry.error_count,
        "warnCount": entry.warn_count,
    }


def _by_word(statuses: Mapping[Status, int]) -> Json:
    return {status.value: number for status, number in statuses.items()}


def _place_of_summary(entry: LoggedEntry) -> tuple[str]:
    return (entry.client_uuid,)


def _place_of_line(line: FoundLine) -> tuple[object, ...]:
    return line.at, line.id
