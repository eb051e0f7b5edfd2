"""Somebody tries passwords: they stop at the lockout, and nobody else does."""

import pytest

from infoscreen_core.services.people.lockout import FAILURES_PER_ADDRESS, FAILURES_PER_NAME
from tests.support.http.attacks import PASSWORD, Target, is_in, knock

pytestmark = pytest.mark.timeout(300)


def test_guessing_one_account_stops_even_from_ever_new_addresses(target: Target) -> None:
    own = target.signed_in("anna")  # this browser is known from now on
    for number in range(FAILURES_PER_NAME - 1):
        assert knock(target.caller(), "anna", f"guess{number}").status_code == 401
    assert knock(target.caller(), "anna", "the last guess").status_code == 429
    answer = knock(target.caller(), "anna", PASSWORD)
    assert answer.status_code == 429
    assert target.caller().get("/api/auth/me").status_code == 401
    assert is_in(own)  # whose session goes on
    own.post("/logout")
    assert knock(own, "anna", PASSWORD).status_code == 303  # and who comes back at her desk


def test_an_address_book_locks_nobody_out(target: Target) -> None:
    attacker = target.caller()
    answers = [knock(attacker, f"teacher{n}", "wrong").status_code for n in range(30)]
    assert answers[: FAILURES_PER_ADDRESS - 1] == [401] * (FAILURES_PER_ADDRESS - 1)
    assert set(answers[FAILURES_PER_ADDRESS:]) == {429}
    for number in (0, 15, 29):
        assert knock(target.caller(), f"teacher{number}", PASSWORD).status_code == 303


def test_the_api_counts_the_same_attempts(target: Target) -> None:
    caller = target.caller()
    for number in range(FAILURES_PER_NAME):
        body = {"username": "otto", "password": f"guess{number}"}
        refused = caller.post("/api/auth/login", json=body).status_code
        assert refused == (401 if number < FAILURES_PER_NAME - 1 else 429)
    body = {"username": "otto", "password": PASSWORD}
    answer = caller.post("/api/auth/login", json=body)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    assert knock(target.caller(), "otto", PASSWORD).status_code == 429


@pytest.mark.parametrize("name", ["nobody.at.all", "eva"])
def test_a_refusal_does_not_tell_whether_the_account_exists(target: Target, name: str) -> None:
    page = knock(target.caller(), name, "wrong")
    body = {"username": name, "password": "wrong"}
    answer = target.caller().post("/api/auth/login?lang=en", json=body)
    assert (page.status_code, answer.status_code) == (401, 401)
    assert page.text.replace(name, "") == knock(target.caller(), "x" * 9, "wrong").text.replace(
        "x" * 9, ""
    )
    told = answer.json()
    assert told["error"] == "User name or password is wrong."
    assert name not in answer.text
