"""Signing in with a second factor: the code follows the password."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, SecondFactor, SignInStep, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.people import own_account, password_hashing, users
from infoscreen_core.services.people.codes import second_factor
from infoscreen_core.services.people.codes.second_step import StepOver, give_code
from infoscreen_core.services.people.lockout import Visitor
from infoscreen_core.services.people.sign_in import CodeNeeded, Refused, SignedIn, sign_in
from tests.support.at_once import at_once
from tests.support.http.second_factor import CIPHER, PASSWORD, Enrolled, app_code, enrol, wrong_code
from tests.support.people import NOW, acting_as, actions_of

Sessions = sessionmaker[Session]
VISITOR = Visitor.of("anna", "10.0.0.7", "Firefox", None)
LATER = NOW + timedelta(minutes=10)
STEP = timedelta(seconds=30)


@pytest.fixture
def anna(sessions: Sessions) -> Actor:
    with sessions.begin() as session:
        user = User(
            username="anna",
            password_hash=password_hashing.hash_password(PASSWORD),
            role=Role.EDITOR,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(user)
        session.flush()
        return acting_as(user)


@pytest.fixture
def app(sessions: Sessions, anna: Actor) -> Enrolled:
    """Anna's app, which was set up ten minutes before."""
    with sessions.begin() as session:
        return enrol(session, anna, now=NOW)


def give_password(sessions: Sessions, *, now: datetime = LATER) -> str:
    """Give the right password; return the token with which the code is to follow."""
    with sessions.begin() as session:
        outcome = sign_in(session, "anna", PASSWORD, ip="10.0.0.7", user_agent="Firefox", now=now)
    assert isinstance(outcome, CodeNeeded)
    return outcome.token


def give(
    sessions: Sessions, token: str, code: str, *, now: datetime = LATER, cipher: Cipher = CIPHER
) -> SignedIn | Refused:
    with sessions.begin() as session:
        return give_code(session, token, code, visitor=VISITOR, cipher=cipher, now=now)


def sentence(outcome: SignedIn | Refused) -> str:
    assert isinstance(outcome, Refused)
    return str(outcome.error)


def test_without_a_second_factor_the_password_is_enough(sessions: Sessions, anna: Actor) -> None:
    with sessions.begin() as session:
        second_factor.begin(session, PASSWORD, cipher=CIPHER, actor=anna, now=NOW)  # not confirmed
        outcome = sign_in(session, "anna", PASSWORD, ip="::1", user_agent=None, now=LATER)
        assert isinstance(outcome, SignedIn)


def test_the_session_begins_with_the_code(sessions: Sessions, app: Enrolled) -> None:
    token = give_password(sessions)
    with sessions() as session:
        assert session.scalars(select(UserSession)).all() == []
        assert "user.signed_in" not in actions_of(session)
        assert session.get(SignInStep, token) is None  # only its digest is stored
    outcome = give(sessions, token, app.code(LATER))
    assert isinstance(outcome, SignedIn)
    with sessions() as session:
        (row,) = session.scalars(select(UserSession))
        assert (row.user.username, row.ip, row.user_agent) == ("anna", "10.0.0.7", "Firefox")
        assert actions_of(session)[-1] == "user.signed_in"
        assert session.scalars(select(SignInStep)).all() == []
    assert isinstance(give(sessions, token, app.code(LATER + STEP), now=LATER + STEP), StepOver)


def test_what_is_asked_names_the_second_factor(sessions: Sessions, app: Enrolled) -> None:
    assert app.secret
    with sessions.begin() as session:
        outcome = sign_in(session, "ANNA", PASSWORD, ip="::1", user_agent=None, now=LATER)
        assert isinstance(outcome, CodeNeeded)
        assert (outcome.error.code, outcome.error.field) == ("second_factor", "code")
        wrong = sign_in(session, "anna", "falsch", ip="::1", user_agent=None, now=LATER)
        assert isinstance(wrong, Refused)
        assert not isinstance(wrong, CodeNeeded)  # nobody learns of it without the password


def test_a_code_is_refused_when_it_is_used_again(sessions: Sessions, app: Enrolled) -> None:
    code = app.code(LATER)
    assert isinstance(give(sessions, give_password(sessions), code), SignedIn)
    again = give(sessions, give_password(sessions), code)
    assert "was used before" in sentence(again)
    older = give(sessions, give_password(sessions), app.code(LATER - STEP))
    assert "was used before" in sentence(older)
    later = LATER + STEP
    assert isinstance(give(sessions, give_password(sessions), app.code(later), now=later), SignedIn)


def test_the_code_that_set_it_up_is_used_already(sessions: Sessions, app: Enrolled) -> None:
    token = give_password(sessions, now=NOW)
    assert isinstance(give(sessions, token, app.code(NOW), now=NOW), Refused)
    assert isinstance(give(sessions, token, app.code(NOW + STEP), now=NOW), SignedIn)


def test_of_two_who_show_the_same_code_at_once_one_gets_in(
    sessions: Sessions, app: Enrolled
) -> None:
    tokens = [give_password(sessions) for _ in range(2)]

    def shows(token: str) -> Callable[[], object]:
        return lambda: give(sessions, token, app.code(LATER))

    outcomes = [one.result() for one in at_once(*map(shows, tokens))]
    assert sorted(type(one).__name__ for one in outcomes) == ["Refused", "SignedIn"]


def test_a_recovery_code_is_good_once(sessions: Sessions, app: Enrolled, anna: Actor) -> None:
    first, second = app.recovery_codes[:2]
    assert isinstance(give(sessions, give_password(sessions), first.lower()), SignedIn)
    assert isinstance(give(sessions, give_password(sessions), first), Refused)
    assert isinstance(give(sessions, give_password(sessions), second.replace("-", " ")), SignedIn)
    with sessions() as session:
        view = second_factor.find_view(session, anna.user_id or 0)
        assert view is not None
        assert view.codes_left == 8
        assert actions_of(session).count("user.recovery_code_used") == 2


