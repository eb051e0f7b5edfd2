"""Groups: names, order, and what deleting one means for players and events."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import AuditEntry, Client, ClientGroup, Event, Occurrence
from infoscreen_core.db.queries.groups import list_group_rows, list_groups
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import changes, system_settings
from infoscreen_core.services.screens import groups
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.people import ADMIN, EDITOR, NOW, actions_of, add_client, outbox_of, uuid_of


def _add(session: Session, *names: str) -> list[ClientGroup]:
    return [groups.create_group(session, name, actor=ADMIN, now=NOW) for name in names]


def _add_event(session: Session, group: ClientGroup) -> Event:
    event = Event(
        group_id=group.id,
        title="Mathe",
        event_type=EventType.MESSAGE,
        start=NOW,
        end=NOW + timedelta(hours=1),
        timezone="Europe/Vienna",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(event)
    session.flush()
    session.add(Occurrence(group_id=group.id, event_id=event.id, start=event.start, end=event.end))
    session.flush()
    return event


def _names(session: Session) -> list[str]:
    return [group.name for group in list_groups(session)]


def test_new_groups_go_last(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        _add(session, "Zeichensaal", "Aula", "Mensa")
        assert _names(session) == ["Zeichensaal", "Aula", "Mensa"]
        assert actions_of(session) == ["group.created"] * 3


def test_a_name_is_trimmed_and_stands_only_once_in_any_case(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        (group,) = _add(session, "  Große   Aula ")
        assert group.name == "Große Aula"
        for name in ("Große Aula", "grosse aula", "GROSSE AULA"):
            with pytest.raises(ConflictError, match="already") as caught:
                _add(session, name)
            assert caught.value.field == "name"
        assert _names(session) == ["Große Aula"]


def test_a_name_that_only_the_database_finds_taken_is_a_conflict_too(
    sessions: sessionmaker[Session],
) -> None:
    """MariaDB's collation takes "Kuche" for "Küche"; SQLite's does not."""
    with sessions.begin() as session:
        _add(session, "Küche")
        if session.get_bind().dialect.name == "sqlite":
            _add(session, "Kuche")
        else:
            with pytest.raises(ConflictError, match="already"):
                _add(session, "Kuche")
        _add(session, "Aula")
        assert _names(session)[-1] == "Aula"


@pytest.mark.parametrize("name", ["", "   ", "a\0b", "x" * 101, "\ud800"])
def test_an_odd_name_is_refused(sqlite_sessions: sessionmaker[Session], name: str) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(InvalidInputError) as caught:
        _add(session, name)
    assert caught.value.field == "name"


def test_a_group_may_change_the_case_of_its_own_name(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group, other = _add(session, "aula", "Mensa")
        groups.rename_group(session, group.id, "Aula", actor=ADMIN, now=NOW)
        assert _names(session) == ["Aula", "Mensa"]
        with pytest.raises(ConflictError):
            groups.rename_group(session, other.id, "AULA", actor=ADMIN, now=NOW)
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "group.renamed")
        ).one()
        assert entry.before
        assert entry.after
        assert (entry.before["name"], entry.after["name"]) == ("aula", "Aula")


def test_a_description_can_be_given_and_taken_away(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        (group,) = _add(session, "Aula")
        for typed, stored in ((" im Erdgeschoß ", "im Erdgeschoß"), ("  ", None)):
            groups.describe_group(session, group.id, typed, actor=ADMIN, now=NOW)
            assert group.description == stored
        with pytest.raises(InvalidInputError):
            groups.describe_group(session, group.id, "x" * 501, actor=ADMIN, now=NOW)


def test_editors_order_groups_but_only_admins_change_them(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        (group,) = _add(session, "Aula")
        groups.set_group_order(session, [group.id], actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            groups.create_group(session, "Mensa", actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            groups.rename_group(session, group.id, "Mensa", actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            groups.delete_group(session, group.id, actor=EDITOR, now=NOW)


def test_the_order_is_kept_and_those_not_named_follow(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        a, b, c, d = _add(session, "a", "b", "c", "d")
        ordered = groups.set_group_order(session, [d.id, b.id], actor=EDITOR, now=NOW)
        assert [group.name for group in ordered] == _names(session) == ["d", "b", "a", "c"]
        stored = system_settings.get_setting(session, "group_order")
        assert stored == [d.id, b.id, a.id, c.id]
        _add(session, "e")
        assert _names(session)[-1] == "e"


def test_an_order_with_strangers_or_repetitions_is_refused(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        (group,) = _add(session, "a")
        with pytest.raises(NotFoundError, match="99"):
            groups.set_group_order(session, [group.id, 99], actor=EDITOR, now=NOW)
        with pytest.raises(InvalidInputError, match="only once"):
            groups.set_group_order(session, [group.id, group.id], actor=EDITOR, now=NOW)


def test_deleting_a_group_with_contents_is_refused(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        (group,) = _add(session, "Aula")
        add_client(session, group_id=group.id)
        _add_event(session, group)
        with pytest.raises(ConflictError) as caught:
            groups.delete_group(session, group.id, actor=ADMIN, now=NOW)
        assert caught.value.params == {"name": "Aula", "clients": 1, "events": 1}
        assert outbox_of(session) == []


def test_deleting_an_empty_group_takes_back_what_is_retained(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        (group,) = _add(session, "Aula")
        groups.delete_group(session, group.id, actor=ADMIN, now=NOW)
        assert outbox_of(session) == [
            (f"infoscreen/events/{group.id}", b"[]", True),
            (f"infoscreen/groups/{group.id}/power/intent", b"", True),
        ]
        assert _names(session) == []
        (new,) = _add(session, "Mensa")
        assert new.id != group.id  # topics outlive the group: its id is not given to another


def test_a_deleted_groups_contents_can_move(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        group, other = _add(session, "Aula", "Mensa")
        for number in (1, 2):
            add_client(session, number, group_id=group.id)
        event = _add_event(session, group)
        groups.delete_group(session, group.id, move_to=other.id, actor=ADMIN, now=NOW)
        assert outbox_of(session)[:2] == [
            (f"infoscreen/{uuid_of(number)}/group_id", str(other.id).encode(), True)
            for number in (1, 2)
        ]
        found = list_group_rows(session)
        assert [(row.group.name, row.client_count, row.event_count) for row in found] == [
            ("Mensa", 2, 1)
        ]
        session.expire_all()
        assert session.scalars(select(Occurrence.group_id)).all() == [other.id]
        assert session.get_one(Event, event.id).version == 2


def test_a_group_deleted_by_force_leaves_players_unassigned_and_its_events_gone(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        (group,) = _add(session, "Aula")
        add_client(session, group_id=group.id)
        event_id = _add_event(session, group).id
        groups.delete_group(session, group.id, is_forced=True, actor=ADMIN, now=NOW)
        assert outbox_of(session)[0] == (f"infoscreen/{uuid_of(1)}/group_id", b"", True)
        session.expire_all()
        assert session.get_one(Client, uuid_of(1)).group_id is None
        assert list(session.scalars(select(Event.id))) == []
        assert list(session.scalars(select(Occurrence.id))) == []
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "group.deleted")
        ).one()
        assert entry.before
        assert entry.before["event_ids"] == [event_id]
        assert entry.before["client_uuids"] == [uuid_of(1)]


def test_contents_do_not_move_into_the_group_that_goes(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        (group,) = _add(session, "Aula")
        with pytest.raises(InvalidInputError, match="another group"):
            groups.delete_group(session, group.id, move_to=group.id, actor=ADMIN, now=NOW)
        with pytest.raises(NotFoundError):
            groups.delete_group(session, group.id, move_to=99, actor=ADMIN, now=NOW)


def test_a_person_may_name_a_group_by_name_or_id(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        first, second = _add(session, "Aula", "1")
        assert groups.get_group_by_text(session, " aula ") is first
        assert groups.get_group_by_text(session, "1") is second  # the name goes before the id
        assert groups.get_group_by_text(session, str(second.id)) is second
        with pytest.raises(NotFoundError, match="Turnsaal"):
            groups.get_group_by_text(session, "Turnsaal")


def test_the_scheduler_hears_of_new_and_deleted_groups(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        bootstrap(session, Settings(), now=NOW)
        before = changes.current(session)
        (group,) = _add(session, "Aula")
        assert changes.current(session) > before
        before = changes.current(session)
        groups.delete_group(session, group.id, actor=ADMIN, now=NOW)
        assert changes.current(session) > before
