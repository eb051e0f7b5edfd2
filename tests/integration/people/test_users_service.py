"""Users: who may do what to whom, and what happens to sessions."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, User, UserSession
from infoscreen_core.domain.people.listing import UserFilter
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InvalidFieldsError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.people import own_account, user_list, users
from infoscreen_core.services.people.sign_in import SignedIn, sign_in
from tests.support.people import ADMIN, EDITOR, NOW, SUPERADMIN, acting_as, actions_of, add_user

pytestmark = pytest.mark.slow

PASSWORD = "vier rote Fahrräder"


def _add(session: Session, name: str = "anna", role: Role = Role.EDITOR) -> User:
    return add_user(session, name, PASSWORD, role, actor=SUPERADMIN, now=NOW)


def _sign_in(session: Session, name: str = "anna") -> None:
    result = sign_in(session, name, PASSWORD, ip="10.0.0.9", user_agent=None, now=NOW)
    assert isinstance(result, SignedIn)


def _names(session: Session, *, actor: Actor) -> list[str]:
    page = user_list.list_page(session, UserFilter(), actor=actor)
    return [user.username for user in page.items]


def _session_count(session: Session) -> int:
    return len(list(session.scalars(select(UserSession))))


def test_a_user_is_created_with_a_hash_and_an_audit_row(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        user = add_user(session, " Anna ", PASSWORD, Role.EDITOR, actor=ADMIN, now=NOW)
        assert (user.username, user.role, user.is_active) == ("Anna", Role.EDITOR, True)
        assert user.password_hash.startswith("$argon2id$")
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.entity_id, entry.actor_name) == (
            "user.created",
            str(user.id),
            "an admin",
        )
        assert entry.after
        assert "password_hash" not in entry.after


def test_a_name_stands_only_once_in_any_case(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        _add(session, "Anna")
        for name in ("anna", "ANNA", " Anna "):
            with pytest.raises(ConflictError, match="already"):
                add_user(session, name, PASSWORD, Role.USER, actor=ADMIN, now=NOW)
        assert len(list(session.scalars(select(User)))) == 1


@pytest.mark.parametrize("name", ["", "  ", "a b", "a\0b", "a\nb", "x" * 65, "a/b", "\ud800"])
def test_an_odd_name_is_refused(sqlite_sessions: sessionmaker[Session], name: str) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(InvalidInputError) as caught:
        add_user(session, name, PASSWORD, Role.USER, actor=ADMIN, now=NOW)
    assert caught.value.field == "username"


def test_a_weak_password_is_refused(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(InvalidInputError) as caught:
        add_user(session, "anna", "passwort123", Role.USER, actor=ADMIN, now=NOW)
    assert caught.value.field == "password"


def test_an_odd_name_and_a_weak_password_are_told_together(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions() as session, pytest.raises(InvalidFieldsError) as refused:
        add_user(session, "a b", "kurz", Role.USER, actor=ADMIN, now=NOW)
    assert [one.field for one in refused.value.parts] == ["username", "password"]


def test_only_admins_create_users_and_only_superadmins_superadmins(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        with pytest.raises(NotAllowedError):
            add_user(session, "x", PASSWORD, Role.USER, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            add_user(session, "x", PASSWORD, Role.SUPERADMIN, actor=ADMIN, now=NOW)
        add_user(session, "x", PASSWORD, Role.ADMIN, actor=ADMIN, now=NOW)


def test_admins_do_not_see_superadmins(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        _add(session, "root", Role.SUPERADMIN)
        _add(session, "anna")
        assert _names(session, actor=ADMIN) == ["anna"]
        assert _names(session, actor=SUPERADMIN) == ["anna", "root"]
        with pytest.raises(NotAllowedError):
            _names(session, actor=EDITOR)


Change = Callable[[Session, int, Actor], object]
CHANGES: list[Change] = [
    lambda session, user_id, actor: users.set_password(
        session, user_id, PASSWORD, actor=actor, now=NOW
    ),
    lambda session, user_id, actor: users.set_role(
        session, user_id, Role.USER, actor=actor, now=NOW
    ),
    lambda session, user_id, actor: users.deactivate_user(session, user_id, actor=actor, now=NOW),
    lambda session, user_id, actor: users.reactivate_user(session, user_id, actor=actor, now=NOW),
]


@pytest.mark.parametrize("change", CHANGES)
def test_admins_do_not_touch_superadmins(
    sqlite_sessions: sessionmaker[Session], change: Change
) -> None:
    with sqlite_sessions.begin() as session:
        root = _add(session, "root", Role.SUPERADMIN)
        with pytest.raises(NotFoundError, match="no user"):
            change(session, root.id, ADMIN)


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_themselves_on_the_admin_route(
    sqlite_sessions: sessionmaker[Session], change: Change
) -> None:
    with sqlite_sessions.begin() as session:
        admin = _add(session, "boss", Role.ADMIN)
        with pytest.raises(NotAllowedError, match="their own"):
            change(session, admin.id, acting_as(admin))


@pytest.mark.parametrize("change", CHANGES)
def test_editors_change_nobody(sqlite_sessions: sessionmaker[Session], change: Change) -> None:
    with sqlite_sessions.begin() as session:
        anna = _add(session)
        with pytest.raises(NotAllowedError):
            change(session, anna.id, EDITOR)


def test_an_admin_cannot_make_a_superadmin(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        anna = _add(session)
        with pytest.raises(NotAllowedError, match="superadmin"):
            users.set_role(session, anna.id, Role.SUPERADMIN, actor=ADMIN, now=NOW)


def test_a_new_password_ends_sessions_and_lockout(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        anna = _add(session)
        _sign_in(session)
        anna.locked_until, anna.failed_login_attempts = NOW, 5
        users.set_password(session, anna.id, "noch ein gutes Wort", actor=ADMIN, now=NOW)
        assert _session_count(session) == 0
        session.expire(anna)
        assert list(session.execute(select(User.locked_until, User.failed_login_attempts))) == [
            (None, 0)
        ]
        assert actions_of(session)[-1] == "user.password_changed"


def test_deactivation_ends_sessions_and_says_who_and_when(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        anna, boss = _add(session), _add(session, "boss", Role.ADMIN)
        _sign_in(session)
        users.deactivate_user(session, anna.id, actor=acting_as(boss), now=NOW)
        assert _session_count(session) == 0
        assert (anna.is_active, anna.deactivated_at, anna.deactivated_by) == (False, NOW, boss.id)
        users.reactivate_user(session, anna.id, actor=acting_as(boss), now=NOW)
        assert (anna.is_active, anna.deactivated_at, anna.deactivated_by) == (True, None, None)


def test_the_last_active_superadmin_stays(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        root, other = (
            _add(session, "root", Role.SUPERADMIN),
            _add(session, "other", Role.SUPERADMIN),
        )
        users.deactivate_user(session, other.id, actor=CLI, now=NOW)
        with pytest.raises(ConflictError, match="last active superadmin"):
            users.deactivate_user(session, root.id, actor=CLI, now=NOW)
        with pytest.raises(ConflictError, match="last active superadmin"):
            users.set_role(session, root.id, Role.ADMIN, actor=CLI, now=NOW)
        users.set_role(session, other.id, Role.ADMIN, actor=CLI, now=NOW)


def test_ones_own_password_needs_the_current_one(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        anna = _add(session)
        _sign_in(session)
        actor = acting_as(anna)
        with pytest.raises(InvalidInputError, match="current password"):
            own_account.change_own_password(
                session, current="falsch", new="etwas ganz anderes", actor=actor, now=NOW
            )
        with pytest.raises(InvalidInputError, match="old one"):
            own_account.change_own_password(
                session, current=PASSWORD, new=PASSWORD, actor=actor, now=NOW
            )
        assert _session_count(session) == 1
        own_account.change_own_password(
            session, current=PASSWORD, new="etwas ganz anderes", actor=actor, now=NOW
        )
        assert _session_count(session) == 0
    with sqlite_sessions.begin() as session:
        result = sign_in(session, "anna", "etwas ganz anderes", ip="::1", user_agent=None, now=NOW)
        assert isinstance(result, SignedIn)


def test_a_language_is_one_that_the_console_speaks(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        actor = acting_as(_add(session))
        assert own_account.set_language(session, "en", actor=actor, now=NOW).language == "en"
        assert own_account.set_language(session, None, actor=actor, now=NOW).language is None
        with pytest.raises(InvalidInputError):
            own_account.set_language(session, "tlh", actor=actor, now=NOW)