def test_wrong_codes_end_in_a_pause_from_wherever_they_come(
    sessions: Sessions, app: Enrolled
) -> None:
    wrong = wrong_code(app.secret, LATER)
    for _ in range(4):
        assert "code is wrong" in sentence(give(sessions, give_password(sessions), wrong))
    assert sentence(give(sessions, give_password(sessions), wrong)) == (
        "Too many wrong codes; try again in 15 min."
    )
    with sessions.begin() as session:
        elsewhere = Visitor.of("anna", "192.0.2.1", None, None)
        step = give_password(sessions)
        for code in (app.code(LATER), app.recovery_codes[0]):
            outcome = give_code(session, step, code, visitor=elsewhere, cipher=CIPHER, now=LATER)
            assert "Too many" in sentence(outcome)
        assert actions_of(session).count("user.code_refused") == 5
        assert actions_of(session).count("user.codes_paused") == 1
    after = LATER + timedelta(minutes=15)
    token = give_password(sessions, now=after)
    assert isinstance(give(sessions, token, app.code(after), now=after), SignedIn)


def test_a_right_code_forgets_the_wrong_ones(sessions: Sessions, app: Enrolled) -> None:
    wrong = wrong_code(app.secret, LATER)
    for _ in range(4):
        give(sessions, give_password(sessions), wrong)
    assert isinstance(give(sessions, give_password(sessions), app.code(LATER)), SignedIn)
    for _ in range(4):
        assert "code is wrong" in sentence(give(sessions, give_password(sessions), wrong))


def test_a_clock_set_back_shuts_nobody_out(sessions: Sessions, app: Enrolled) -> None:
    wrong = wrong_code(app.secret, LATER)
    for _ in range(5):
        give(sessions, give_password(sessions), wrong)
    before = LATER - timedelta(hours=1)
    with sessions.begin() as session:
        session.scalars(select(SecondFactor)).one().last_step = None
    token = give_password(sessions, now=before)
    assert isinstance(give(sessions, token, app.code(before), now=before), SignedIn)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "ä" * 5000])
def test_an_invented_token_leads_nowhere(sessions: Sessions, app: Enrolled, token: str) -> None:
    outcome = give(sessions, token, app.code(LATER))
    assert isinstance(outcome, StepOver)
    assert "sign in again" in sentence(outcome)


def test_the_code_has_to_follow_within_minutes(sessions: Sessions, app: Enrolled) -> None:
    token = give_password(sessions)
    late = LATER + timedelta(minutes=5, seconds=1)
    assert isinstance(give(sessions, token, app.code(late), now=late), StepOver)
    give_password(sessions, now=late)  # forgets those who never came
    with sessions() as session:
        assert len(session.scalars(select(SignInStep)).all()) == 1


def test_what_changes_meanwhile_counts(sessions: Sessions, app: Enrolled, anna: Actor) -> None:
    soon = LATER + timedelta(seconds=1)
    token = give_password(sessions)
    with sessions.begin() as session:
        own_account.change_own_password(
            session, current=PASSWORD, new="fünf neue Wörter hier", actor=anna, now=soon
        )
    assert isinstance(give(sessions, token, app.code(soon), now=soon), StepOver)


def test_the_deactivated_do_not_get_in(sessions: Sessions, app: Enrolled, anna: Actor) -> None:
    token = give_password(sessions)
    with sessions.begin() as session:
        users.deactivate_user(session, anna.user_id or 0, actor=CLI, now=LATER)
    assert isinstance(give(sessions, token, app.code(LATER)), StepOver)


def test_after_a_reset_the_password_is_asked_again(
    sessions: Sessions, app: Enrolled, anna: Actor
) -> None:
    token = give_password(sessions)
    with sessions.begin() as session:
        second_factor.reset(session, anna.user_id or 0, actor=CLI, now=LATER)
    assert isinstance(give(sessions, token, app.code(LATER)), StepOver)
    with sessions.begin() as session:
        outcome = sign_in(session, "anna", PASSWORD, ip="::1", user_agent=None, now=LATER)
        assert isinstance(outcome, SignedIn)


def test_with_another_key_recovery_codes_still_open(sessions: Sessions, app: Enrolled) -> None:
    other = Cipher("another")
    outcome = give(sessions, give_password(sessions), app.code(LATER), cipher=other)
    assert "SECRET_KEY has changed" in sentence(outcome)
    outcome = give(sessions, give_password(sessions), app.recovery_codes[0], cipher=other)
    assert isinstance(outcome, SignedIn)


def test_a_new_key_takes_over_at_the_next_code(sessions: Sessions, app: Enrolled) -> None:
    both = Cipher("a new key", "a key of the tests")
    assert isinstance(
        give(sessions, give_password(sessions), app.code(LATER), cipher=both), SignedIn
    )
    later = LATER + STEP
    outcome = give(
        sessions,
        give_password(sessions),
        app_code(app.secret, later),
        now=later,
        cipher=Cipher("a new key"),
    )
    assert isinstance(outcome, SignedIn)


def test_the_audit_holds_no_code(sessions: Sessions, app: Enrolled) -> None:
    give(sessions, give_password(sessions), wrong_code(app.secret, LATER))
    give(sessions, give_password(sessions), app.recovery_codes[0])
    with sessions() as session:
        for row in session.scalars(select(AuditEntry).where(AuditEntry.action != "user.signed_in")):
            assert (row.before, row.after) == (None, None)
            assert (row.actor_name, row.entity) == ("anna", "user")
