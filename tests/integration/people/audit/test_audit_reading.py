"""Entries of the audit trail, found by each filter, page by page, as far as an actor may see."""

from datetime import UTC, timedelta

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.people.audit import AuditFilter, AuditPlace, read_place
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.audit_trail import export, reading, sealing
from tests.support.audits.audit import Sessions, add_entries, forget
from tests.support.people import ADMIN, EDITOR, NOW, SUPERADMIN, add_session

EVERYTHING = AuditFilter()


@pytest.fixture
def trail(shared: Sessions) -> Sessions:
    """Entries of three kinds on a database that nobody else uses meanwhile."""
    forget(shared)
    with shared.begin() as session:
        add_entries(session, 120)
        add_entries(
            session,
            3,
            at=NOW + timedelta(hours=1),
            actor_name="eva",
            source="10.0.0.2",
            action="group.renamed",
            entity="group",
            before={"name": "Größe & Straße"},
            after={"name": 'Raum "A" 100 %'},
        )
        add_entries(
            session,
            1,
            at=NOW + timedelta(hours=2),
            actor_name="cli",
            source="cli",
            action="setting.changed",
            entity="setting",
            before=None,
            after={"value": 3.5},
        )
    return shared


def pages(session: Session, wanted: AuditFilter, *, actor: Actor = CLI) -> list[int]:
    """Walk through all pages; return how many entries each has."""
    sizes, place, seen = [], None, set[int]()
    while True:
        page = reading.find_entries(session, wanted, before=place, limit=50, actor=actor)
        ids = [one.id for one in page.entries]
        assert not seen & set(ids)
        assert [one.place for one in page.entries] == sorted(
            (one.place for one in page.entries), reverse=True
        )
        seen.update(ids)
        sizes.append(len(ids))
        place = page.next
        if place is None:
            return sizes


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (EVERYTHING, 124),
        (AuditFilter(actor="eva"), 3),
        (AuditFilter(action="group.renamed"), 3),
        (AuditFilter(entity="group"), 3),
        (AuditFilter(entity="group", entity_id="2"), 1),
        (AuditFilter(entity="event", entity_id="2"), 1),
        (AuditFilter(entity="event", entity_id="999"), 0),
        (AuditFilter(source="10.0.0.2"), 3),
        (AuditFilter(start=NOW + timedelta(hours=1)), 4),
        (AuditFilter(end=NOW + timedelta(hours=1)), 120),
        (AuditFilter(start=NOW + timedelta(hours=1), end=NOW + timedelta(hours=2)), 3),
        (AuditFilter(actor="maria", entity="group"), 0),
        (AuditFilter(actor="eva", entity="group", action="group.renamed", source="10.0.0.2"), 3),
        (AuditFilter(text="größe"), 3),
        (AuditFilter(text="GRÖSSE"), 3),
        (AuditFilter(text="strasse"), 3),
        (AuditFilter(text='"a" 100 %'), 3),
        (AuditFilter(text="100 _"), 0),
        (AuditFilter(text="physik"), 120),
        (AuditFilter(text="group_id"), 0),
        (AuditFilter(text="EVA"), 3),
        (AuditFilter(text="3.5"), 1),
        (AuditFilter(text="physik", entity_id="7", entity="event"), 1),
    ],
)
def test_each_filter_narrows(trail: Sessions, wanted: AuditFilter, count: int) -> None:
    with trail() as session:
        assert sum(pages(session, wanted)) == count
        portions = list(reading.each_portion(session, wanted, actor=CLI))
    assert sum(map(len, portions)) == count


def test_pages_go_on_where_the_last_one_ended(trail: Sessions) -> None:
    with trail() as session:
        assert pages(session, EVERYTHING) == [50, 50, 24]
        assert pages(session, AuditFilter(actor="maria")) == [50, 50, 20]


def test_entries_of_one_instant_are_told_apart_by_their_numbers(trail: Sessions) -> None:
    with trail.begin() as session:
        for _ in range(130):
            add_entries(session, 1, at=NOW + timedelta(days=1), actor_name="same")
        assert pages(session, AuditFilter(actor="same")) == [50, 50, 30]


