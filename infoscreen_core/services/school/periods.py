"""The school's years and their parts: plan them, put one in force, archive old ones."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.db.queries import periods as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import is_inside
from infoscreen_core.domain.school.periods import (
    PeriodDraft,
    check_fits,
    check_not_archived,
    checked_draft,
    find_in_force,
    school_years_to_begin_with,
)
from infoscreen_core.domain.school.periods import (
    find_coming as coming_after,
)
from infoscreen_core.domain.text.names import folded
from infoscreen_core.domain.text.wording import Days, shown
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit, turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school.holiday_calendars import holiday_of
from infoscreen_core.services.school.period_usage import refuse_archive, refuse_delete
from infoscreen_core.services.turns import Turn


def list_periods(session: Session, *, with_archived: bool = True) -> list[AcademicPeriod]:
    """Return academic periods by their first day."""
    return queries.list_periods(session, with_archived=with_archived)


def get_period(session: Session, period_id: int, *, is_locked: bool = False) -> AcademicPeriod:
    """Return the period; raise `NotFoundError` when there is none.

    With `is_locked` nobody else can change it until the commit.
    """
    period = queries.find_period(session, period_id, is_locked=is_locked)
    if period is None:
        raise NotFoundError(
            "There is no academic period with the number {id}; it may have been deleted.",
            field="academic_period_id",
            id=period_id,
        )
    return period


def get_period_by_text(session: Session, text: str) -> AcademicPeriod:
    """Return the period that a person gave by name or number.

    A name counts before a number, and a period in use before an archived one. Raises
    `NotFoundError` when there is none.
    """
    wanted = folded(text)
    periods = sorted(
        queries.list_periods(session), key=lambda period: period.archived_at is not None
    )
    named = [period for period in periods if folded(period.name) == wanted]
    found = next(iter(named), None) or next((one for one in periods if str(one.id) == wanted), None)
    if found is None:
        raise NotFoundError(
            "There is no academic period called {name}; see the list of periods.",
            field="period",
            name=shown(text),
        )
    return found


def create_period(
    session: Session, draft: PeriodDraft, *, actor: Actor, now: datetime
) -> AcademicPeriod:
    """Create a period, not in force yet.

    Raises `InvalidInputError` for wrong values, and `ConflictError` for a name that another period
    has or days that another one of its type has.
    """
    actor.require(Role.ADMIN)
    checked = checked_draft(draft)
    check_fits(checked, _take_turn(session))
    return _add(session, checked, actor=actor, now=now)


def update_period(
    session: Session, period_id: int, draft: PeriodDraft, *, actor: Actor, now: datetime
) -> AcademicPeriod:
    """Change a period's names, type or days.

    Raises `ConflictError` when it is archived, or when one of its holidays would lie outside.
    """
    actor.require(Role.ADMIN)
    checked = checked_draft(draft)
    period, others = _locked(session, period_id)
    check_not_archived(period)
    check_fits(checked, others)
    _check_holidays_inside(session, period, checked)
    before = audit.audited_columns(period)
    for name in ("name", "display_name", "period_type", "start_date", "end_date"):
        setattr(period, name, getattr(checked, name))
    _record_change(session, "period.updated", period, before, actor=actor, now=now)
    return period


def activate_period(
    session: Session, period_id: int, *, actor: Actor, now: datetime
) -> AcademicPeriod:
    """Put a period in force; the one that was in force no longer is."""
    actor.require(Role.ADMIN)
    chosen, others = _locked(session, period_id)
    check_not_archived(chosen)
    for period in (*others, chosen):
        _set_active(session, period, is_active=period is chosen, actor=actor, now=now)
    return chosen


def archive_period(
    session: Session, period_id: int, *, actor: Actor, now: datetime
) -> AcademicPeriod:
    """Archive a period; raise `ConflictError` while it is in force or its series take place."""
    actor.require(Role.ADMIN)
    period = get_period(session, period_id, is_locked=True)
    refuse_archive(session, period, now=now)
    before = audit.audited_columns(period)
    period.archived_at, period.archived_by = now, actor.user_id
    _record_change(session, "period.archived", period, before, actor=actor, now=now)
    return period


def restore_period(
    session: Session, period_id: int, *, actor: Actor, now: datetime
) -> AcademicPeriod:
    """Take a period out of the archive; it is not in force then.

    Raises `ConflictError` when another period has its name or days by now.
    """
    actor.require(Role.ADMIN)
    period, others = _locked(session, period_id)
    if period.archived_at is None:
        raise ConflictError("The period {period} is not archived.", period=period.name)
    check_fits(draft_of(period), others)
    before = audit.audited_columns(period)
    period.archived_at, period.archived_by, period.is_active = None, None, False
    _record_change(session, "period.restored", period, before, actor=actor, now=now)
    return period


def delete_period(session: Session, period_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete an archived period with its holidays.

    Raises `ConflictError` while events or media files belong to it.
    """
    actor.require(Role.ADMIN)
    period = get_period(session, period_id, is_locked=True)
    refuse_delete(session, period)
    before = audit.audited_columns(period)
    session.delete(period)
    session.flush()
    audit.record(
        session, "period.deleted", "period", period_id, actor=actor, now=now, before=before
    )


