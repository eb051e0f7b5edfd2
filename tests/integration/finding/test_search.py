"""The search over everything: what it finds, in which order, and for whom."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup, Event, EventMedia, User
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.finding.search import find
from infoscreen_core.services.finding.views import Hit, Kind
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, extend_all, local, plan, utc
from tests.support.media.files import add_file
from tests.support.people import add_client, uuid_of


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (Event, Client, ClientGroup, EventMedia, User):
            session.execute(delete(table))
        yield session
        session.rollback()


def _found(session: Session, text: str, role: Role = Role.SUPERADMIN) -> list[Hit]:
    return find(session, text, actor=Actor(None, "somebody", role, "10.0.0.1"), now=NOW)


def _names(session: Session, text: str, role: Role = Role.SUPERADMIN) -> list[tuple[Kind, str]]:
    return [(hit.kind, hit.name) for hit in _found(session, text, role)]


def _add_user(session: Session, name: str, role: Role) -> None:
    values = {"password_hash": "never", "created_at": NOW, "updated_at": NOW}
    session.add(User(username=name, role=role, **values))
    session.flush()


def test_all_kinds_of_things_are_found_by_their_names(session: Session) -> None:
    group = add_group(session, "Aula")
    add_client(session, 1, description="Aula links", group_id=group)
    add_file(session, "Aula-Plan.pdf", MediaType.PDF, now=NOW)
    plan(session, group, title="Probe in der Aula")
    _add_user(session, "aulawart", Role.EDITOR)
    assert _names(session, "aula") == [
        (Kind.SCREEN, "Aula links"),
        (Kind.GROUP, "Aula"),
        (Kind.EVENT, "Probe in der Aula"),
        (Kind.MEDIA, "Aula-Plan.pdf"),
        (Kind.USER, "aulawart"),
    ]
    details = [hit.detail for hit in _found(session, "aula")]
    assert details == ["Aula", "", "Aula", "pdf", "editor"]


@pytest.mark.parametrize(
    ("role", "kinds"),
    [
        (Role.USER, {Kind.SCREEN, Kind.GROUP, Kind.EVENT}),
        (Role.EDITOR, {Kind.SCREEN, Kind.GROUP, Kind.EVENT, Kind.MEDIA}),
        (Role.ADMIN, set(Kind)),
        (Role.SUPERADMIN, set(Kind)),
    ],
)
def test_nobody_finds_what_their_pages_do_not_show(
    session: Session, role: Role, kinds: set[Kind]
) -> None:
    group = add_group(session, "Halle")
    add_client(session, 1, description="Halle", group_id=group)
    add_file(session, "Halle.pdf", MediaType.PDF, now=NOW)
    plan(session, group, title="Halle")
    _add_user(session, "halle.admin", Role.ADMIN)
    _add_user(session, "halle.super", Role.SUPERADMIN)
    found = _names(session, "halle", role)
    assert {kind for kind, _ in found} == kinds
    people = [name for kind, name in found if kind is Kind.USER]
    assert ("halle.super" in people) is (role is Role.SUPERADMIN)


def test_beginnings_come_first_and_no_kind_crowds_out_another(session: Session) -> None:
    names = ["Mensa", "Am Eingang der Mensa", "Sommensack", *(f"Mensa {n}" for n in range(9))]
    for number, name in enumerate(names):
        add_client(session, number, description=name)
    add_group(session, "Mensa")
    assert _names(session, "MENSA") == [
        *((Kind.SCREEN, name) for name in ("Mensa", "Mensa 0", "Mensa 1", "Mensa 2", "Mensa 3")),
        (Kind.GROUP, "Mensa"),
    ]
    assert _names(session, "sommen") == [(Kind.SCREEN, "Sommensack")]


def test_each_word_counts_wherever_it_stands_and_as_it_is(session: Session) -> None:
    add_client(session, 1, description="Straße 100 %", hostname="pi-ost", ip="10.1.2.3")
    for text in ("STRASSE", "100 %", "ost straße", "pi-ost", "10.1.2", uuid_of(1).upper()):
        assert _names(session, text) == [(Kind.SCREEN, "Straße 100 %")], text
    for text in ("", "   ", "straße west", "1_0", "100%%", "straße\n100x"):
        assert _names(session, text) == [], text


def test_a_screen_that_was_turned_away_is_not_found(session: Session) -> None:
    add_client(session, 1, description="Fremd", is_approved=False, rejected_at=NOW)
    assert _names(session, "fremd") == []


def test_an_event_is_found_at_its_next_occurrence(session: Session) -> None:
    group = add_group(session)
    plan(session, group, title="Chor", recurrence_rule="FREQ=WEEKLY;COUNT=5")
    gone = {"start": local("2026-06-01T08:00"), "end": local("2026-06-01T09:00")}
    plan(session, group, title="Chor von gestern", now=NOW - timedelta(days=200), **gone)
    extend_all(session, now=NOW)
    later = utc("2026-09-14T06:50")
    actor = Actor(None, "somebody", Role.USER, "10.0.0.1")
    found = find(session, "chor", actor=actor, now=later)
    assert [(hit.name, hit.at) for hit in found] == [
        ("Chor", utc("2026-09-21T06:00")),
        ("Chor von gestern", utc("2026-06-01T06:00")),
    ]
