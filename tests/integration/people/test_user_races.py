"""Two who change accounts at the same moment, on a real MariaDB."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, User, UserSession
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.people import users
from infoscreen_core.services.people.sign_in import sign_in
from infoscreen_core.services.people.views import NewUser
from tests.support.at_once import at_once
from tests.support.databases import Lender, sessions_on
from tests.support.people import NOW, acting_as, add_user

Sessions = sessionmaker[Session]
Deed = Callable[[int, Actor], Callable[[Session], object]]
PASSWORD = "vier rote Fahrräder"


@pytest.fixture
def database(lender: Lender) -> Iterator[Sessions]:
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


def _add(sessions: Sessions, role: Role, *names: str) -> list[Actor]:
    with sessions.begin() as session:
        return [acting_as(add_user(session, name, PASSWORD, role)) for name in names]


def _ends(sessions: Sessions, *works: Callable[[Session], object]) -> list[str]:
    def end_of(work: Callable[[Session], object]) -> str:
        try:
            in_transaction(sessions, work)
        except InfoscreenError as error:
            return type(error).__name__
        return "done"

    ends = at_once(*(lambda work=work: end_of(work) for work in works))
    return sorted(str(end.result()) for end in ends)


def _deactivate(user_id: int, actor: Actor) -> Callable[[Session], object]:
    return lambda session: users.deactivate_user(session, user_id, actor=actor, now=NOW)


def _demote(user_id: int, actor: Actor) -> Callable[[Session], object]:
    return lambda session: users.set_role(session, user_id, Role.USER, actor=actor, now=NOW)


def _delete(user_id: int, actor: Actor) -> Callable[[Session], object]:
    def work(session: Session) -> None:
        name = session.get_one(User, user_id).username
        users.delete_user(session, user_id, typed_name=name, actor=actor, now=NOW)

    return work


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SUPERADMIN])
@pytest.mark.parametrize("deed", [_deactivate, _demote])
def test_of_two_who_shut_each_other_out_one_does(
    database: Sessions, role: Role, deed: Deed
) -> None:
    for number in range(4):
        ada, bob = _add(database, role, f"ada{number}", f"bob{number}")
        assert ada.user_id
        assert bob.user_id
        ends = _ends(database, deed(bob.user_id, ada), deed(ada.user_id, bob))
        assert ends == ["NotAllowedError", "done"]
        with database.begin() as session:
            left = [session.get_one(User, one.user_id) for one in (ada, bob)]
            assert sum(one.is_active and one.role is role for one in left) == 1
            for one in left:
                session.delete(one)


def test_of_two_who_delete_each_other_one_is_left(database: Sessions) -> None:
    ada, bob = _add(database, Role.SUPERADMIN, "ada", "bob")
    assert ada.user_id
    assert bob.user_id
    ends = _ends(database, _delete(bob.user_id, ada), _delete(ada.user_id, bob))
    assert "done" in ends
    assert ends.count("done") == 1
    with database() as session:
        assert session.query(User).count() == 1


def test_the_command_line_leaves_one_superadmin_whatever_it_is_asked_at_once(
    database: Sessions,
) -> None:
    ids = [one.user_id or 0 for one in _add(database, Role.SUPERADMIN, "ada", "bob", "cyd")]
    deeds = (_deactivate, _demote, _delete)
    ends = _ends(database, *(deed(one, CLI) for deed, one in zip(deeds, ids, strict=True)))
    assert ends == ["ConflictError", "done", "done"]
    with database() as session:
        left = session.query(User).filter_by(role=Role.SUPERADMIN, is_active=True).count()
    assert left == 1


def test_a_name_is_given_once(database: Sessions) -> None:
    def create(session: Session) -> object:
        return users.create_user(session, NewUser("anna"), actor=CLI, now=NOW)

    assert _ends(database, *[create] * 4) == ["ConflictError"] * 3 + ["done"]


def test_whoever_signs_in_while_deactivated_has_no_session_afterwards(database: Sessions) -> None:
    (anna,) = _add(database, Role.USER, "anna")

    def enter(session: Session) -> object:
        return sign_in(session, "anna", PASSWORD, ip="10.0.0.1", user_agent=None, now=NOW)

    _ends(database, enter, _deactivate(anna.user_id or 0, CLI), enter)
    with database() as session:
        user = session.get_one(User, anna.user_id)
        assert not user.is_active
        begun = session.query(UserSession).filter_by(user_id=user.id).count()
        actions = [one.action for one in session.query(AuditEntry).order_by(AuditEntry.id)]
    # A session of somebody who is deactivated opens nothing; none is begun after the audit says so.
    assert begun <= actions.count("user.signed_in")
    assert "user.deactivated" in actions