def draft_of(period: AcademicPeriod) -> PeriodDraft:
    """Return the draft of a stored period, from which its edit form starts."""
    return PeriodDraft(
        name=period.name,
        period_type=period.period_type,
        start_date=period.start_date,
        end_date=period.end_date,
        display_name=period.display_name,
    )


def get_draft(session: Session, period_id: int) -> PeriodDraft:
    """Return a period as a draft, by its id; raise `NotFoundError` when there is none."""
    return draft_of(get_period(session, period_id))


def seed_school_years(session: Session, today: date, *, actor: Actor, now: datetime) -> None:
    """Create the first school years, unless there is any academic period.

    Nothing is added to periods that are there: the school decides on their days, not our rule.
    """
    if _take_turn(session):
        return
    for draft in school_years_to_begin_with(today):
        _add(session, draft, actor=actor, now=now)


def activate_covering(
    session: Session, today: date, *, actor: Actor, now: datetime
) -> AcademicPeriod | None:
    """Activate the period that counts today and return it.

    Returns None, and changes nothing, when no period covers the day.
    """
    periods = [period for period in _take_turn(session) if period.archived_at is None]
    chosen = find_in_force(periods, today)
    if chosen is not None:
        for period in periods:
            _set_active(session, period, is_active=period is chosen, actor=actor, now=now)
    return chosen


def find_coming(session: Session, today: date) -> AcademicPeriod | None:
    """Return the first period that begins after today; None when none does."""
    return coming_after(queries.list_periods(session, with_archived=False), today)


def _add(session: Session, draft: PeriodDraft, *, actor: Actor, now: datetime) -> AcademicPeriod:
    period = AcademicPeriod(
        name=draft.name,
        display_name=draft.display_name,
        period_type=draft.period_type,
        start_date=draft.start_date,
        end_date=draft.end_date,
        created_at=now,
        updated_at=now,
    )
    session.add(period)
    session.flush()
    after = audit.audited_columns(period)
    audit.record(session, "period.created", "period", period.id, actor=actor, now=now, after=after)
    return period


def _locked(session: Session, period_id: int) -> tuple[AcademicPeriod, list[AcademicPeriod]]:
    """Return the period and all others, locked: names, days and the one in force concern all."""
    periods = _take_turn(session)
    period = get_period(session, period_id)
    return period, [other for other in periods if other is not period]


def _take_turn(session: Session) -> list[AcademicPeriod]:
    """Return all periods, locked; nobody else adds one until the commit, either."""
    turns.take(session, Turn.PERIODS)
    return queries.list_periods(session, is_locked=True)


def _check_holidays_inside(session: Session, period: AcademicPeriod, draft: PeriodDraft) -> None:
    for row in queries.list_holidays_of(session, period.id):
        holiday = holiday_of(row)
        if not is_inside(holiday, draft.start_date, draft.end_date):
            raise ConflictError(
                "{holiday} ({days}) would lie outside the period; change or delete it first.",
                field="start_date" if holiday.start_date < draft.start_date else "end_date",
                holiday=holiday.name,
                days=Days(holiday.start_date, holiday.end_date),
            )


def _set_active(
    session: Session, period: AcademicPeriod, *, is_active: bool, actor: Actor, now: datetime
) -> None:
    if period.is_active == is_active:
        return
    before = audit.audited_columns(period)
    period.is_active = is_active
    action = "period.activated" if is_active else "period.deactivated"
    _record_change(session, action, period, before, actor=actor, now=now)


def _record_change(
    session: Session,
    action: str,
    period: AcademicPeriod,
    before: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    if audit.audited_columns(period) == before:  # saved as it was: there is nothing to record
        return
    period.updated_at = now
    session.flush()
    after = audit.audited_columns(period)
    audit.record(
        session, action, "period", period.id, actor=actor, now=now, before=before, after=after
    )
