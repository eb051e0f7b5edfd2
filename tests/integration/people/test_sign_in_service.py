"""Signing in: right and wrong passwords, lockouts, sessions that end."""

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import LoginFailure, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import LimitedError, NotAllowedError
from infoscreen_core.services.people import lockout, users
from infoscreen_core.services.people import sign_in as service
from infoscreen_core.services.people.sign_in import Refused, SignedIn
from tests.support.people import NOW, SUPERADMIN, actions_of, add_user

pytestmark = pytest.mark.slow

PASSWORD = "vier rote Fahrräder"
WRONG = "x" * 2000
"""Too long to be hashed, so that a test with many failures is quick."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def anna(sqlite_sessions: sessionmaker[Session]) -> User:
    return _add_anna(sqlite_sessions)


def _add_anna(sessions: sessionmaker[Session]) -> User:
    with sessions.begin() as session:
        return add_user(session, "Anna", PASSWORD, Role.EDITOR, actor=SUPERADMIN, now=NOW)


def _try(
    sessions: sessionmaker[Session],
    password: str = PASSWORD,
    *,
    name: str = "Anna",
    ip: str = "10.0.0.9",
    now: datetime = NOW,
) -> SignedIn | Refused:
    with sessions.begin() as session:
        return service.sign_in(session, name, password, ip=ip, user_agent="Firefox", now=now)


def _signed_in(result: SignedIn | Refused) -> SignedIn:
    assert isinstance(result, SignedIn)
    return result


def _refusal(result: SignedIn | Refused) -> str:
    assert isinstance(result, Refused)
    return type(result.error).__name__


def _is_good(sessions: sessionmaker[Session], token: str, now: datetime) -> bool:
    with sessions() as session:
        return service.find_session(session, token, now=now) is not None


@pytest.mark.parametrize("name", ["Anna", "anna", " ANNA "])
def test_the_right_password_begins_a_session(
    sqlite_sessions: sessionmaker[Session], anna: User, name: str
) -> None:
    result = _signed_in(_try(sqlite_sessions, name=name))
    assert result.user.id == anna.id
    assert len(result.token) >= 43
    with sqlite_sessions() as session:
        row = session.scalars(select(UserSession)).one()
        assert (row.user_id, row.ip, row.user_agent) == (anna.id, "10.0.0.9", "Firefox")
        assert result.token not in row.token_hash
        assert row.expires_at == NOW + 12 * HOUR
        assert session.get_one(User, anna.id).last_login_at == NOW
        assert actions_of(session) == ["user.created", "user.signed_in"]


@pytest.mark.usefixtures("anna")
@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Anna", "falsch"),
        ("Anna", ""),
        ("Anna", "x" * 2_000_000),
        ("niemand", PASSWORD),
        ("", ""),
        ("\ud800\0" + "x" * 300, "\ud800"),
        ("Anna' OR 1=1 --", PASSWORD),
    ],
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    sqlite_sessions: sessionmaker[Session], name: str, password: str
) -> None:
    result = _try(sqlite_sessions, password, name=name)
    assert isinstance(result, Refused)
    assert isinstance(result.error, NotAllowedError)
    assert str(result.error) == "User name or password is wrong."
    with sqlite_sessions() as session:
        assert len(list(session.scalars(select(LoginFailure)))) == 1


def test_failures_are_noted_with_the_user(
    sqlite_sessions: sessionmaker[Session], anna: User
) -> None:
    _try(sqlite_sessions, WRONG)
    with sqlite_sessions() as session:
        row = session.get_one(User, anna.id)
        assert (row.failed_login_attempts, row.last_failed_login_at, row.locked_until) == (
            1,
            NOW,
            None,
        )


@pytest.mark.parametrize("name", ["Anna", "niemand"])
@pytest.mark.usefixtures("anna")
def test_five_failures_within_15_minutes_lock_a_name_for_15(
    sqlite_sessions: sessionmaker[Session], name: str
) -> None:
    for i in range(4):
        assert (
            _refusal(
                _try(sqlite_sessions, WRONG, name=name, ip=f"10.0.1.{i}", now=NOW + i * MINUTE)
            )
            == "NotAllowedError"
        )
    fifth = NOW + 4 * MINUTE
    assert (
        _refusal(_try(sqlite_sessions, WRONG, name=name, ip="10.0.1.9", now=fifth))
        == "LimitedError"
    )
    locked = _try(sqlite_sessions, name=name, now=fifth + 14 * MINUTE)
    assert isinstance(locked, Refused)
    assert isinstance(locked.error, LimitedError)
    assert str(locked.error) == "Too many failed attempts; try again in 1 min."


def test_after_the_lockout_the_right_password_works_and_wipes_the_slate(
    sqlite_sessions: sessionmaker[Session], anna: User
) -> None:
    for _ in range(5):
        _try(sqlite_sessions, WRONG)
    with sqlite_sessions() as session:
        assert session.get_one(User, anna.id).locked_until == NOW + 15 * MINUTE
        assert "user.locked_out" in actions_of(session)
    assert (
        _refusal(_try(sqlite_sessions, now=NOW + 15 * MINUTE - timedelta(seconds=1)))
        == "LimitedError"
    )
    _signed_in(_try(sqlite_sessions, now=NOW + 15 * MINUTE))
    with sqlite_sessions() as session:
        row = session.get_one(User, anna.id)
        assert (row.failed_login_attempts, row.locked_until) == (0, None)
        assert list(session.scalars(select(LoginFailure))) == []


@pytest.mark.usefixtures("anna")
def test_slow_failures_lock_nobody_out(sqlite_sessions: sessionmaker[Session]) -> None:
    for i in range(8):
        assert _refusal(_try(sqlite_sessions, WRONG, now=NOW + i * 4 * MINUTE)) == "NotAllowedError"
    _signed_in(_try(sqlite_sessions, now=NOW + 30 * MINUTE))


@pytest.mark.usefixtures("anna")
def test_an_address_that_fails_with_many_names_is_locked_out(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    for i in range(lockout.FAILURES_PER_ADDRESS):
        _try(sqlite_sessions, WRONG, name=f"niemand{i}")
    assert _refusal(_try(sqlite_sessions)) == "LimitedError"
    _signed_in(_try(sqlite_sessions, ip="10.0.0.10"))
    _signed_in(_try(sqlite_sessions, now=NOW + 15 * MINUTE))


def test_a_deactivated_user_is_told_so_only_with_the_right_password(
    sqlite_sessions: sessionmaker[Session], anna: User
) -> None:
    with sqlite_sessions.begin() as session:
        users.deactivate_user(session, anna.id, actor=SUPERADMIN, now=NOW)
    right, wrong = _try(sqlite_sessions), _try(sqlite_sessions, WRONG)
    assert isinstance(right, Refused)
    assert isinstance(wrong, Refused)
    assert "deactivated" in str(right.error)
    assert "wrong" in str(wrong.error)


def test_a_session_ends_after_12_hours(sqlite_sessions: sessionmaker[Session], anna: User) -> None:
    token = _signed_in(_try(sqlite_sessions)).token
    for half_hours in range(1, 24):
        with sqlite_sessions.begin() as session:
            found = service.resume(session, token, now=NOW + half_hours * HOUR / 2)
            assert found
            assert found.user.id == anna.id
    assert _is_good(sqlite_sessions, token, NOW + 12 * HOUR - timedelta(seconds=1))
    assert not _is_good(sqlite_sessions, token, NOW + 12 * HOUR)


@pytest.mark.usefixtures("anna")
def test_a_session_ends_after_2_hours_without_use(sqlite_sessions: sessionmaker[Session]) -> None:
    token = _signed_in(_try(sqlite_sessions)).token
    assert _is_good(sqlite_sessions, token, NOW + 2 * HOUR - MINUTE)
    assert not _is_good(sqlite_sessions, token, NOW + 2 * HOUR)


@pytest.mark.usefixtures("anna")
def test_use_is_written_at_most_once_a_minute(sqlite_sessions: sessionmaker[Session]) -> None:
    token = _signed_in(_try(sqlite_sessions)).token
    seen = []
    for seconds in (10, 59, 60, 100, 119, 120):
        with sqlite_sessions.begin() as session:
            found = service.resume(session, token, now=NOW + timedelta(seconds=seconds))
            assert found
            seen.append((found.last_seen_at - NOW).seconds)
    assert seen == [0, 0, 60, 60, 60, 120]


def test_deactivation_ends_a_session_at_once(
    sqlite_sessions: sessionmaker[Session], anna: User
) -> None:
    token = _signed_in(_try(sqlite_sessions)).token
    with sqlite_sessions.begin() as session:
        users.deactivate_user(session, anna.id, actor=SUPERADMIN, now=NOW)
    assert not _is_good(sqlite_sessions, token, NOW)


@pytest.mark.usefixtures("anna")
def test_signing_out_ends_only_that_session(sqlite_sessions: sessionmaker[Session]) -> None:
    first, second = (_signed_in(_try(sqlite_sessions)).token for _ in range(2))
    with sqlite_sessions.begin() as session:
        service.sign_out(session, first, now=NOW)
        service.sign_out(session, "unknown \ud800", now=NOW)
        assert actions_of(session)[-1] == "user.signed_out"
    assert not _is_good(sqlite_sessions, first, NOW)
    assert _is_good(sqlite_sessions, second, NOW)


def test_a_made_up_token_is_nobody(sqlite_sessions: sessionmaker[Session]) -> None:
    assert not _is_good(sqlite_sessions, "made up", NOW)
    assert not _is_good(sqlite_sessions, "", NOW)


@pytest.mark.true_passwords
def test_old_hash_parameters_are_renewed_at_sign_in(
    sqlite_sessions: sessionmaker[Session], anna: User
) -> None:
    with sqlite_sessions.begin() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
        session.get_one(User, anna.id).password_hash = weak.hash(PASSWORD.encode())
    _signed_in(_try(sqlite_sessions))
    with sqlite_sessions() as session:
        assert "m=65536,t=3,p=4" in session.get_one(User, anna.id).password_hash
    _signed_in(_try(sqlite_sessions))


@pytest.mark.usefixtures("anna")
def test_sessions_that_are_over_are_swept_at_the_next_sign_in(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _try(sqlite_sessions)
    later = NOW + 27 * HOUR  # a day later than it was over: a clock may be set back
    _try(sqlite_sessions, now=later)
    with sqlite_sessions() as session:
        assert [row.created_at for row in session.scalars(select(UserSession))] == [later]


def test_the_whole_course_works_on_both_backends(sessions: sessionmaker[Session]) -> None:
    anna = _add_anna(sessions)
    for _ in range(4):
        assert _refusal(_try(sessions, WRONG)) == "NotAllowedError"
    assert _refusal(_try(sessions, WRONG)) == "LimitedError"
    token = _signed_in(_try(sessions, name="ANNA", now=NOW + 15 * MINUTE)).token
    with sessions.begin() as session:
        found = service.resume(session, token, now=NOW + 20 * MINUTE)
        assert found
        assert (found.user.id, found.last_seen_at) == (anna.id, NOW + 20 * MINUTE)
    with sessions.begin() as session:
        service.purge(session, now=NOW + 20 * MINUTE)
        service.sign_out(session, token, now=NOW + 20 * MINUTE)
    assert not _is_good(sessions, token, NOW + 20 * MINUTE)
    with sessions() as session:
        actions = [
            "user.created",
            *["user.sign_in_failed"] * 5,
            *("user.locked_out", "user.signed_in", "user.signed_out"),
        ]
        assert actions_of(session) == actions
