"""Change single fields of periods and holidays, as programs send them: the rest stays as it is.

What is stored is locked before it is read, so two programs that change different fields at once
both get what they asked for.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import holidays, periods
from infoscreen_core.services.school.holiday_calendars import holiday_of
from infoscreen_core.services.school.holidays import HolidayWritten
from infoscreen_core.services.school.views import PeriodView, period_view
from infoscreen_core.services.turns import Turn


def edit_period(
    session: Session, period_id: int, given: Mapping[str, Any], *, actor: Actor, now: datetime
) -> PeriodView:
    """Change fields of `PeriodDraft`; raises as `periods.update_period` does."""
    actor.require(Role.ADMIN)
    turns.take(session, Turn.PERIODS)
    draft = replace(periods.get_draft(session, period_id), **given)
    return period_view(periods.update_period(session, period_id, draft, actor=actor, now=now))


def edit_holiday(
    session: Session, holiday_id: int, given: Mapping[str, Any], *, actor: Actor, now: datetime
) -> HolidayWritten:
    """Change fields of `Holiday`; raises as `holidays.update_holiday` does."""
    actor.require(Role.EDITOR)
    period_id = holidays.get_holiday(session, holiday_id).academic_period_id
    holidays.lock_bounds(session, period_id)
    stored = holidays.get_holiday(session, holiday_id)
    session.refresh(stored)
    holiday = replace(holiday_of(stored), **given)
    return holidays.update_holiday(session, holiday_id, holiday, actor=actor, now=now)
