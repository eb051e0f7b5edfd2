"""The figures of the analysis as files to download, for whoever may open its page."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.analysis.patterns.data import Patterns, read_patterns
from console.analysis.presenters.comparison import changes_of
from console.analysis.presenters.files import comparison_csv, outages_csv, screens_csv, weeks_csv
from console.analysis.presenters.pattern_files import families_csv, heat_csv, storms_csv
from console.analysis.snapshots import read_analysis, read_screens
from console.analysis.span import Asked, read_asked
from console.i18n import use_language
from console.runtime import now
from console.web.files.downloads import CSV, download_headers, find_reader, not_allowed
from console.web.visitors import language_of
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK


def _patterns(asked: Asked) -> Patterns:
    return read_patterns(asked.weeks, asked.group)


def _screens(asked: Asked) -> str:
    names = read_analysis(asked.weeks, asked.without_tv_off).groups
    return screens_csv(read_screens(asked.weeks, asked.group, asked.without_tv_off), names)


def _comparison(asked: Asked) -> str:
    found = read_analysis(asked.weeks, asked.without_tv_off)
    return comparison_csv(changes_of(found.sums, found.sums_before, found.groups))


_TABLES: Final[dict[str, Callable[[Asked], str]]] = {
    "weeks": lambda of: weeks_csv(read_analysis(of.weeks, of.without_tv_off)),
    "outages": lambda of: outages_csv(read_screens(of.weeks, of.group, of.without_tv_off)),
    "screens": _screens,
    "comparison": _comparison,
    "errors": lambda of: families_csv(_patterns(of)),
    "storms": lambda of: storms_csv(_patterns(of)),
    "heat": lambda of: heat_csv(_patterns(of)),
}


def as_csv(request: Request) -> Response:
    """Serve one of the files for the span (`weeks`) and group (`group`) that are asked for."""
    write = _TABLES.get(request.path_params["name"])
    if write is None:
        return JSONResponse({"error": "There is no such file.", "code": "not_found"}, 404)
    if find_reader(request, "analysis") is None:
        return not_allowed()
    with use_language(language_of(request)):
        text = BYTE_ORDER_MARK + write(read_asked(request.query_params))
    name = f"infoscreen-{request.path_params['name']}-{now():%Y%m%d}.csv"
    return Response(text, media_type=CSV, headers=download_headers(name))