def test_a_search_for_what_is_rare_stops_and_goes_on(
    trail: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_LOOKS_FOR_TEXT", (10, 30))
    monkeypatch.setattr(reading, "_LOOKS_FURTHER", (20, 30))
    wanted = AuditFilter(text="größe", end=NOW + timedelta(hours=1, minutes=1))
    rare = AuditFilter(text="no such text")
    with trail() as session:
        first = reading.find_entries(session, wanted, limit=50, actor=CLI)
        assert len(first.entries) == 3
        assert first.searched_to == NOW + timedelta(seconds=83)
        assert first.next
        assert first.next.at == first.searched_to
        assert pages(session, rare) == [0, 0, 0]


def test_only_admins_read_and_superadmins_are_none_of_their_business(trail: Sessions) -> None:
    with trail.begin() as session:
        boss = add_session(session, "a", Role.SUPERADMIN, at=NOW)
        admin = add_session(session, "b", Role.ADMIN, at=NOW)
        later = NOW + timedelta(days=2)
        own = {"entity": "saved_view", "action": "saved_view.created"}
        about = {"entity": "user", "action": "user.signed_in"}
        (hidden,) = add_entries(session, 1, at=later, **about | {"entity_id": str(boss.id)})
        (visible,) = add_entries(session, 1, at=later, **about | {"entity_id": str(admin.id)})
        view = add_entries(session, 1, at=later, actor_id=boss.id, **own)
        add_entries(session, 1, at=later, actor_id=admin.id, **own)
        add_entries(session, 1, at=later, actor_id=boss.id, actor_name="superadmin")
        gone = {"before": {"role": "superadmin"}, "after": None, "entity_id": "777"}
        add_entries(session, 1, at=later, **about | {"action": "user.deleted"} | gone)
        span = AuditFilter(start=later)
        assert sum(pages(session, span, actor=SUPERADMIN)) == 6
        assert sum(pages(session, span, actor=ADMIN)) == 3
        assert reading.get_entry(session, hidden, actor=SUPERADMIN).id == hidden
        assert reading.get_entry(session, visible, actor=ADMIN).id == visible
        for number in (hidden, *view, 10**6):
            with pytest.raises(NotFoundError):
                reading.get_entry(session, number, actor=ADMIN)
        assert "superadmin" not in reading.read_names(session, actor=ADMIN).users.values()
        for refused in (pages, lambda one, _wanted, actor: reading.list_choices(one, actor=actor)):
            with pytest.raises(NotAllowedError):
                refused(session, span, actor=EDITOR)
        session.rollback()


def test_choices_are_what_stands_in_the_entries(trail: Sessions) -> None:
    with trail.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=NOW))
        session.flush()
        choices = reading.list_choices(session, actor=ADMIN)
        assert sorted(choices.actors) == ["cli", "eva", "maria"]
        assert sorted(choices.actions) == ["event.updated", "group.renamed", "setting.changed"]
        assert sorted(choices.entities) == ["event", "group", "setting"]
        assert reading.read_names(session, actor=ADMIN).groups == {7: "Aula"}
        session.rollback()


def test_an_empty_trail_has_no_choices(shared: Sessions) -> None:
    forget(shared)
    with shared() as session:
        assert reading.list_choices(session, actor=ADMIN).actions == ()
        assert pages(session, EVERYTHING) == [0]


def test_an_entry_has_its_seal(trail: Sessions) -> None:
    with trail.begin() as session:
        newest = reading.find_entries(session, EVERYTHING, limit=1, actor=CLI).entries[0]
        assert reading.find_seal(session, newest.id) is None
        sealing.seal_entries(session, now=NOW)
        found = reading.find_seal(session, newest.id)
        assert found
        assert found.number == 124


def test_places_are_written_and_read() -> None:
    place = AuditPlace(NOW, 17)
    assert read_place(str(place)) == place
    assert [read_place(text) for text in ("", "x", "1-x", "9" * 17 + "-1")] == [None] * 4
    with pytest.raises(InvalidInputError):
        AuditFilter(start=NOW, end=NOW)
    with pytest.raises(InvalidInputError):
        AuditFilter(text="x" * 201)


def test_a_file_has_every_entry(trail: Sessions) -> None:
    with trail() as session:
        portions = reading.each_portion(session, AuditFilter(entity="group"), actor=CLI)
        csv = b"".join(export.file_chunks(portions, FileFormat.CSV, UTC)).decode()
    lines = csv.splitlines()
    assert len(lines) == 4
    assert lines[1].startswith("2026-11-23T08:00:02.000+00:00,eva,10.0.0.2,group.renamed,group,2,")
    assert "Größe & Straße" in lines[1]
