"""Editing, resetting, deleting accounts, and ending sessions, on both databases."""

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Event, SavedView, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.errors import (
    ConflictError,
    InvalidFieldsError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import own_account, sign_in, user_list, users
from infoscreen_core.services.people import sessions as session_service
from infoscreen_core.services.people.sign_in import SignedIn
from infoscreen_core.services.people.views import DeletionEffects, NewUser, UserEdit
from tests.support.people import ADMIN, NOW, SUPERADMIN, acting_as, actions_of, add_user

PASSWORD = "vier rote Fahrräder"


def _enter(session: Session, name: str = "anna", password: str = PASSWORD) -> str:
    begun = sign_in.sign_in(session, name, password, ip="10.0.0.9", user_agent=None, now=NOW)
    assert isinstance(begun, SignedIn)
    return begun.token


def test_a_random_password_has_to_be_changed_and_one_of_the_command_line_not(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        boss = acting_as(add_user(session, "boss", PASSWORD, Role.ADMIN))
        random = users.create_user(session, NewUser("a"), actor=CLI, now=NOW)
        own = users.create_user(session, NewUser("b", password=PASSWORD), actor=CLI, now=NOW)
        given = users.create_user(session, NewUser("c", password=PASSWORD), actor=boss, now=NOW)
        owed = [one.view.must_change_password for one in (random, own, given)]
        assert owed == [True, False, True]
        assert [bool(one.first_password) for one in (random, own, given)] == [True, False, False]
        assert given.view.created_by == "boss"
        reset = users.set_password(session, own.view.id, actor=boss, now=NOW)
        assert reset.view.must_change_password
        token = _enter(session, "b", reset.first_password or "")
        person = sign_in.find_person(session, token, now=NOW)
        assert person
        assert person.must_change_password
        b = acting_as(session.get_one(User, own.view.id))
        own_account.change_own_password(
            session, current=reset.first_password or "", new="ein neues Wort", actor=b, now=NOW
        )
        assert not user_list.get_view(session, own.view.id, actor=boss).must_change_password


def test_no_password_ever_stands_in_the_audit(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        made = users.create_user(session, NewUser("anna"), actor=CLI, now=NOW)
        users.set_password(session, made.view.id, "ein neues Wort", actor=CLI, now=NOW)
        stored = session.get_one(User, made.view.id).password_hash
        told = str([(one.before, one.after) for one in session.query(AuditEntry)])
    assert made.first_password
    assert made.first_password not in told
    assert "ein neues Wort" not in told
    assert stored not in told


def test_an_account_is_edited_and_the_search_follows(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        boss = acting_as(add_user(session, "boss", PASSWORD, Role.ADMIN))
        anna = add_user(session, "anna", PASSWORD, Role.USER)
        edit = UserEdit(" ANNA ", "Anna  Müller", "anna@schule.example")
        view = users.edit_user(session, anna.id, edit, actor=boss, now=NOW)
        assert (view.username, view.display_name, view.email, view.name) == (
            "ANNA",
            "Anna Müller",
            "anna@schule.example",
            "Anna Müller",
        )
        assert view.updated_by == "boss"
        assert anna.search_text == "anna\tanna muller\tanna@schule.example"
        entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry
        assert entry.before
        assert entry.after
        assert (entry.action, entry.before["username"], entry.after["username"]) == (
            "user.edited",
            "anna",
            "ANNA",
        )
        assert "search_text" not in entry.after
        with pytest.raises(ConflictError):
            users.edit_user(session, anna.id, UserEdit("Boss", None, None), actor=CLI, now=NOW)
        with pytest.raises(InvalidFieldsError) as caught:
            users.edit_user(session, anna.id, UserEdit("a b", "x" * 101, "x"), actor=CLI, now=NOW)
        assert [one.field for one in caught.value.parts] == ["username", "display_name", "email"]


def test_deleting_for_good_needs_the_name_and_a_superadmin(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        root = acting_as(add_user(session, "root", PASSWORD, Role.SUPERADMIN))
        anna = add_user(session, "anna", PASSWORD, Role.EDITOR)
        token = _enter(session)
        for is_shared in (True, False):
            session.add(
                SavedView(
                    owner_id=anna.id,
                    page="logs",
                    name=str(is_shared),
                    query={},
                    is_shared=is_shared,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
        session.flush()
        effects = users.deletion_effects(session, anna.id, actor=root, now=NOW)
        assert effects == DeletionEffects(sessions=1, views=2, shared_views=1, works=0)
        number = anna.id
        with pytest.raises(NotAllowedError, match="superadmin"):
            users.delete_user(session, number, typed_name="anna", actor=ADMIN, now=NOW)
        with pytest.raises(NotAllowedError, match="themselves"):
            users.delete_user(session, root.user_id or 0, typed_name="root", actor=root, now=NOW)
        for typed in ("", "Anna", "ann", "anna "[:3]):
            with pytest.raises(InvalidInputError) as caught:
                users.delete_user(session, number, typed_name=typed, actor=root, now=NOW)
            assert caught.value.field == "typed_name"
        users.delete_user(session, number, typed_name=" anna ", actor=root, now=NOW)
    with sessions() as session:
        assert session.get(User, number) is None
        assert session.query(SavedView).count() == 0
        assert session.query(Event).count() == 0
        assert sign_in.why_over(session, token, now=NOW) is SessionEnd.DELETED
        entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
        assert entry
        assert entry.before
        assert (entry.action, entry.entity_id, entry.before["username"]) == (
            "user.deleted",
            str(number),
            "anna",
        )


def test_the_last_superadmin_is_not_deleted(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        root = add_user(session, "root", PASSWORD, Role.SUPERADMIN)
        with pytest.raises(ConflictError, match="last active superadmin"):
            users.delete_user(session, root.id, typed_name="root", actor=CLI, now=NOW)


@pytest.mark.parametrize("number", [0, -1, 999_999, 2**31, 2**70])
def test_an_account_that_is_not_there_is_said_so(
    sessions: sessionmaker[Session], number: int
) -> None:
    with sessions.begin() as session, pytest.raises(NotFoundError):
        users.deactivate_user(session, number, actor=SUPERADMIN, now=NOW)


def test_sessions_are_seen_and_ended_by_those_who_may(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        anna = add_user(session, "anna", PASSWORD, Role.EDITOR)
        bert = acting_as(add_user(session, "bert", PASSWORD, Role.EDITOR))
        root = add_user(session, "root", PASSWORD, Role.SUPERADMIN)
        first, second, third = (_enter(session) for _ in range(3))
        own = acting_as(anna)
        seen = session_service.list_sessions(session, anna.id, actor=own, now=NOW, token=second)
        assert [one.is_current for one in seen].count(True) == 1
        assert len({one.handle for one in seen}) == 3
        for one in seen:
            assert first not in str(one)
            assert one.address == "10.0.0.9"
        with pytest.raises(NotAllowedError):
            session_service.list_sessions(session, anna.id, actor=bert, now=NOW)
        with pytest.raises(NotFoundError):
            session_service.list_sessions(session, root.id, actor=ADMIN, now=NOW)
        others = [one.handle for one in seen if not one.is_current]
        session_service.end_session(session, anna.id, others[0], actor=ADMIN, now=NOW)
        with pytest.raises(NotFoundError):
            session_service.end_session(session, anna.id, others[0], actor=ADMIN, now=NOW)
        with pytest.raises(NotFoundError):
            session_service.end_session(session, bert.user_id or 0, others[1], actor=ADMIN, now=NOW)
        ended = session_service.end_all_sessions(
            session, anna.id, actor=own, now=NOW, besides=second
        )
        assert ended == 1
        good = [sign_in.find_person(session, one, now=NOW) for one in (first, second, third)]
        assert [one is not None for one in good] == [False, True, False]
        assert sign_in.why_over(session, first, now=NOW) is SessionEnd.ENDED
        assert actions_of(session)[-2:] == ["user.sessions_ended"] * 2
