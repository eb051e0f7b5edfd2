"""API tokens: made, shown once, found again, and over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ApiToken, AuditEntry, User
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InvalidFieldsError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.people import api_tokens as service
from infoscreen_core.services.people import own_account, users
from infoscreen_core.services.system_settings import set_setting
from tests.support.at_once import at_once
from tests.support.people import NOW, acting_as, actions_of

Sessions = sessionmaker[Session]
LAST_DAY = date(2026, 12, 24)


@pytest.fixture
def people(sessions: Sessions) -> dict[str, Actor]:
    """Anna and Bert edit, Carla administers, Doris may do everything."""
    roles = {
        "anna": Role.EDITOR,
        "bert": Role.EDITOR,
        "carla": Role.ADMIN,
        "doris": Role.SUPERADMIN,
    }
    with sessions.begin() as session:
        for name, role in roles.items():
            session.add(
                User(username=name, password_hash="-", role=role, created_at=NOW, updated_at=NOW)
            )
        session.flush()
        return {user.username: acting_as(user) for user in session.scalars(select(User))}


def make(session: Session, actor: Actor, name: str = "Skript") -> service.NewToken:
    return service.create_token(session, name, Scope.READ, LAST_DAY, actor=actor, now=NOW)


def names_of(session: Session, actor: Actor, user_id: int | None = None) -> list[str]:
    return [one.name for one in service.list_tokens(session, actor=actor, user_id=user_id)]


def test_a_token_speaks_for_its_owner(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        made = make(session, anna)
        row = session.get_one(ApiToken, made.view.id)
        assert made.secret not in (row.token_hash, row.name)
        assert made.secret.startswith(f"isk_{row.hint}")
        assert len(made.secret) == 47
    with sessions() as session:
        bearer = service.find_bearer(session, made.secret, now=NOW)
        assert bearer is not None
        assert (bearer.person.id, bearer.person.username, bearer.person.role) == (
            anna.user_id,
            "anna",
            Role.EDITOR,
        )
        assert (bearer.token_id, bearer.scope) == (made.view.id, Scope.READ)
        wrong = made.secret[:-1] + ("A" if made.secret[-1] != "A" else "B")
        for other in (wrong, made.secret.upper(), "", "isk_", "\ud800", made.secret * 1000):
            assert service.find_bearer(session, other, now=NOW) is None


def test_the_audit_names_it_without_its_secret(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    with sessions.begin() as session:
        made = make(session, people["anna"])
        service.revoke_token(session, made.view.id, actor=people["anna"], now=NOW)
    with sessions() as session:
        created, revoked = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
        assert (created.action, revoked.action) == ("api_token.created", "api_token.revoked")
        assert created.after is not None
        assert created.after == revoked.before
        assert (created.after["name"], created.after["scope"]) == ("Skript", "read")
        assert "token_hash" not in created.after
        assert made.secret not in str(created.after)


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("Europe/Vienna", datetime(2026, 12, 24, 23, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 12, 25, 5, tzinfo=UTC)),
    ],
)
def test_it_ends_with_its_last_day_where_the_installation_is(
    sessions: Sessions, people: dict[str, Actor], zone: str, end: datetime
) -> None:
    with sessions.begin() as session:
        set_setting(session, "default_timezone", zone, actor=CLI, now=NOW)
        made = make(session, people["anna"])
        assert made.view.expires_at == end
        instant = timedelta(microseconds=1)
        assert service.find_bearer(session, made.secret, now=end - instant)
        assert service.find_bearer(session, made.secret, now=end) is None
        assert made.view.is_expired(now=end)
        assert not made.view.is_expired(now=end - instant)


def test_what_will_not_do_is_told_together(sessions: Sessions, people: dict[str, Actor]) -> None:
    with sessions.begin() as session, pytest.raises(InvalidFieldsError) as refusal:
        service.create_token(
            session, " ", Scope.READ, date(2026, 11, 22), actor=people["anna"], now=NOW
        )
    assert [one.field for one in refusal.value.parts] == ["name", "expires_on"]


def test_a_name_is_given_once_and_there_is_a_most(
    sessions: Sessions, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_TOKENS", 2)
    anna, bert = people["anna"], people["bert"]
    with sessions.begin() as session:
        make(session, anna)
        make(session, bert)
        with pytest.raises(ConflictError, match="called Skript") as taken:
            make(session, anna)
        assert taken.value.field == "name"
        make(session, anna, "zweites")
        with pytest.raises(ConflictError, match="2 tokens"):
            make(session, anna, "drittes")


def test_two_at_once_do_not_make_one_too_many(
    sessions: Sessions, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_TOKENS", 1)

    def made_by(name: str) -> Callable[[], object]:
        def work() -> object:
            try:
                with sessions.begin() as session:
                    return make(session, people["anna"], name)
            except ConflictError as error:
                return error

        return work

    results = at_once(made_by("a"), made_by("b"))
    assert sorted(type(one.result()).__name__ for one in results) == ["ConflictError", "NewToken"]


def test_use_is_noted_once_a_minute(sessions: Sessions, people: dict[str, Actor]) -> None:
    with sessions.begin() as session:
        made = make(session, people["anna"])
    seen: list[tuple[bool, datetime | None, str | None]] = []
    for seconds, address in ((0, "10.0.0.1"), (59, "10.0.0.2"), (60, "x" * 50), (-90, "::1")):
        moment = NOW + timedelta(seconds=seconds)
        with sessions.begin() as session:
            bearer = service.find_bearer(session, made.secret, now=moment)
            assert bearer is not None
            service.note_use(session, bearer.token_id, address=address, now=moment)
            (view,) = service.list_tokens(session, actor=people["anna"])
            seen.append((bearer.is_use_due, view.last_used_at, view.last_used_address))
    assert seen == [
        (True, NOW, "10.0.0.1"),
        (False, NOW, "10.0.0.1"),
        (True, NOW + timedelta(minutes=1), "x" * 45),
        (True, NOW - timedelta(seconds=90), "::1"),  # the clock was set back
    ]
    with sessions.begin() as session:
        service.note_use(session, 99, address="::1", now=NOW)  # revoked meanwhile
        assert actions_of(session) == ["api_token.created"]


def test_it_does_what_its_owner_may_at_that_moment(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna, doris = people["anna"], people["doris"]
    with sessions.begin() as session:
        made = make(session, anna)
        users.set_role(session, anna.user_id or 0, Role.USER, actor=doris, now=NOW)
        bearer = service.find_bearer(session, made.secret, now=NOW)
        assert bearer is not None
        assert bearer.person.role is Role.USER


def test_deactivation_ends_it_for_good(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna, carla = people["anna"], people["carla"]
    with sessions.begin() as session:
        made, others = make(session, anna), make(session, people["bert"])
        make(session, anna, "zweites")
        users.deactivate_user(session, anna.user_id or 0, actor=carla, now=NOW)
        assert service.find_bearer(session, made.secret, now=NOW) is None
        users.reactivate_user(session, anna.user_id or 0, actor=carla, now=NOW)
        assert service.find_bearer(session, made.secret, now=NOW) is None
        assert names_of(session, anna) == []
        assert service.find_bearer(session, others.secret, now=NOW)
        assert actions_of(session).count("api_token.revoked") == 2


def test_a_password_that_somebody_else_gives_ends_tokens_and_ones_own_does_not(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna, carla = people["anna"], people["carla"]
    with sessions.begin() as session:
        made, others = make(session, anna), make(session, people["bert"])
        users.set_password(session, anna.user_id or 0, "vier rote Räder", actor=carla, now=NOW)
        assert service.find_bearer(session, made.secret, now=NOW) is None
        assert service.find_bearer(session, others.secret, now=NOW)
        assert actions_of(session)[-2:] == ["api_token.revoked", "user.password_changed"]
        kept = make(session, anna)
        own_account.change_own_password(
            session, current="vier rote Räder", new="fünf andere Wörter", actor=anna, now=NOW
        )
        assert service.find_bearer(session, kept.secret, now=NOW)


def test_a_row_of_somebody_inactive_opens_nothing(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    with sessions.begin() as session:
        made = make(session, people["anna"])
        session.get_one(User, people["anna"].user_id).is_active = False
        session.flush()
        assert service.find_bearer(session, made.secret, now=NOW) is None
        with pytest.raises(ConflictError, match="deactivated"):
            make(session, people["anna"], "zweites")


def test_people_reach_their_own_and_administrators_others(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna, bert, carla, doris = people.values()
    with sessions.begin() as session:
        of_anna, of_doris = make(session, anna), make(session, doris)
        assert names_of(session, anna) == ["Skript"]
        assert names_of(session, bert) == []
        assert names_of(session, carla, anna.user_id) == ["Skript"]
        for reader, owner in ((bert, anna.user_id), (carla, doris.user_id), (carla, 99)):
            with pytest.raises(NotFoundError):
                names_of(session, reader, owner)
        for actor, token in ((bert, of_anna), (carla, of_doris)):
            with pytest.raises(NotFoundError, match="no such token"):
                service.revoke_token(session, token.view.id, actor=actor, now=NOW)
        service.revoke_token(session, of_anna.view.id, actor=carla, now=NOW)
        with pytest.raises(NotFoundError):
            service.revoke_token(session, of_anna.view.id, actor=anna, now=NOW)
        assert service.find_bearer(session, of_anna.secret, now=NOW) is None
        assert service.find_bearer(session, of_doris.secret, now=NOW)


def test_only_the_command_line_makes_them_for_others(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    wanted = service.WantedToken("Skript", Scope.WRITE, LAST_DAY)
    anna, doris = people["anna"], people["doris"]
    with sessions.begin() as session:
        made = service.create_token_for(session, anna.user_id or 0, wanted, actor=CLI, now=NOW)
        assert made.view.user_id == anna.user_id
        with pytest.raises(NotAllowedError):
            service.create_token_for(session, anna.user_id or 0, wanted, actor=doris, now=NOW)
        with pytest.raises(NotAllowedError):
            service.create_token_for(
                session, anna.user_id or 0, wanted, actor=replace(CLI, role=Role.ADMIN), now=NOW
            )
        with pytest.raises(NotFoundError):
            service.create_token_for(session, 99, wanted, actor=CLI, now=NOW)
        with pytest.raises(NotAllowedError, match="sign in"):
            make(session, CLI)


def test_tokens_go_with_their_owner(sessions: Sessions, people: dict[str, Actor]) -> None:
    with sessions.begin() as session:
        make(session, people["anna"])
        session.delete(session.get_one(User, people["anna"].user_id))
        session.flush()
        session.expire_all()
        assert session.scalars(select(ApiToken)).all() == []
