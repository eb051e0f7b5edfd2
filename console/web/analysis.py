"""The figures of the analysis as files to download, for whoever may open its page."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.analysis.presenters.files import outages_csv, weeks_csv
from console.analysis.snapshots import read_analysis, read_screens
from console.analysis.span import group_of, weeks_of
from console.i18n import use_language
from console.navigation import may_open
from console.runtime import now, read_session
from console.web.downloads import CSV, download_headers, not_allowed
from console.web.visitors import language_of, session_token
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK
from infoscreen_core.services.people import sign_in

_TABLES: Final[dict[str, Callable[[int, int | None], str]]] = {
    "weeks": lambda weeks, _group: weeks_csv(read_analysis(weeks)),
    "outages": lambda weeks, group: outages_csv(read_screens(weeks, group)),
}


def as_csv(request: Request) -> Response:
    """Serve `weeks.csv` or `outages.csv` for the span (`weeks`) and group (`group`) asked for."""
    write = _TABLES.get(request.path_params["name"])
    if write is None:
        return JSONResponse({"error": "There is no such file.", "code": "not_found"}, 404)
    with read_session() as session:
        person = sign_in.find_person(session, session_token(request) or "", now=now())
    if person is None or not may_open(person.role, "analysis"):
        return not_allowed()
    query = request.query_params
    weeks, group = weeks_of(query.get("weeks", "")), group_of(query.get("group", ""))
    with use_language(language_of(request)):
        text = BYTE_ORDER_MARK + write(weeks, group)
    name = f"infoscreen-{request.path_params['name']}-{now():%Y%m%d}.csv"
    return Response(text, media_type=CSV, headers=download_headers(name))
