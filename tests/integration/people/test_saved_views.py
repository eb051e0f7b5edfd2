"""Views of pages: whose they are, who sees and changes them, and what they may hold."""

from collections.abc import Mapping

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InfoscreenError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.people import saved_views as service
from tests.support.people import NOW, acting_as, actions_of

Sessions = sessionmaker[Session]
KNOWN = ("level", "group", "text")


@pytest.fixture
def people(sessions: Sessions) -> dict[str, Actor]:
    """Anna and Bert may look, Carla administers."""
    with sessions.begin() as session:
        for name, role in (("anna", Role.USER), ("bert", Role.USER), ("carla", Role.ADMIN)):
            session.add(
                User(username=name, password_hash="-", role=role, created_at=NOW, updated_at=NOW)
            )
        session.flush()
        return {user.username: acting_as(user) for user in session.scalars(select(User))}


def save(
    session: Session,
    actor: Actor,
    name: str = "Fehler",
    query: Mapping[str, str] | None = None,
    *,
    is_shared: bool = False,
) -> int:
    return service.create_view(
        session,
        "logs",
        name,
        query or {"level": "ERROR"},
        known=KNOWN,
        is_shared=is_shared,
        actor=actor,
        now=NOW,
    ).id


def seen_by(session: Session, actor: Actor, page: str = "logs") -> list[str]:
    return [one.name for one in service.list_views(session, page, user_id=actor.user_id or 0)]


def test_everybody_sees_their_own_and_shared_ones(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna, bert = people["anna"], people["bert"]
    with sessions.begin() as session:
        own = save(session, anna, "zuletzt", {"text": "ä & ö"})
        shared = save(session, bert, "Aula", is_shared=True)
        hidden = save(session, bert, "Probe")
    with sessions() as session:
        assert seen_by(session, anna) == ["zuletzt", "Aula"]
        assert seen_by(session, bert) == ["Aula", "Probe"]
        assert seen_by(session, anna, "monitoring") == []
        found = [
            service.find_view(session, one, user_id=anna.user_id or 0) for one in (own, shared)
        ]
        assert [(one.query, one.owner_name) for one in found if one] == [
            ({"text": "ä & ö"}, "anna"),
            ({"level": "ERROR"}, "bert"),
        ]
        for one in (hidden, 99, 2**70):
            assert service.find_view(session, one, user_id=anna.user_id or 0) is None


def test_only_the_owner_or_for_shared_ones_an_administrator_changes_them(
    sessions: Sessions, people: dict[str, Actor]
) -> None:
    anna, bert, carla = people.values()
    with sessions.begin() as session:
        shared, hidden = save(session, anna, is_shared=True), save(session, anna, "Meine")

    def change(view_id: int, actor: Actor, name: str) -> None:
        with sessions.begin() as session:
            service.change_view(session, view_id, name=name, is_shared=True, actor=actor, now=NOW)

    with pytest.raises(NotAllowedError, match="Fehler is anna's"):
        change(shared, bert, "Nein")
    with pytest.raises(NotFoundError):
        change(hidden, carla, "Nein")
    change(shared, carla, "Alle Fehler")
    change(shared, anna, "ALLE FEHLER")  # its own name in another case
    with sessions.begin() as session:
        with pytest.raises(NotAllowedError):
            service.delete_view(session, shared, actor=bert, now=NOW)
        service.delete_view(session, shared, actor=carla, now=NOW)
        assert seen_by(session, anna) == ["Meine"]
        assert actions_of(session) == [
            "saved_view.created",
            "saved_view.created",
            "saved_view.changed",
            "saved_view.changed",
            "saved_view.deleted",
        ]
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert last.before is not None
        assert (last.actor_name, last.before["name"]) == ("carla", "ALLE FEHLER")


def test_it_can_hold_other_filters_later(sessions: Sessions, people: dict[str, Actor]) -> None:
    anna = people["anna"]
    with sessions.begin() as session:
        view = save(session, anna)
        for query, held in (
            (None, {"level": "ERROR"}),
            ({"text": "x", "group": ""}, {"text": "x"}),
        ):
            changed = service.change_view(
                session,
                view,
                name="Fehler",
                is_shared=False,
                query=query,
                known=KNOWN,
                actor=anna,
                now=NOW,
            )
            assert changed.query == held


@pytest.mark.parametrize(
    ("name", "query", "error", "sentence"),
    [
        ("  ", {}, InvalidInputError, "The view needs a name."),
        ("x" * 61, {}, InvalidInputError, "61 characters"),
        ("Neu", {"url": "https://example.org"}, InvalidInputError, "no filter “url”"),
        ("Neu", {"text": "x" * 301}, InvalidInputError, "more than 300 characters"),
        ("Neu", {"text": "a\x00b"}, InvalidInputError, "cannot be shown"),
        (" fehler ", {}, ConflictError, "There is a view called “fehler” already"),
    ],
)
def test_what_cannot_be_kept_is_refused(
    sessions: Sessions,
    people: dict[str, Actor],
    name: str,
    query: dict[str, str],
    error: type[InfoscreenError],
    sentence: str,
) -> None:
    with sessions.begin() as session:
        save(session, people["anna"])
        with pytest.raises(error, match=sentence):
            save(session, people["anna"], name, query)
        save(session, people["bert"])  # others may call theirs the same


def test_nobody_keeps_more_than_can_be_chosen_from(
    sessions: Sessions, people: dict[str, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_VIEWS", 2)
    with sessions.begin() as session:
        first = save(session, people["anna"], "1")
        save(session, people["anna"], "2")
        with pytest.raises(ConflictError, match="You have 2 views"):
            save(session, people["anna"], "3")
        service.change_view(
            session, first, name="3", is_shared=False, actor=people["anna"], now=NOW
        )


def test_the_command_line_owns_none(sessions: Sessions) -> None:
    with sessions.begin() as session, pytest.raises(NotAllowedError, match="belong to people"):
        save(session, CLI)
