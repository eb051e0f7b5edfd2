"""Commands and their figures as files, for whoever may open their page."""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from console.commands.asked import read_division, read_question
from console.commands.data import Figures, read_figures
from console.commands.presenters import files as presenters
from console.i18n import use_language
from console.runtime import now, read_session
from console.web.files.downloads import CSV, download_headers, find_reader, not_allowed
from console.web.visitors import language_of, zone_of
from infoscreen_core.domain.commands.figures import Division
from infoscreen_core.errors import InfoscreenError, NotFoundError
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.commands import history
from infoscreen_core.services.commands.export import file_chunks
from infoscreen_core.services.commands.rollouts.rollouts import list_members

_PAGE: Final = "commands"
_MOST: Final = 100_000
"""Lines of a file that is written in one go."""
_FIGURES: Final[dict[str, Callable[[Figures, Division, tzinfo], str]]] = {
    "ends": lambda found, _division, zone: presenters.ends_csv(found, zone),
    "errors": lambda found, _division, _zone: presenters.errors_csv(found),
    "waits": lambda found, division, _zone: presenters.waits_csv(found, division),
}


def serve_as(kind: FileFormat) -> Callable[[Request], Response]:
    """Return what answers `/commands.csv` or so: the commands that the page's query asks for."""
    return partial(_serve, kind)


def figures_csv(request: Request) -> Response:
    """Serve one of the figures for what the page's query asks for."""
    write = _FIGURES.get(request.path_params["name"])
    if write is None:
        return JSONResponse({"error": "There is no such file.", "code": "not_found"}, 404)
    if refusal := _refusal(request):
        return refusal
    division = read_division(request.query_params)
    with use_language(language_of(request)):
        found = read_figures(read_question(request.query_params), division)
        return _file(request.path_params["name"], write(found, division, found.zone))


def cycles_csv(request: Request) -> Response:
    """Serve the power cycles that the page's query asks for, the newest first."""
    if refusal := _refusal(request):
        return refusal
    question = read_question(request.query_params)
    with use_language(language_of(request)), read_session() as session:
        found = history.find_cycles(
            session, question.wanted(now()), question.cycle_states, limit=_MOST
        )
        text = presenters.cycles_csv(found.cycles, zone_of(request))
    return _file("power", text)


def rollout_csv(request: Request) -> Response:
    """Serve the screens of the roll-out `?rollout=`, in the order of their turns."""
    if refusal := _refusal(request):
        return refusal
    with use_language(language_of(request)), read_session() as session:
        try:
            found = list_members(session, request.query_params.get("rollout", ""), limit=_MOST)
        except NotFoundError as error:
            return _not_found(error)
        text = presenters.members_csv(found, zone_of(request))
    return _file("rollout", text)


def _file(name: str, text: str) -> Response:
    headers = download_headers(f"commands-{name}-{now():%Y%m%d-%H%M}.csv")
    return Response(BYTE_ORDER_MARK + text, media_type=CSV, headers=headers)


def _not_found(error: InfoscreenError) -> Response:
    return JSONResponse({"error": str(error), "code": error.code}, 404)


def _serve(kind: FileFormat, request: Request) -> Response:
    if refusal := _refusal(request):
        return refusal
    name = f"commands-{now():%Y%m%d-%H%M}.{kind}"
    chunks = _chunks(kind, request)
    return StreamingResponse(chunks, media_type=kind.media_type, headers=download_headers(name))


def _refusal(request: Request) -> Response | None:
    """Return why this person does not get what is asked for, if so."""
    if find_reader(request, _PAGE) is None:
        return not_allowed()
    with read_session() as session:
        try:
            history.check_exists(session, read_question(request.query_params).wanted(now()))
        except InfoscreenError as error:
            return _not_found(error)
    return None


def _chunks(kind: FileFormat, request: Request) -> Iterator[bytes]:
    # A session of its own: this goes on after the answer has begun.
    with read_session() as session:
        wanted = read_question(request.query_params).wanted(now())
        yield from file_chunks(history.each_portion(session, wanted), kind, zone_of(request))
