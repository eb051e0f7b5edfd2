import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, Event, Occurrence
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import changes, system_settings
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.school import holidays
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    indexed_starts,
    lesson,
    local,
    move,
    plan,
    utc,
)

NOW = MONDAY
Write = Callable[[Session], object]


def test_a_created_event_is_stored_in_utc_with_its_occurrence(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session))
    with sessions() as session:
        stored = session.get_one(Event, event.id)
        assert (stored.start, stored.end) == (utc("2026-09-07T06:00"), utc("2026-09-07T06:50"))
        assert stored.timezone == "Europe/Vienna"
        assert stored.version == 1
        assert indexed_starts(session, event.id) == [stored.start]


def test_one_event_is_created_for_each_group(sessions: Sessions) -> None:
    with sessions.begin() as session:
        groups = [add_group(session, name) for name in ("Aula", "Hof", "Turnsaal")]
        created = events.create_events(session, lesson(0, group_ids=groups), actor=CLI, now=NOW)
        assert [event.group_id for event in created] == groups


def test_creating_tells_the_scheduler_and_the_audit(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        before = changes.current(session)
        event = plan(session, group)
        assert changes.current(session) > before
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.entity_id, entry.actor_name) == (
            "event.created",
            str(event.id),
            "cli",
        )
        assert entry.after
        assert entry.after["title"] == "Mathe 3B"


