"""Events as programs read and write them: single fields, pages by a key, single days."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientGroup, Event, EventDeletion, EventMedia
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.records import edits, pages
from infoscreen_core.services.events.records.edits import EventFields
from infoscreen_core.services.events.records.pages import EventFilter, OccurrencesAsked
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions, add_group, exceptions_of, local, plan, utc
from tests.support.media.files import add_file

MESSAGE = {"title": "Mathe", "event_type": "message", "message_text": "Raum 12"}


@pytest.fixture
def session(shared: Sessions) -> Iterator[Session]:
    with shared.begin() as session:
        for table in (Event, EventDeletion, EventMedia, ClientGroup):
            session.execute(delete(table))
        yield session
        session.rollback()


@pytest.fixture
def group(session: Session) -> int:
    return add_group(session)


def _create(session: Session, group: int, **changed: object) -> edits.Written:
    fields = EventFields(
        {**MESSAGE, "group_ids": (group,), **changed},
        utc("2026-09-07T06:00"),
        utc("2026-09-07T06:50"),
    )
    return edits.create(session, fields, actor=CLI, now=NOW)


def _edit(session: Session, event_id: int, fields: EventFields) -> edits.Written:
    return edits.edit(session, event_id, fields, version=None, actor=CLI, now=NOW)


def test_what_is_not_given_stays_as_it_is(session: Session, group: int) -> None:
    made = _create(session, group, description="nur 3B").event
    assert (made.start, made.timezone) == (utc("2026-09-07T06:00"), "Europe/Vienna")
    edited = _edit(session, made.id, EventFields({"title": "Physik"})).event
    assert (edited.title, edited.description, edited.start) == ("Physik", "nur 3B", made.start)
    assert edited.version == made.version + 1
    moved = _edit(session, made.id, EventFields({}, end=utc("2026-09-07T07:30"))).event
    assert (moved.start, moved.end) == (made.start, utc("2026-09-07T07:30"))


def test_an_old_version_is_refused_and_nothing_written(session: Session, group: int) -> None:
    made = _create(session, group).event
    _edit(session, made.id, EventFields({"title": "Physik"}))
    with pytest.raises(ConflictError, match="Somebody changed"):
        edits.edit(
            session,
            made.id,
            EventFields({"title": "Chemie"}),
            version=made.version,
            actor=CLI,
            now=NOW,
        )
    assert pages.get_record(session, made.id).title == "Physik"


def test_all_day_events_are_given_by_their_days(session: Session, group: int) -> None:
    fields = EventFields(
        {**MESSAGE, "group_ids": (group,), "is_all_day": True},
        first_day=date(2026, 9, 7),
        last_day=date(2026, 9, 8),
    )
    made = edits.create(session, fields, actor=CLI, now=NOW).event
    assert (made.start, made.end) == (utc("2026-09-06T22:00"), utc("2026-09-08T22:00"))
    assert (made.start_date, made.end_date) == (date(2026, 9, 7), date(2026, 9, 8))
    longer = _edit(session, made.id, EventFields({}, last_day=date(2026, 9, 10))).event
    assert (longer.start_date, longer.end_date) == (date(2026, 9, 7), date(2026, 9, 10))


def test_days_are_refused_for_an_event_with_times(session: Session, group: int) -> None:
    made = _create(session, group).event
    with pytest.raises(InvalidInputError, match="lasts all day") as raised:
        _edit(session, made.id, EventFields({}, last_day=date(2026, 9, 10)))
    assert raised.value.field == "end_date"


def test_an_event_without_a_start_is_refused(session: Session, group: int) -> None:
    fields = EventFields({**MESSAGE, "group_ids": (group,)}, end=utc("2026-09-07T06:50"))
    with pytest.raises(InvalidInputError, match="start is missing"):
        edits.create(session, fields, actor=CLI, now=NOW)


def test_one_day_of_a_series_becomes_an_event(session: Session, group: int) -> None:
    master = _create(session, group, recurrence_rule="FREQ=DAILY;COUNT=5").event
    made = edits.detach(
        session,
        master.id,
        date(2026, 9, 9),
        EventFields({"title": "Ausflug"}, utc("2026-09-09T07:00"), utc("2026-09-09T09:00")),
        version=master.version,
        actor=CLI,
        now=NOW,
    ).event
    assert (made.title, made.master_event_id) == ("Ausflug", master.id)
    assert (made.start, made.end) == (utc("2026-09-09T07:00"), utc("2026-09-09T09:00"))
    assert pages.get_record(session, master.id).recurrence_exception == "20260909T060000Z"


def test_one_day_of_a_series_is_left_out_and_comes_back(session: Session, group: int) -> None:
    master = _create(session, group, recurrence_rule="FREQ=DAILY;COUNT=5").event
    day = date(2026, 9, 8)
    gone = edits.skip(session, master.id, day, version=None, actor=CLI, now=NOW)
    assert exceptions_of(session, master.id) == [(utc("2026-09-08T06:00"), ExceptionKind.SKIPPED)]
    assert gone.undo_until == NOW + timedelta(minutes=10)
    back = edits.undo(session, gone.id, actor=CLI, now=NOW).event
    assert (back.id, back.recurrence_exception) == (master.id, None)


def test_a_day_without_a_date_and_a_single_event_are_refused(session: Session, group: int) -> None:
    master = _create(session, group, recurrence_rule="FREQ=WEEKLY").event
    with pytest.raises(NotFoundError, match="no date on 2026-09-08"):
        edits.skip(session, master.id, date(2026, 9, 8), version=None, actor=CLI, now=NOW)
    single = _create(session, group).event
    with pytest.raises(InvalidInputError, match="does not recur"):
        edits.skip(session, single.id, date(2026, 9, 7), version=None, actor=CLI, now=NOW)


def test_a_write_tells_what_keeps_an_event_from_being_seen(session: Session, group: int) -> None:
    _create(session, group, priority=10)
    told = [str(one) for one in _create(session, group).warnings]
    assert any("has the higher priority" in one for one in told)


def test_files_of_a_presentation_keep_their_order(session: Session, group: int) -> None:
    ids = [add_file(session, f"{name}.pdf", MediaType.PDF, now=NOW) for name in "cab"]
    given = {"event_type": "presentation", "event_media_id": ids[0], "further_media_ids": ids[1:]}
    made = _create(session, group, **given).event
    assert made.media_ids == tuple(ids)
    assert pages.get_record(session, made.id).media_ids == tuple(ids)


def test_events_come_page_by_page_and_each_once(session: Session, group: int) -> None:
    ids = [plan(session, group, title=f"Stunde {n}").id for n in range(7)]
    found, after = [], 0
    while part := pages.list_records(session, EventFilter(), after=after, limit=3):
        found += [one.id for one in part]
        after = part[-1].id
    assert found == ids


def test_events_are_filtered_by_group_span_and_state(session: Session, group: int) -> None:
    other = add_group(session, "Foyer")
    early = plan(session, group).id
    late = plan(session, other, start=local("2026-12-07T08:00"), end=local("2026-12-07T09"))
    series = plan(session, group, recurrence_rule="FREQ=WEEKLY").id
    off = plan(session, group, is_active=False).id

    def ids(**wanted: object) -> list[int]:
        asked = EventFilter(**wanted)  # type: ignore[arg-type]
        return [one.id for one in pages.list_records(session, asked, limit=100)]

    assert ids(group_ids=[other]) == [late.id]
    assert ids(start=utc("2026-10-01T00:00")) == [late.id, series]
    assert ids(end=utc("2026-10-01T00:00")) == [early, series, off]
    assert ids(is_active=False) == [off]
    with pytest.raises(InvalidInputError, match="not after the start"):
        ids(start=NOW, end=NOW)


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
def test_dates_come_page_by_page_as_the_calendar_has_them(
    session: Session, group: int, limit: int
) -> None:
    plan(session, group, recurrence_rule="FREQ=DAILY;COUNT=40")
    plan(session, group, recurrence_rule="FREQ=WEEKLY")
    plan(session, group, start=local("2026-08-20T08:00"), end=local("2026-09-20T08:00"))
    plan(session, group, start=local("2027-03-01T08:00"), end=local("2027-03-01T09:00"))
    start, end = utc("2026-09-08T06:30"), utc("2027-04-01T00:00")
    asked, found, after = OccurrencesAsked(start, end, [group]), [], None
    while part := pages.list_dates(session, asked, after=after, limit=limit, now=NOW):
        found += part
        after = pages.occurrence_key(part[-1])
        if len(found) > 30 and limit == 1:  # the rest is no different
            break
    whole = sorted(
        list_occurrences(session, group_ids=[group], window_start=start, window_end=end, now=NOW),
        key=pages.occurrence_key,
    )
    assert found == (whole[: len(found)] if limit == 1 else whole)


def test_too_long_a_stretch_of_dates_is_refused(session: Session) -> None:
    asked = OccurrencesAsked(NOW, NOW + timedelta(days=1200))
    with pytest.raises(InvalidInputError, match="1100 days at a time, not for 1200"):
        pages.list_dates(session, asked, limit=10, now=NOW)
