"""Whether a player counts as a screen: the one rule that everybody who counts screens asks."""

from enum import StrEnum


class Standing(StrEnum):
    """What a player is to the school."""

    IN_SERVICE = "in_service"
    """A screen: it counts, and people are told when something is wrong with it."""
    OUT_OF_SERVICE = "out_of_service"
    """A screen that an administrator switched off; nobody is alarmed about it."""
    PENDING = "pending"
    """It announced itself, and nobody has decided yet."""
    REJECTED = "rejected"
    """An administrator turned it away."""


def standing_of(*, is_approved: bool, is_rejected: bool, is_active: bool) -> Standing:
    """Return what a player is: a screen is in service when it is approved and active."""
    if not is_approved:
        return Standing.REJECTED if is_rejected else Standing.PENDING
    return Standing.IN_SERVICE if is_active else Standing.OUT_OF_SERVICE
