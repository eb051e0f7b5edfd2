"""A player's log as a file to download, for those who may see it on the page."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from console.i18n import use_language
from console.monitoring.presenters.log_history import BUCKETS, CSV_LIMIT, DEFAULT_HOURS
from console.monitoring.presenters.logs import log_csv
from console.runtime import now, read_session
from console.web.files.downloads import CSV, download_headers, not_allowed
from console.web.visitors import find_visitor, language_of, zone_of
from console.words.formatting import short_uuid
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK
from infoscreen_core.services.monitoring.logs.latest import list_logs


def as_csv(request: Request) -> Response:
    """Serve a window (`hours`) and levels (`level=ERROR,WARN`), newest first, times of `zone`."""
    uuid = request.path_params["uuid"]
    person = find_visitor(request)
    if person is None or not has_at_least(person.role, Role.ADMIN):
        return not_allowed()
    with read_session() as session:
        since = now() - timedelta(hours=_hours(request))
        lines = list_logs(session, uuid, since=since, levels=_levels(request), limit=CSV_LIMIT)
    with use_language(language_of(request)):
        text = BYTE_ORDER_MARK + log_csv(lines, zone_of(request))
    name = f"log-{''.join(filter(str.isalnum, short_uuid(uuid)))}-{now():%Y%m%d-%H%M}.csv"
    return Response(text, media_type=CSV, headers=download_headers(name))


def _hours(request: Request) -> int:
    asked = request.query_params.get("hours", "")
    return int(asked) if asked.isdecimal() and int(asked) in BUCKETS else DEFAULT_HOURS


def _levels(request: Request) -> list[LogLevel]:
    asked = request.query_params.get("level", "").split(",")
    return [level for level in LogLevel if level.value in asked] or list(LogLevel)
