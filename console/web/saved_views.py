"""`/views/17`: the link of a saved view leads to its page, with the filters that it holds now."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.navigation import may_open, path_of
from console.runtime import read_session
from console.web import frame
from console.web.visitors import find_visitor
from infoscreen_core.services.people.saved_views import ViewOfPage, find_view


def open_view(request: Request) -> Response:
    """Lead to the view's page; to whoever may not see it there is no such address."""
    view = _find(request)
    if view is None:
        return frame.unknown(request)
    query = urlencode(view.query)
    target = f"/{path_of(view.page)}?{query}" if query else f"/{path_of(view.page)}"
    return RedirectResponse(target, 303, headers={"cache-control": "no-store"})


def _find(request: Request) -> ViewOfPage | None:
    person = find_visitor(request)
    if person is None:
        return None
    with read_session() as session:
        view = find_view(session, request.path_params["id"], user_id=person.id)
    return view if view is not None and may_open(person.role, view.page) else None
