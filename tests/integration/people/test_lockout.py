"""Who is locked out after wrong passwords: whoever guesses, and nobody else."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import KnownOrigin, LoginFailure, User
from infoscreen_core.domain.people.origins import MOST_ORIGINS, ORIGIN_LIFE, OriginKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import lockout, users
from infoscreen_core.services.people.sign_in import Refused, SignedIn, sign_in
from tests.support.people import ADMIN, NOW, add_user

pytestmark = pytest.mark.slow

Sessions = sessionmaker[Session]
PASSWORD = "vier rote Fahrräder"
WRONG = "x" * 2000
"""Too long to be hashed, so that a test with many failures is quick."""
DESK, HOME, ELSEWHERE = "10.0.0.9", "192.0.2.7", "198.51.100.1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(sessions: Sessions) -> Sessions:
    """Anna and Bert have accounts."""
    with sessions.begin() as session:
        for name in ("Anna", "Bert"):
            add_user(session, name, PASSWORD, Role.EDITOR)
    return sessions


def _try(
    sessions: Sessions,
    password: str = PASSWORD,
    *,
    name: str = "Anna",
    ip: str = DESK,
    device: str | None = None,
    now: datetime = NOW,
) -> SignedIn | Refused:
    with sessions.begin() as session:
        return sign_in(session, name, password, ip=ip, user_agent=None, device=device, now=now)


def _enters(sessions: Sessions, **facts: object) -> bool:
    return isinstance(_try(sessions, **facts), SignedIn)  # type: ignore[arg-type]


def _device(sessions: Sessions, name: str = "Anna", ip: str = DESK) -> str:
    begun = _try(sessions, name=name, ip=ip)
    assert isinstance(begun, SignedIn)
    return begun.device


def _guess(sessions: Sessions, times: int = lockout.FAILURES_PER_NAME, **facts: object) -> None:
    for _ in range(times):
        assert not _enters(sessions, password=WRONG, **facts)


def test_strangers_who_know_the_name_lock_out_strangers_only(people: Sessions) -> None:
    device = _device(people)
    _guess(people, ip=ELSEWHERE)
    assert not _enters(people, ip=ELSEWHERE)
    assert not _enters(people, ip=HOME)  # where nobody knows her yet
    assert _enters(people, ip=DESK)
    assert _enters(people, ip=HOME, device=device)
    assert not _enters(people, ip=ELSEWHERE)  # that she came in did not help the guesser


def test_who_guesses_at_her_own_address_does_not_lock_out_her_browser(people: Sessions) -> None:
    device = _device(people)
    _guess(people, ip=DESK)
    assert not _enters(people, ip=DESK)
    assert _enters(people, ip=DESK, device=device)


def test_one_address_gets_no_further_with_a_thousand_names(people: Sessions) -> None:
    device = _device(people)
    for number in range(1_000):
        assert not _enters(people, password=WRONG, name=f"name-{number}", ip=DESK)
    with people() as session:
        count = session.scalar(select(func.count()).select_from(LoginFailure))
    assert count == lockout.FAILURES_PER_ADDRESS
    assert not _enters(people, name="Bert", ip=DESK)
    assert _enters(people, ip=DESK, device=device)  # she sits behind the same address
    assert not _enters(people, name="Bert", ip=DESK, device=device)  # which does not know Bert


def test_a_network_of_ipv6_is_one_address(people: Sessions) -> None:
    for number in range(lockout.FAILURES_PER_ADDRESS):
        _guess(people, 1, name=f"name-{number}", ip=f"2001:db8:1:2::{number:x}")
    assert not _enters(people, ip="2001:db8:1:2:ffff::1")
    assert _enters(people, ip="2001:db8:1:3::1")


def test_a_browser_that_guesses_itself_is_locked_out_alone(people: Sessions) -> None:
    first, second = _device(people), _device(people, ip=HOME)
    _guess(people, device=first)
    assert not _enters(people, device=first)
    assert _enters(people, device=second)
    assert _enters(people, device=first, now=NOW + 15 * MINUTE)


def test_a_browser_is_known_to_everybody_who_signed_in_with_it(people: Sessions) -> None:
    shared = _device(people)
    begun = _try(people, name="Bert", device=shared)
    assert isinstance(begun, SignedIn)
    assert begun.device == shared
    for name in ("Anna", "Bert"):
        _guess(people, name=name, ip=ELSEWHERE)
        assert _enters(people, name=name, ip=HOME, device=shared)


@pytest.mark.parametrize("device", ["", "x", "x" * 43, "ü" * 43, "x" * 5_000, "\ud800" * 43])
def test_a_made_up_cookie_is_a_strangers(people: Sessions, device: str) -> None:
    _guess(people, ip=ELSEWHERE)
    assert not _enters(people, ip=HOME, device=device)


def test_what_is_known_is_forgotten_when_it_was_not_used_for_long(people: Sessions) -> None:
    device = _device(people)
    later = NOW + ORIGIN_LIFE
    _guess(people, ip=ELSEWHERE, now=later)
    assert not _enters(people, device=device, now=later)
    assert _enters(people, device=device, now=later + 15 * MINUTE)
    with people() as session:  # swept when somebody signed in
        times = set(session.scalars(select(KnownOrigin.last_seen_at)))
    assert times == {later + 15 * MINUTE}


def test_an_account_knows_so_many_browsers_and_no_more(people: Sessions) -> None:
    for minute in range(MOST_ORIGINS + 3):
        assert _enters(people, ip=f"10.0.1.{minute}", now=NOW + minute * MINUTE)
    with people() as session:
        for kind in OriginKind:
            known = list(session.scalars(select(KnownOrigin).where(KnownOrigin.kind == kind)))
            assert len(known) == MOST_ORIGINS
            assert min(one.last_seen_at for one in known) == NOW + 3 * MINUTE


def test_an_administrator_lets_somebody_try_again(people: Sessions) -> None:
    _guess(people, ip=HOME)
    with people.begin() as session:
        anna = session.query(User).filter_by(username="Anna").one()
        assert anna.locked_until == NOW + 15 * MINUTE
        view = users.unlock_user(session, anna.id, actor=ADMIN, now=NOW)
        assert (view.locked_until, view.failed_login_attempts) == (None, 0)
    assert _enters(people, ip=HOME)


def test_with_a_new_password_no_browser_is_known_any_more(people: Sessions) -> None:
    device = _device(people)
    with people.begin() as session:
        anna = session.query(User).filter_by(username="Anna").one()
        users.set_password(session, anna.id, "noch ein gutes Wort", actor=ADMIN, now=NOW)
    _guess(people, ip=ELSEWHERE)
    assert not _enters(people, password="noch ein gutes Wort", device=device)


def test_the_list_says_until_when_strangers_are_locked_out(people: Sessions) -> None:
    device = _device(people)
    _guess(people, ip=ELSEWHERE)
    assert _enters(people, device=device, now=NOW + MINUTE)
    with people() as session:
        anna = session.query(User).filter_by(username="Anna").one()
        assert (anna.locked_until, anna.failed_login_attempts) == (NOW + 15 * MINUTE, 0)
    assert _enters(people, device=device, now=NOW + 16 * MINUTE)
    with people() as session:
        assert session.query(User).filter_by(username="Anna").one().locked_until is None
