"""Role by route by action: the table of the contract, and each cell of it tried with each role.

The routes come from the API itself and the pages from the registry, so a new one that says nothing
about itself here fails.
"""

import re
from collections import Counter

import pytest
from starlette.routing import Route
from starlette.types import ASGIApp

from console.asgi import routes
from console.navigation import REGISTRY, PageEntry, may_open
from console.web.api import callers
from infoscreen_core.domain.people.roles import Role, has_at_least
from tests.support.console import Console, html_of
from tests.support.http.api import Api, problem_of
from tests.support.http.api_cells import Cell, cells, furnish
from tests.support.people import actions_of

pytestmark = pytest.mark.slow

_U, _E, _A, _S = Role.USER, Role.EDITOR, Role.ADMIN, Role.SUPERADMIN
_ANYBODY = None
CONTRACT: dict[str, Role | None] = {
    "POST /auth/login": _ANYBODY,
    "POST /auth/logout": _U,
    "GET /auth/me": _U,
    "PUT /auth/change-password": _U,
    "GET /clients": _U,
    "GET /clients/{}": _U,
    "PUT /clients/{}": _A,
    "DELETE /clients/{}": _A,
    "PUT /clients/{}/description": _A,
    "PUT /clients/group": _A,
    "POST /clients/{}/approve": _A,
    "GET /clients/with_alive_status": _A,
    "GET /clients/crashed": _A,
    "GET /clients/service_failed": _A,
    "POST /clients/{}/clear_service_failed": _A,
    "POST /clients/{}/restart": _A,
    "POST /clients/{}/shutdown": _A,
    "POST /clients/{}/restart_app": _A,
    "GET /clients/commands/{}": _A,
    "POST /clients/commands/{}/cancel": _A,
    "GET /clients/{}/commands": _A,
    "POST /clients/{}/screenshot": _A,
    "GET /groups": _E,
    "POST /groups": _A,
    "PUT /groups/{}": _A,
    "DELETE /groups/{}": _A,
    "GET /groups/with_clients": _E,
    "GET /groups/order": _E,
    "POST /groups/order": _E,
    "GET /events": _E,
    "POST /events": _E,
    "GET /events/{}": _E,
    "PUT /events/{}": _E,
    "DELETE /events/{}": _E,
    "POST /events/{}/occurrences/{}/detach": _E,
    "DELETE /events/{}/occurrences/{}": _E,
    "GET /academic_periods": _U,
    "POST /academic_periods": _A,
    "GET /academic_periods/active": _U,
    "GET /academic_periods/for_date": _U,
    "GET /academic_periods/{}": _U,
    "PUT /academic_periods/{}": _A,
    "DELETE /academic_periods/{}": _A,
    "GET /academic_periods/{}/usage": _U,
    "POST /academic_periods/{}/activate": _A,
    "POST /academic_periods/{}/archive": _A,
    "POST /academic_periods/{}/restore": _A,
    "GET /holidays": _E,
    "POST /holidays": _E,
    "POST /holidays/upload": _E,
    "PUT /holidays/{}": _E,
    "DELETE /holidays/{}": _E,
    "GET /users": _A,
    "POST /users": _A,
    "GET /users/{}": _A,
    "PUT /users/{}": _A,
    "DELETE /users/{}": _S,
    "PUT /users/{}/password": _A,
    "GET /system-settings": _A,
    "PUT /system-settings": _A,
    "GET /system-settings/{}": _A,
    "PUT /system-settings/{}": _A,
    "GET /system-settings/supplement-table": _A,
    "POST /system-settings/supplement-table": _A,
    "GET /client-logs/{}/logs": _A,
    "GET /client-logs/summary": _A,
    "GET /client-logs/recent-errors": _A,
    "GET /client-logs/monitoring-overview": _A,
    "GET /eventmedia": _E,
    "POST /eventmedia": _E,
    "PUT /eventmedia/{}": _E,
    "DELETE /eventmedia/{}": _E,
    "POST /conversions/{}/pdf": _E,
    "GET /conversions/{}/status": _E,
}
BEYOND: dict[str, Role | None] = {
    "POST /events/deletions/{}/undo": _E,
    "GET /eventmedia/{}": _E,
    "GET /eventmedia/folders": _E,
    "GET /eventmedia/{}/uses": _E,
    "GET /holidays/{}": _E,
}
"""What is there beside the contract."""
SAME_AS_PAGES = {
    "users": "GET /users",
    "settings": "GET /system-settings",
    "library": "GET /eventmedia",
    "commands": "GET /clients/commands/{}",
    "clients": "GET /clients/with_alive_status",
    "periods": "GET /academic_periods",
    "monitoring": "GET /clients",
}
"""Pages, and the routes that tell the same."""
_DOORS = frozenset(
    {"/healthz", "/readyz", "/login", "/login/provider", "/logout", "/icon.svg", "/favicon.png"}
)


