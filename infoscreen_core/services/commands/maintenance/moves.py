"""The one step that what became of a plan's day takes."""

from datetime import datetime

from infoscreen_core.db.models import MaintenanceFiring
from infoscreen_core.domain.commands.maintenance import FiringCause, SkipReason, advance


def move_firing(
    firing: MaintenanceFiring, cause: FiringCause, *, reason: SkipReason | None, now: datetime
) -> bool:
    """Take the step that `cause` leads to, and return True; False when it leads nowhere.

    The caller holds the plan's lock, or is about to insert the firing, which its unique key allows
    only once.
    """
    target = advance(firing.status, cause)
    if target is None:
        return False
    firing.status, firing.reason, firing.updated_at = target, reason, now
    return True
