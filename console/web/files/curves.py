"""A screen's health over time as a file to download, for all who may see its page."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from console.runtime import now, read_session
from console.screens.presenters.health import USUAL_VIEW, VIEWS, View, curves_csv
from console.web.files.downloads import CSV, download_headers
from console.web.visitors import zone_of
from console.words.formatting import short_uuid
from infoscreen_core.domain.monitoring.health import DAY, HOUR, STRETCH
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.health import list_stretches

_LONGEST_FINE: Final = 7 * DAY
"""Windows up to this length come in stretches of five minutes, longer ones by the hour."""


def as_csv(request: Request) -> Response:
    """Serve a window (`health`, as on the page) with times of `zone`, oldest first."""
    uuid, view, at = request.path_params["uuid"], _view(request), now()
    length = STRETCH if view.window <= _LONGEST_FINE else HOUR
    with read_session() as session:
        stretches = list_stretches(session, uuid, Span(at - view.window, at), length=length)
    name = f"health-{''.join(filter(str.isalnum, short_uuid(uuid)))}-{at:%Y%m%d-%H%M}.csv"
    text = curves_csv(stretches, zone_of(request))
    return Response(text, media_type=CSV, headers=download_headers(name))


def _view(request: Request) -> View:
    return VIEWS.get(request.query_params.get("health", ""), VIEWS[USUAL_VIEW])
