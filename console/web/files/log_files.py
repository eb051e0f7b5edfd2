"""The lines of the logs page as a file, sent while they are read: of any number, little memory."""

from collections.abc import Callable, Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from console.logs.filters import read_question
from console.runtime import now, read_session
from console.web.files.downloads import download_headers, not_allowed
from console.web.visitors import find_visitor, zone_of
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.monitoring.logs import export as log_export
from infoscreen_core.services.monitoring.logs import search as log_search


def serve_as(kind: FileFormat) -> Callable[[Request], Response]:
    """Return what answers `/logs.csv` or so: the lines that the page's query asks for."""
    return partial(_serve, kind)


def _serve(kind: FileFormat, request: Request) -> Response:
    at = now()
    question = read_question(dict(request.query_params), at)
    person = find_visitor(request)
    if person is None or not has_at_least(person.role, Role.ADMIN):
        return not_allowed()
    with read_session() as session:
        try:
            question.filter_in(session)
        except InfoscreenError as error:
            return JSONResponse({"error": str(error), "code": error.code}, 404)
    name = f"logs-{at:%Y%m%d-%H%M}.{kind}"
    chunks = _chunks(request, kind)
    return StreamingResponse(chunks, media_type=kind.media_type, headers=download_headers(name))


def _chunks(request: Request, kind: FileFormat) -> Iterator[bytes]:
    # A session of its own: this goes on after the answer has begun.
    question = read_question(dict(request.query_params), now())
    with read_session() as session:
        portions = log_search.each_portion(session, question.filter_in(session), with_context=True)
        yield from log_export.file_chunks(portions, kind, zone_of(request))
