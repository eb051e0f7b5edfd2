"""The entries of the audit page as a file, sent while they are read."""

from collections.abc import Callable, Iterator
from functools import partial

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.audit.asked import read_question
from console.runtime import now, read_session
from console.web.files.downloads import download_headers, find_reader, not_allowed
from console.web.visitors import zone_of
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.audit_trail import export, reading


def serve_as(kind: FileFormat) -> Callable[[Request], Response]:
    """Return what answers `/audit.csv` or so: the entries that the page's query asks for."""
    return partial(_serve, kind)


def _serve(kind: FileFormat, request: Request) -> Response:
    person = find_reader(request, "audit")
    if person is None:
        return not_allowed()
    actor = Actor(person.id, person.username, person.role, "console")
    name = f"audit-{now():%Y%m%d-%H%M}.{kind}"
    chunks = _chunks(request, kind, actor)
    return StreamingResponse(chunks, media_type=kind.media_type, headers=download_headers(name))


def _chunks(request: Request, kind: FileFormat, actor: Actor) -> Iterator[bytes]:
    zone = zone_of(request)
    question = read_question(dict(request.query_params), zone, now())
    with read_session() as session:
        portions = reading.each_portion(session, question.wanted, actor=actor)
        yield from export.file_chunks(portions, kind, zone)
