"""Which pages may change something with a visitor's cookie."""

from collections.abc import Callable

import pytest

from infoscreen_core.domain.people.roles import Role
from tests.support.http.api import Api, problem_of

AsRole = Callable[[Role], Api]
_OWN, _FOREIGN = "http://infoscreen.test", "http://evil.test"
_CHANGE = ("PUT", "/auth/change-password")
_BODY = {"currentPassword": "a", "newPassword": "b"}


def _refused(caller: Api, **headers: str) -> bool:
    answer = caller.call(*_CHANGE, _BODY, **headers)
    assert problem_of(answer)[0] in {403, 422}
    return answer.status_code == 403


def test_a_program_that_comes_from_no_page_needs_nothing(as_role: AsRole) -> None:
    assert not _refused(as_role(Role.USER))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": _OWN},
        {"referer": f"{_OWN}/calendar"},
        {"sec_fetch_site": "same-origin"},
        {"origin": _OWN, "referer": f"{_OWN}/", "sec_fetch_site": "same-origin"},
    ],
)
def test_our_own_page_needs_the_sessions_token(as_role: AsRole, headers: dict[str, str]) -> None:
    caller = as_role(Role.USER)
    token = caller.read("/auth/me")["csrfToken"]
    assert _refused(caller, **headers)
    assert _refused(caller, **headers, x_csrf_token="f" * 64)
    assert not _refused(caller, **headers, x_csrf_token=token)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": _FOREIGN},
        {"origin": "null"},
        {"origin": "http://infoscreen.test.evil.test"},
        {"origin": "http://[broken"},
        {"referer": f"{_FOREIGN}/?{_OWN}"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "none"},
        {"origin": _OWN, "sec_fetch_site": "cross-site"},
        {"origin": _OWN, "referer": f"{_FOREIGN}/"},
    ],
)
def test_any_other_page_is_refused_even_with_the_token(
    as_role: AsRole, headers: dict[str, str]
) -> None:
    caller = as_role(Role.USER)
    token = caller.read("/auth/me")["csrfToken"]
    answer = caller.call(*_CHANGE, _BODY, **headers, x_csrf_token=token)
    assert problem_of(answer) == (403, "foreign_origin")


def test_a_foreign_page_signs_nobody_in(api: Api) -> None:
    body = {"username": "anna", "password": "wrong"}
    answer = api.call("POST", "/auth/login", body, origin=_FOREIGN)
    assert problem_of(answer) == (403, "foreign_origin")
    assert problem_of(api.call("POST", "/auth/login", body, origin=_OWN)) == (401, "signed_out")