def test_a_series_recurs_in_local_wall_time_across_the_clock_change(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
        starts = indexed_starts(session, event.id)
        assert utc("2026-10-19T06:00") in starts
        assert utc("2026-10-26T07:00") in starts


def test_defaults_come_from_the_system_settings(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        settings = {
            "presentation_interval": 25,
            "video_volume": 0.3,
            "default_timezone": "Europe/Lisbon",
        }
        system_settings.set_settings(session, settings, actor=CLI, now=NOW)
        event = plan(session, group, event_type=EventType.PRESENTATION)
        assert (event.slide_interval, event.volume) == (25, 0.3)
        assert event.start == utc("2026-09-07T07:00")


def test_a_webuntis_event_keeps_the_address_it_was_created_with(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        draft = lesson(group, event_type=EventType.WEBUNTIS)
        with pytest.raises(InvalidInputError, match="supplement_table_url"):
            events.create_events(session, draft, actor=CLI, now=NOW)
        system_settings.set_setting(
            session, "supplement_table_url", "https://untis.example/a", actor=CLI, now=NOW
        )
        event = events.create_events(session, draft, actor=CLI, now=NOW)[0]
        system_settings.set_setting(
            session, "supplement_table_url", "https://untis.example/b", actor=CLI, now=NOW
        )
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)
        assert event.website_url == "https://untis.example/a"


def test_an_all_day_event_covers_its_dates(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        one = plan(session, group, is_all_day=True)
        assert (one.start, one.end) == (utc("2026-09-06T22:00"), utc("2026-09-07T22:00"))
        two = plan(session, group, is_all_day=True, end=local("2026-09-09T00:00"))
        assert two.end == utc("2026-09-08T22:00")


def test_microseconds_are_cut_off(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        start = local("2026-09-07T08:00").replace(microsecond=999_999)
        event = plan(session, add_group(session), start=start)
        assert event.start == utc("2026-09-07T06:00")
        assert indexed_starts(session, event.id) == [event.start]


def test_a_plain_user_may_not_plan(sqlite_sessions: Sessions) -> None:
    somebody = Actor(user_id=None, name="eva", role=Role.USER, source="test")
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group)
        with pytest.raises(NotAllowedError):
            events.create_events(session, lesson(group), actor=somebody, now=NOW)
        with pytest.raises(NotAllowedError):
            events.delete_event(session, event.id, actor=somebody, now=NOW)


def test_an_update_replaces_the_index_and_raises_the_version(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session))
        version = event.version
        draft = lesson(
            event.group_id, start=local("2026-09-08T10:00"), end=local("2026-09-08T11:00")
        )
        events.update_event(session, event.id, draft, version=version, actor=CLI, now=NOW)
        assert event.version > version
        assert indexed_starts(session, event.id) == [utc("2026-09-08T08:00")]


def test_the_second_writer_is_told_and_nothing_is_lost(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session))
        version, group = event.version, event.group_id
        first = lesson(group, title="Physik")
        events.update_event(session, event.id, first, version=version, actor=CLI, now=NOW)
    with sessions() as session:
        second = lesson(group, title="Chemie")
        with pytest.raises(ConflictError):
            events.update_event(session, event.id, second, version=version, actor=CLI, now=NOW)
        session.rollback()
        assert session.get_one(Event, event.id).title == "Physik"


def test_a_draft_of_an_event_changes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9")
        start, end, rule = event.start, event.end, event.recurrence_rule
        events.update_event(
            session, event.id, EventDraft.of(event), version=event.version, actor=CLI, now=NOW
        )
        assert (event.start, event.end, event.recurrence_rule) == (start, end, rule)


def test_an_event_belongs_to_one_group(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        draft = lesson(0, group_ids=[event.group_id, add_group(session, "Hof")])
        with pytest.raises(InvalidInputError, match="one group"):
            events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)


def test_a_deleted_event_leaves_no_occurrence(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=DAILY")
    with sessions.begin() as session:
        events.delete_event(session, event.id, actor=CLI, now=NOW)
    with sessions() as session:
        assert session.get(Event, event.id) is None
        assert not session.scalars(select(Occurrence)).all()
        deleted = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert deleted
        assert deleted.before
        assert deleted.before["recurrence_rule"] == "FREQ=DAILY"
        with pytest.raises(NotFoundError):
            events.get_event(session, event.id)


def test_a_title_is_one_line_and_a_description_may_have_many(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(
            session,
            add_group(session),
            title=" Mathe\r\n3B ",
            location=" Aula,\n1. Stock",
            description="a\r\nb\n",
        )
        assert (event.title, event.location, event.description) == (
            "Mathe 3B",
            "Aula, 1. Stock",
            "a\nb",
        )


def test_a_leap_day_in_an_event_is_an_ordinary_day(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        day = date(2028, 2, 29).isoformat()
        event = plan(
            session, add_group(session), start=local(f"{day}T08:00"), end=local(f"{day}T09:00")
        )
        assert event.start == utc("2028-02-29T07:00")


def test_two_who_save_at_the_same_time_are_put_in_order(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session))
        version, group = event.version, event.group_id
    outcomes: list[str] = []

    def save(title: str) -> None:
        try:
            with sessions.begin() as session:
                draft = lesson(group, title=title)
                events.update_event(session, event.id, draft, version=version, actor=CLI, now=NOW)
            outcomes.append("saved")
        except ConflictError:
            outcomes.append("told")

    threads = [
        threading.Thread(target=save, args=(title,)) for title in ("Physik", "Chemie", "Musik")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told", "told"]


def test_every_write_tells_the_scheduler(sqlite_sessions: Sessions) -> None:
    def counter() -> int:
        with sqlite_sessions() as session:
            return changes.current(session)

    with sqlite_sessions.begin() as session:
        group = add_group(session)
    holiday = Holiday(name="Ferien", start_date=date(2026, 9, 9), end_date=date(2026, 9, 9))
    writes: list[Write] = [
        lambda session: plan(session, group, recurrence_rule="FREQ=DAILY"),
        lambda session: events.update_event(
            session, 1, lesson(group, recurrence_rule="FREQ=DAILY"), version=1, actor=CLI, now=NOW
        ),
        lambda session: move(
            session, session.get_one(Event, 1), "2026-09-07T09:00", "2026-09-07T10:00"
        ),
        lambda session: event_series.skip_occurrence(
            session, 1, utc("2026-09-08T07:00"), version=None, actor=CLI, now=NOW
        ),
        lambda session: event_series.restore_occurrence(
            session, 1, utc("2026-09-08T07:00"), version=None, actor=CLI, now=NOW
        ),
        lambda session: event_series.detach_occurrence(
            session, 1, utc("2026-09-08T07:00"), lesson(group), version=None, actor=CLI, now=NOW
        ),
        lambda session: event_series.split_series(
            session,
            1,
            utc("2026-09-12T07:00"),
            event_series.occurrence_draft(session.get_one(Event, 1), utc("2026-09-12T07:00")),
            version=None,
            actor=CLI,
            now=NOW,
        ),
        lambda session: event_series.delete_following(
            session, 1, utc("2026-09-10T07:00"), version=None, actor=CLI, now=NOW
        ),
        lambda session: holidays.create_holiday(session, None, holiday, actor=CLI, now=NOW),
        lambda session: holidays.update_holiday(
            session, 1, replace(holiday, name="x"), actor=CLI, now=NOW
        ),
        lambda session: holidays.delete_holiday(session, 1, actor=CLI, now=NOW),
        lambda session: events.delete_event(session, 1, actor=CLI, now=NOW),
    ]
    for write in writes:
        before = counter()
        with sqlite_sessions.begin() as session:
            write(session)
        assert counter() > before
