"""What answers that are files to download have in common."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.navigation import may_open
from console.web.visitors import find_visitor
from infoscreen_core.services.people.views import PersonView

CSV: Final = "text/csv; charset=utf-8"


def download_headers(name: str) -> dict[str, str]:
    """Return the headers of a file that is saved under this name, and kept by nobody between."""
    return {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}


def find_reader(request: Request, page: str) -> PersonView | None:
    """Return who asks, if their role opens the page that the file belongs to."""
    person = find_visitor(request)
    return person if person is not None and may_open(person.role, page) else None


def not_allowed() -> JSONResponse:
    """Return the answer to somebody whose role does not reach."""
    return JSONResponse({"error": "Your role does not allow this.", "code": "not_allowed"}, 403)
