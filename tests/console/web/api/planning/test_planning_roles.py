"""Who may plan what through the API: each route with each role, and with no sign-in."""

from typing import Any

import pytest

from infoscreen_core.domain.people.roles import Role, has_at_least
from tests.support.http.api import problem_of
from tests.support.http.planning_api import Planners

_EDITORS, _ADMINS, _USERS = Role.EDITOR, Role.ADMIN, Role.USER
ROUTES: tuple[tuple[Role, str, str, Any], ...] = (
    (_EDITORS, "GET", "/events", None),
    (_EDITORS, "POST", "/events", {}),
    (_EDITORS, "GET", "/events/99", None),
    (_EDITORS, "PUT", "/events/99", {}),
    (_EDITORS, "DELETE", "/events/99", None),
    (_EDITORS, "POST", "/events/99/occurrences/2026-09-07/detach", {}),
    (_EDITORS, "DELETE", "/events/99/occurrences/2026-09-07", None),
    (_EDITORS, "POST", "/events/deletions/99/undo", None),
    (_USERS, "GET", "/academic_periods", None),
    (_ADMINS, "POST", "/academic_periods", {}),
    (_USERS, "GET", "/academic_periods/active", None),
    (_USERS, "GET", "/academic_periods/for_date?date=2026-11-23", None),
    (_USERS, "GET", "/academic_periods/99", None),
    (_ADMINS, "PUT", "/academic_periods/99", {}),
    (_ADMINS, "DELETE", "/academic_periods/99", None),
    (_USERS, "GET", "/academic_periods/99/usage", None),
    (_ADMINS, "POST", "/academic_periods/99/activate", None),
    (_ADMINS, "POST", "/academic_periods/99/archive", None),
    (_ADMINS, "POST", "/academic_periods/99/restore", None),
    (_EDITORS, "GET", "/holidays", None),
    (_EDITORS, "POST", "/holidays", {}),
    (_EDITORS, "POST", "/holidays/upload", None),
    (_EDITORS, "GET", "/holidays/99", None),
    (_EDITORS, "PUT", "/holidays/99", {}),
    (_EDITORS, "DELETE", "/holidays/99", None),
    (_EDITORS, "GET", "/eventmedia", None),
    (_EDITORS, "POST", "/eventmedia", None),
    (_EDITORS, "GET", "/eventmedia/folders", None),
    (_EDITORS, "GET", "/eventmedia/99", None),
    (_EDITORS, "PUT", "/eventmedia/99", {}),
    (_EDITORS, "DELETE", "/eventmedia/99", None),
    (_EDITORS, "GET", "/eventmedia/99/uses", None),
    (_EDITORS, "POST", "/conversions/99/pdf", None),
    (_EDITORS, "GET", "/conversions/99/status", None),
)


@pytest.mark.parametrize(("least", "method", "path", "body"), ROUTES)
def test_each_role_may_what_the_contract_says(
    planners: Planners, least: Role, method: str, path: str, body: object
) -> None:
    for role in Role:
        answer = planners[role].call(method, path, body)
        if has_at_least(role, least):
            assert answer.status_code in {200, 404, 422}, (role, answer.text)
        else:
            assert problem_of(answer) == (403, "not_allowed"), role
    assert problem_of(planners.nobody().call(method, path, body)) == (401, "signed_out")


def test_no_route_is_forgotten(planners: Planners) -> None:
    document = planners.nobody().read("/openapi.json")
    prefixes = ("/events", "/academic_periods", "/holidays", "/eventmedia", "/conversions")
    known = {
        (method.upper(), path)
        for path, item in document["paths"].items()
        for method in item
        if path.startswith(prefixes) and "x-role" in item[method]
    }
    assert len(known) == len(ROUTES)
    roles = {
        (method.upper(), item[method]["x-role"])
        for path, item in document["paths"].items()
        for method in item
        if path.startswith(prefixes) and "x-role" in item[method]
    }
    assert roles == {(method, least.value) for least, method, _path, _body in ROUTES}


def test_a_foreign_page_changes_nothing(planners: Planners) -> None:
    answer = planners.editor.call("DELETE", "/events/1", origin="https://evil.example")
    assert problem_of(answer) == (403, "foreign_origin")
