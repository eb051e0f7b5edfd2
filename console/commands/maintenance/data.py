"""What the part on maintenance reads, shared by all browsers that look at it."""

from datetime import time

from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.domain.commands.windows import DAY_MINUTES, LocalWindow
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import system_settings
from infoscreen_core.services.commands.maintenance import plans
from infoscreen_core.services.commands.maintenance.views import PlanView


@shared(seconds=2.0, entries=1)
def read_plans() -> tuple[PlanView, ...]:
    """Return all plans by the time of the day at which they begin."""
    with read_session() as session:
        return plans.list_plans(session, now=now())


def find_plan(plan_id: int) -> PlanView | None:
    """Return a plan as it is this moment; None when it is gone."""
    with read_session() as session:
        try:
            return plans.get_plan(session, plan_id, now=now())
        except NotFoundError:
            return None


def read_zone() -> str:
    """Return the installation's time zone, on whose clock a new plan's window is."""
    with read_session() as session:
        return str(system_settings.get_setting(session, "default_timezone"))


def window_of(first: time | None, last: time | None, zone: str) -> LocalWindow:
    """Return the window that was typed; midnight as its end is that of the day's end."""
    if first is None or last is None:
        raise InvalidInputError(
            "Maintenance needs a window: say when it may begin, and when it ends.", field="window"
        )
    return LocalWindow(_minute(first), _minute(last) or DAY_MINUTES, zone)


def time_of(minute: int) -> time:
    """Return a minute of the day as a form shows it; the day's end is midnight."""
    return time(*divmod(minute % DAY_MINUTES, 60))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
