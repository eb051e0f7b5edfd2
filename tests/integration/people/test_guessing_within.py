"""Wrong current passwords within a session: counted, and the session that guesses ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.people import api_tokens, own_account, sign_in, users
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME, LOCKOUT_WINDOW
from infoscreen_core.services.people.sign_in import SignedIn
from infoscreen_core.services.people.tokens import token_hash
from tests.support.at_once import at_once
from tests.support.databases import Lender, sessions_on
from tests.support.people import NOW, acting_as, actions_of, add_user

Sessions = sessionmaker[Session]
PASSWORD, NEW = "vier rote Fahrräder", "fünf ganz andere Wörter"
WRONG = "x" * 2000
"""Too long to be hashed, so that a test with many failures is quick."""
LAST, MINUTE = FAILURES_PER_NAME - 1, timedelta(minutes=1)


@pytest.fixture
def anna(sessions: Sessions) -> Actor:
    """Anna has an account."""
    return _add(sessions)


def _add(sessions: Sessions) -> Actor:
    with sessions.begin() as session:
        return acting_as(add_user(session, "anna", PASSWORD, Role.EDITOR))


def _enter(sessions: Sessions) -> str:
    with sessions.begin() as session:
        begun = sign_in.sign_in(session, "anna", PASSWORD, ip="10.0.0.9", user_agent=None, now=NOW)
    assert isinstance(begun, SignedIn)
    return begun.token


def _with(anna: Actor, secret: str) -> Actor:
    return Actor(anna.user_id, anna.name, anna.role, anna.source, token_hash(secret))


def _change(sessions: Sessions, actor: Actor, current: str = WRONG, *, now: datetime = NOW) -> str:
    """Return what a try to change the password came to."""
    try:
        in_transaction(
            sessions,
            lambda session: own_account.change_own_password(
                session, current=current, new=NEW, actor=actor, now=now
            ),
        )
    except InfoscreenError as error:
        return error.code
    return "done"


def _why_over(sessions: Sessions, token: str) -> SessionEnd | None:
    with sessions() as session:
        return sign_in.why_over(session, token, now=NOW)


def test_the_session_that_guesses_ends_and_the_others_stay(sessions: Sessions, anna: Actor) -> None:
    stolen, own = _enter(sessions), _enter(sessions)
    thief = _with(anna, stolen)
    assert [_change(sessions, thief) for _ in range(LAST)] == ["invalid"] * LAST
    assert _why_over(sessions, stolen) is None
    assert _change(sessions, thief) == "limited"
    assert _why_over(sessions, stolen) is SessionEnd.GUESSED
    assert _why_over(sessions, own) is None
    with sessions() as session:
        assert actions_of(session)[-6:] == [
            *["user.password_refused"] * FAILURES_PER_NAME,
            "user.guessing_stopped",
        ]
        entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry
        assert (entry.actor_id, entry.source, entry.entity_id) == (
            anna.user_id,
            anna.source,
            str(anna.user_id),
        )
    assert _change(sessions, thief, PASSWORD) == "limited"  # who tried at the same moment
    assert _change(sessions, _with(anna, own), PASSWORD) == "done"


def test_for_fifteen_minutes_even_the_right_password_is_not_looked_at(
    sessions: Sessions, anna: Actor
) -> None:
    thief = _with(anna, _enter(sessions))
    for _ in range(FAILURES_PER_NAME):
        _change(sessions, thief)
    assert _change(sessions, thief, PASSWORD, now=NOW + 14 * MINUTE) == "limited"
    assert _change(sessions, thief, PASSWORD, now=NOW + 15 * MINUTE) == "done"


def test_failures_count_while_they_are_recent_and_until_the_right_password(
    sessions: Sessions, anna: Actor
) -> None:
    own = _with(anna, _enter(sessions))
    for number in range(3 * FAILURES_PER_NAME):  # never five within the window
        at = NOW + number * LOCKOUT_WINDOW / LAST
        assert _change(sessions, own, now=at) == "invalid"
    for _ in range(2):
        later = NOW + 10 * LOCKOUT_WINDOW
        assert [_change(sessions, own, now=later) for _ in range(LAST)] == ["invalid"] * LAST
        with sessions.begin() as session:
            own_account.get_confirmed(session, PASSWORD, actor=own, now=later)


def test_the_door_and_the_inside_are_counted_apart(sessions: Sessions, anna: Actor) -> None:
    thief = _with(anna, _enter(sessions))
    for _ in range(FAILURES_PER_NAME):
        _change(sessions, thief)
    _enter(sessions)  # she comes in as ever
    with sessions.begin() as session:
        for _ in range(FAILURES_PER_NAME):
            sign_in.sign_in(session, "anna", WRONG, ip="192.0.2.7", user_agent=None, now=NOW)
    assert _change(sessions, _with(anna, _enter(sessions)), PASSWORD) == "done"


def test_an_api_token_that_guesses_ends(sessions: Sessions, anna: Actor) -> None:
    with sessions.begin() as session:
        last_day = (NOW + timedelta(days=30)).date()
        stolen, other = (
            api_tokens.create_token(session, name, Scope.WRITE, last_day, actor=anna, now=NOW)
            for name in ("stolen", "other")
        )
    thief = _with(anna, stolen.secret)
    tries = [_change(sessions, thief) for _ in range(FAILURES_PER_NAME)]
    assert tries == ["invalid"] * LAST + ["limited"]
    with sessions() as session:
        assert api_tokens.find_bearer(session, stolen.secret, now=NOW) is None
        assert api_tokens.find_bearer(session, other.secret, now=NOW)
        assert actions_of(session)[-2:] == ["user.guessing_stopped", "api_token.revoked"]


def test_an_administrator_lifts_it(sessions: Sessions, anna: Actor) -> None:
    own = _with(anna, _enter(sessions))
    for _ in range(FAILURES_PER_NAME):
        _change(sessions, own)
    with sessions.begin() as session:
        users.unlock_user(session, anna.user_id or 0, actor=CLI, now=NOW)
    assert _change(sessions, own, PASSWORD) == "done"


@pytest.fixture
def database(lender: Lender) -> Iterator[Sessions]:
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


def test_guesses_at_the_same_moment_are_no_more_than_one_after_another(
    database: Sessions,
) -> None:
    anna = _add(database)
    thief = _with(anna, _enter(database))
    tries = at_once(*[lambda: _change(database, thief)] * 12)
    told = sorted(str(one.result()) for one in tries)
    assert told == ["invalid"] * LAST + ["limited"] * (12 - LAST)
    with database() as session:
        assert actions_of(session).count("user.password_refused") == FAILURES_PER_NAME
        assert actions_of(session).count("user.guessing_stopped") == 1