def _key(cell: Cell) -> str:
    return f"{cell.method} {re.sub(r'{[^}]*}', '{}', cell.path)}"


def test_the_routes_are_those_of_the_contract_with_its_roles() -> None:
    assert {_key(cell): cell.role for cell in cells()} == CONTRACT | BEYOND
    assert [
        name for name, count in Counter(cell.name for cell in cells()).items() if count > 1
    ] == []


def test_what_only_looks_is_a_get_and_the_rest_is_none() -> None:
    odd = [cell.name for cell in cells() if cell.role and cell.is_change is (cell.method == "GET")]
    assert odd == []


@pytest.mark.parametrize("cell", cells(), ids=lambda cell: cell.name)
def test_each_route_opens_for_those_who_may(app: ASGIApp, console: Console, cell: Cell) -> None:
    with console.sessions.begin() as session:
        values = furnish(session)
    callers_of = {role: Api(app, token=console.sign_in_as(role)) for role in Role}
    body, kind = cell.body(values)
    for role, caller in callers_of.items():
        answer = caller.ask(cell.method, f"/api{cell.address(values)}", body, content_type=kind)
        assert answer.status_code < 500, (role, answer.text)
        may = cell.role is None or has_at_least(role, cell.role)
        if not may:
            assert problem_of(answer) == (403, "not_allowed"), role
        elif cell.name != "login":
            assert answer.status_code not in {401, 403, 405, 415}, (role, answer.text)
    stranger = Api(app).ask(cell.method, f"/api{cell.address(values)}", body, content_type=kind)
    assert (stranger.status_code == 401) is (cell.role is not None)


@pytest.mark.parametrize(
    "cell",
    [cell for cell in cells() if cell.is_change and cell.role not in {None, Role.USER}],
    ids=lambda cell: cell.name,
)
def test_the_services_refuse_what_routes_let_through(
    app: ASGIApp, console: Console, cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callers, "has_at_least", lambda _role, _needed: True)
    with console.sessions.begin() as session:
        values = furnish(session)
    body, kind = cell.body(values)
    for role in Role:
        if cell.role is None or has_at_least(role, cell.role):
            continue
        caller = Api(app, token=console.sign_in_as(role))
        with console.sessions() as session:
            before = actions_of(session)
        answer = caller.ask(cell.method, f"/api{cell.address(values)}", body, content_type=kind)
        assert problem_of(answer) == (403, "not_allowed"), (role, answer.text)
        with console.sessions() as session:
            assert actions_of(session) == before


@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.name)
def test_each_page_opens_for_those_who_may(console: Console, entry: PageEntry) -> None:
    for role in Role:
        console.sign_in_as(role)
        app = console.open(entry.path)
        assert not app.exception
        is_refused = "ab der Rolle" in html_of(app)
        assert is_refused is not has_at_least(role, entry.role), role
        assert may_open(role, entry.name) is not is_refused


@pytest.mark.parametrize(("page", "route"), SAME_AS_PAGES.items())
def test_a_page_and_its_route_are_open_to_the_same(page: str, route: str) -> None:
    pages = {entry.name: entry.role for entry in REGISTRY}
    if page in pages:  # a page that is yet to come has its route already
        assert CONTRACT[route] is pages[page]


def test_nothing_beside_the_pages_is_open_to_strangers(app: ASGIApp) -> None:
    stranger, found = Api(app), {}
    for route in routes():
        if not isinstance(route, Route) or not route.methods or route.path in _DOORS:
            continue
        path = re.sub(r"{[^}]*}", "1", route.path)
        method = "GET" if "GET" in (route.methods or ()) else min(route.methods or ())
        found[route.path] = stranger.ask(method, path).status_code
    assert {path: status for path, status in found.items() if status // 100 != 4} == {}
