"""What webhooks tell, and how the telling stands."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from infoscreen_core.errors import InvalidInputError


class EventKind(StrEnum):
    """What happened; the `type` of a message."""

    STATUS_CHANGED = "client.status_changed"
    INCIDENT_OPENED = "incident.opened"
    INCIDENT_CLOSED = "incident.closed"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    COMMAND_ENDED = "command.ended"
    TEST = "webhook.test"
    """Somebody tries a webhook; every webhook gets its own."""


CHOOSABLE: Final = tuple(kind for kind in EventKind if kind is not EventKind.TEST)


class DeliveryState(StrEnum):
    """How a message stands."""

    PENDING = "pending"
    """It waits for its first or next try."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up."""


class Stop(StrEnum):
    """Why a webhook was switched off by itself."""

    GONE = "gone"
    """Its receiver answered 410: it wants no more."""
    FAILING = "failing"
    """Nothing reached it for days."""


def chosen_kinds(kinds: Iterable[str]) -> list[EventKind]:
    """Return the kinds in their order; raise `InvalidInputError` for none, and for unknown ones."""
    wanted = set(kinds)
    unknown = sorted(wanted - set(CHOOSABLE))
    if unknown:
        raise InvalidInputError(
            "There is no event {kind}; choose among {known}.",
            field="kinds",
            kind=unknown[0],
            known=", ".join(CHOOSABLE),
        )
    if not wanted:
        raise InvalidInputError("Choose at least one event that is told.", field="kinds")
    return [kind for kind in CHOOSABLE if kind in wanted]
