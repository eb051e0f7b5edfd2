"""All that became of a screen as a file to download, for all who may see its page."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.i18n import use_language
from console.runtime import now, read_session
from console.screens.past.span import read_window
from console.screens.presenters.entries import entries_of
from console.screens.presenters.timeline import past_csv
from console.web.files.downloads import CSV, download_headers
from console.web.visitors import find_visitor, language_of, zone_of
from console.words.errors import error_sentence
from console.words.formatting import short_uuid
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InfoscreenError, NotFoundError
from infoscreen_core.services.monitoring.screen.timeline import read_timeline


def as_csv(request: Request) -> Response:
    """Serve the time asked for (`span`, `from`, `to`, as on the page), the oldest line first."""
    uuid, at, zone = request.path_params["uuid"], now(), zone_of(request)
    with use_language(language_of(request)):
        try:
            person = find_visitor(request)
            window = read_window(request.query_params, now=at)
            with read_session() as session:
                found = read_timeline(session, uuid, window, now=at)
        except InfoscreenError as error:
            status = 404 if isinstance(error, NotFoundError) else 400
            text = error_sentence(error, zone, now=at)
            return JSONResponse({"error": text, "code": "wrong_request"}, status)
        may_act = person is not None and has_at_least(person.role, Role.ADMIN)
        text = past_csv(entries_of(found, may_act=may_act), zone)
    name = f"past-{''.join(filter(str.isalnum, short_uuid(uuid)))}-{at:%Y%m%d-%H%M}.csv"
    return Response(text, media_type=CSV, headers=download_headers(name))
