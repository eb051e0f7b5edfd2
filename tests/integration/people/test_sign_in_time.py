"""How long a refusal takes does not tell whether the account exists."""

import time
from statistics import median

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import lockout, users
from infoscreen_core.services.people.sign_in import Refused, sign_in
from tests.support.people import ADMIN, NOW, add_user

pytestmark = [pytest.mark.slow, pytest.mark.true_passwords]

ROUNDS = 8
KINDS = ("known", "inactive", "unknown")


@pytest.fixture
def sessions_of_many(sqlite_sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Accounts that are known and deactivated; each is tried once, so that none is locked out."""
    with sqlite_sessions.begin() as session:
        stored = add_user(session, "pattern", "vier rote Fahrräder", Role.USER).password_hash
        for number in range(ROUNDS):
            for kind in ("known", "inactive"):
                user = add_user(session, f"{kind}{number}", "vier rote Fahrräder", Role.USER)
                user.password_hash = stored
                session.flush()
                if kind == "inactive":
                    users.deactivate_user(session, user.id, actor=ADMIN, now=NOW)
    return sqlite_sessions


def _work(sessions: sessionmaker[Session], name: str, number: int) -> float:
    """Seconds of processor time, of all threads: other programs do not count."""
    with sessions.begin() as session:
        begun = time.process_time()
        refused = sign_in(
            session, name, "ein falsches Wort", ip=f"10.0.1.{number}", user_agent=None, now=NOW
        )
        spent = time.process_time() - begun
    assert isinstance(refused, Refused)
    assert str(refused.error) == "User name or password is wrong."
    return spent


def test_unknown_deactivated_and_known_names_take_equal_time(
    sessions_of_many: sessionmaker[Session],
) -> None:
    spent: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for number in range(ROUNDS):  # in turns, and the first unknown one counts as well
        for kind in KINDS:
            spent[kind].append(_work(sessions_of_many, f"{kind}{number}", number))
    usual = median(spent["known"])
    assert usual > 0.02, "these are not the product's hashes"
    for kind in KINDS:
        assert 0.7 < median(spent[kind]) / usual < 1.4, spent
    assert spent["unknown"][0] / usual < 1.6, spent


def test_a_lockout_answers_alike_for_names_that_exist_and_those_that_do_not(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        add_user(session, "anna", "vier rote Fahrräder", Role.USER)
    told = {}
    for name in ("anna", "nobody"):
        with sqlite_sessions.begin() as session:
            told[name] = [
                str(refused.error)
                for place in range(lockout.FAILURES_PER_NAME + 1)
                if isinstance(
                    refused := sign_in(
                        session, name, "x" * 2000, ip=f"10.0.2.{place}", user_agent=None, now=NOW
                    ),
                    Refused,
                )
            ]
    assert told["anna"] == told["nobody"]
    assert "Too many failed attempts" in told["anna"][-1]
