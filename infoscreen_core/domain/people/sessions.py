"""Why a signed-in browser's session is over."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

SESSION_LIFE: Final = timedelta(hours=12)
SESSION_IDLE: Final = timedelta(hours=2)


class SessionEnd(StrEnum):
    """What ended a session."""

    IDLE = "idle"
    """Nothing was done for too long."""
    EXPIRED = "expired"
    """However much is done, a session lasts so long and no longer."""
    SIGNED_OUT = "signed_out"
    """In another tab or window of the same browser."""
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password
    DEACTIVATED = "deactivated"
    ENDED = "ended"
    """From elsewhere: by the person in another browser, or by an administrator."""
    DELETED = "deleted"
    """The account is gone for good."""
    GUESSED = "guessed"
    """The current password was asked for, and wrong too often."""
    OVER = "over"
    """Long ago, so that nobody knows why any more."""
