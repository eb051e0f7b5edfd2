from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.school.periods import PeriodDraft
from infoscreen_core.errors import ConflictError, InfoscreenError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school import periods
from infoscreen_core.services.school.period_usage import get_usage
from tests.support.events.planning import MONDAY, Sessions, add_group, add_holiday, local, plan, utc
from tests.support.media.files import file_row
from tests.support.people import ADMIN, EDITOR, actions_of

NOW = MONDAY
YEAR = PeriodDraft(
    name="Schuljahr 2026/27",
    display_name="2026/27",
    period_type=PeriodType.SCHULJAHR,
    start_date=date(2026, 9, 7),
    end_date=date(2027, 7, 2),
)
NEXT = replace(
    YEAR,
    name="Schuljahr 2027/28",
    start_date=date(2027, 9, 6),
    end_date=date(2028, 6, 30),
    display_name=None,
)


def create(session: Session, draft: PeriodDraft = YEAR) -> AcademicPeriod:
    return periods.create_period(session, draft, actor=ADMIN, now=NOW)


def put_away(session: Session, draft: PeriodDraft = YEAR) -> AcademicPeriod:
    return periods.archive_period(session, create(session, draft).id, actor=ADMIN, now=NOW)


def test_a_period_is_stored_trimmed_and_not_in_force(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = create(session, replace(YEAR, name="  Schuljahr   2026/27 ", display_name=" "))
    with sessions() as session:
        stored = periods.get_period(session, period.id)
        assert (stored.name, stored.display_name, stored.is_active) == (
            "Schuljahr 2026/27",
            None,
            False,
        )
        assert periods.draft_of(stored) == replace(YEAR, display_name=None)
        assert actions_of(session) == ["period.created"]


def test_activating_one_puts_the_others_out_of_force(sessions: Sessions) -> None:
    with sessions.begin() as session:
        first, second = create(session), create(session, NEXT)
        periods.activate_period(session, first.id, actor=ADMIN, now=NOW)
        periods.activate_period(session, second.id, actor=ADMIN, now=NOW)
        periods.activate_period(session, second.id, actor=ADMIN, now=NOW)
    with sessions() as session:
        active = session.scalars(select(AcademicPeriod.name).where(AcademicPeriod.is_active)).all()
        assert active == [NEXT.name]
        changed = ["period.activated", "period.deactivated", "period.activated"]
        assert actions_of(session)[2:] == changed


def test_a_period_saved_as_it_was_is_no_change(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = create(session)
        periods.update_period(session, period.id, YEAR, actor=ADMIN, now=NOW + timedelta(hours=1))
    with sessions() as session:
        assert periods.get_period(session, period.id).updated_at == NOW
        assert actions_of(session) == ["period.created"]


def test_a_changed_period_keeps_clear_of_the_others_but_not_of_itself(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = create(session)
        create(session, NEXT)
        periods.update_period(
            session, period.id, replace(YEAR, end_date=date(2027, 9, 5)), actor=ADMIN, now=NOW
        )
        with pytest.raises(
            ConflictError, match=r"overlap Schuljahr 2027/28 \(2027-09-06 – 2028-06-30\)"
        ):
            periods.update_period(
                session, period.id, replace(YEAR, end_date=NEXT.start_date), actor=ADMIN, now=NOW
            )
        with pytest.raises(ConflictError, match="called SCHULJAHR 2027/28 already"):
            periods.update_period(
                session, period.id, replace(YEAR, name=NEXT.name.upper()), actor=ADMIN, now=NOW
            )
        assert period.end_date == date(2027, 9, 5)


def test_days_of_another_type_and_names_of_archived_ones_are_free(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        put_away(session)
        create(session)
        create(session, replace(YEAR, name="Wintersemester", period_type=PeriodType.SEMESTER))


def test_a_period_cannot_leave_its_holidays_outside(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = create(session)
        add_holiday(session, date(2026, 10, 27), date(2026, 10, 31), period.id)
        with pytest.raises(
            ConflictError, match=r"Herbstferien \(2026-10-27 – 2026-10-31\) would lie outside"
        ):
            periods.update_period(
                session,
                period.id,
                replace(YEAR, start_date=date(2026, 10, 28)),
                actor=ADMIN,
                now=NOW,
            )


def test_an_archived_period_is_neither_changed_nor_activated(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = put_away(session)
        with pytest.raises(ConflictError, match="is archived; restore it first"):
            periods.update_period(session, period.id, YEAR, actor=ADMIN, now=NOW)
        with pytest.raises(ConflictError, match="is archived; restore it first"):
            periods.activate_period(session, period.id, actor=ADMIN, now=NOW)
        with pytest.raises(ConflictError, match="is archived already"):
            periods.archive_period(session, period.id, actor=ADMIN, now=NOW)


def test_a_restored_period_is_back_but_not_in_force(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = put_away(session)
        periods.restore_period(session, period.id, actor=ADMIN, now=NOW)
        assert (period.archived_at, period.is_active) == (None, False)
        with pytest.raises(ConflictError, match="is not archived"):
            periods.restore_period(session, period.id, actor=ADMIN, now=NOW)


def test_a_period_is_not_restored_over_one_that_took_its_place(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        old = put_away(session)
        create(session, replace(YEAR, name="Neues Jahr"))
        with pytest.raises(ConflictError, match="would overlap Neues Jahr"):
            periods.restore_period(session, old.id, actor=ADMIN, now=NOW)


def test_the_period_in_force_is_not_archived(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = periods.activate_period(session, create(session).id, actor=ADMIN, now=NOW)
        with pytest.raises(ConflictError, match="is in force; activate another one first"):
            periods.archive_period(session, period.id, actor=ADMIN, now=NOW)


def test_usage_names_the_series_that_still_take_place_and_archive_refuses_by_them(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        period, group = create(session), add_group(session)
        own = period.id
        plan(session, group, academic_period_id=own)
        endless = plan(
            session, group, title="Chor", recurrence_rule="FREQ=WEEKLY", academic_period_id=own
        )
        ending = plan(
            session,
            group,
            title="Sport",
            recurrence_rule="FREQ=WEEKLY;COUNT=2",
            academic_period_id=own,
        )
        usage = get_usage(session, period, now=NOW)
        until = "2026-09-14 06:50:00+00:00"
        assert [(str(one.sentence), one.event_id) for one in usage.archive_blockers] == [
            (
                "The series Chor of the group Aula has no end; end it or delete it first.",
                endless.id,
            ),
            (
                (
                    f"The series Sport of the group Aula takes place until {until}; "
                    "end it or delete it first."
                ),
                ending.id,
            ),
        ]
        assert (usage.event_count, usage.can_archive, usage.can_delete) == (3, False, False)
        with pytest.raises(ConflictError, match="The series Chor of the group Aula has no end"):
            periods.archive_period(session, period.id, actor=ADMIN, now=NOW)
        endless.is_active = False
        session.flush()
        just_before, at_end = utc("2026-09-14T06:49:59"), utc("2026-09-14T06:50")
        assert [
            one.event_id for one in get_usage(session, period, now=just_before).archive_blockers
        ] == [ending.id]
        periods.archive_period(session, period.id, actor=ADMIN, now=at_end)


def test_of_many_running_series_the_rest_is_counted(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period, group = create(session), add_group(session)
        for _ in range(13):
            plan(session, group, recurrence_rule="FREQ=DAILY", academic_period_id=period.id)
        blockers = get_usage(session, period, now=NOW).archive_blockers
        assert len(blockers) == 11
        assert (
            str(blockers[-1].sentence) == "Series of the period that still take place besides: 3."
        )


def test_only_an_archived_period_without_events_and_media_is_deleted(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = create(session)
        add_holiday(session, date(2026, 10, 27), date(2026, 10, 31), period.id)
        with pytest.raises(ConflictError, match="is not archived; archive it first"):
            periods.delete_period(session, period.id, actor=ADMIN, now=NOW)
        event = plan(session, add_group(session), academic_period_id=period.id)
        media = file_row("Plakat", MediaType.PNG, now=NOW, academic_period_id=period.id)
        session.add(media)
        session.flush()
        periods.archive_period(session, period.id, actor=ADMIN, now=NOW)
        said = [str(one.sentence) for one in get_usage(session, period, now=NOW).delete_blockers]
        assert said == [
            (
                "Events in the period Schuljahr 2026/27: 1; "
                "delete them or give them another one first."
            ),
            "Files in the period Schuljahr 2026/27: 1; delete them or give them another one first.",
        ]
        with pytest.raises(ConflictError, match="Events in the period Schuljahr 2026/27: 1;"):
            periods.delete_period(session, period.id, actor=ADMIN, now=NOW)
        session.delete(event)
        session.delete(media)
        session.flush()
        periods.delete_period(session, period.id, actor=ADMIN, now=NOW)
    with sessions() as session:
        assert session.scalars(select(AcademicPeriod)).all() == []
        assert session.scalars(select(SchoolHoliday)).all() == []


def test_a_period_is_found_by_name_or_number(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        old = put_away(session)
        new = create(session)
        assert periods.get_period_by_text(session, " schuljahr 2026/27") is new
        assert periods.get_period_by_text(session, str(old.id)) is old
        with pytest.raises(NotFoundError, match="no academic period called 2031"):
            periods.get_period_by_text(session, "2031")
        with pytest.raises(NotFoundError, match="with the number 99"):
            periods.get_period(session, 99)


@pytest.mark.parametrize(
    "write",
    [
        lambda session, _: periods.create_period(session, NEXT, actor=EDITOR, now=NOW),
        lambda session, id_: periods.update_period(session, id_, NEXT, actor=EDITOR, now=NOW),
        lambda session, id_: periods.activate_period(session, id_, actor=EDITOR, now=NOW),
        lambda session, id_: periods.archive_period(session, id_, actor=EDITOR, now=NOW),
        lambda session, id_: periods.restore_period(session, id_, actor=EDITOR, now=NOW),
        lambda session, id_: periods.delete_period(session, id_, actor=EDITOR, now=NOW),
    ],
)
def test_periods_are_the_admins(
    sqlite_sessions: Sessions, write: Callable[[Session, int], object]
) -> None:
    with sqlite_sessions.begin() as session:
        period = create(session)
        with pytest.raises(NotAllowedError):
            write(session, period.id)


def test_a_refused_write_leaves_the_database_as_it_was(sessions: Sessions) -> None:
    with sessions.begin() as session:
        first, _second = create(session), create(session, NEXT)
    bad = replace(YEAR, start_date=date(2028, 1, 1), end_date=date(2028, 2, 1))
    with pytest.raises(InfoscreenError), sessions.begin() as session:
        periods.update_period(session, first.id, bad, actor=CLI, now=NOW)
    with sessions() as session:
        assert periods.draft_of(periods.get_period(session, first.id)) == YEAR
        assert local("2026-09-07T00:00").date() == periods.get_period(session, first.id).start_date
