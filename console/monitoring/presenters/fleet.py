"""Players as the pages show them, and the figures over many of them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum

from console.i18n import _, ngettext
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import PictureView


class FleetFilter(StrEnum):
    """What a list of players is narrowed to; the values stand in the address."""

    ALL = "all"
    ONLINE = "online"
    OFFLINE = "offline"
    WARNINGS = "warnings"


def picture_url(picture: PictureView) -> str:
    """Return the address of a kept picture; it never changes."""
    return f"/screenshots/{picture.client_uuid}/{picture.id}.jpg"


def matches(client: ClientView, chosen: FleetFilter) -> bool:
    """Whether a player belongs in the narrowed list."""
    if chosen is FleetFilter.ONLINE:
        return client.is_online
    if chosen is FleetFilter.OFFLINE:
        return client.status is Status.OFFLINE
    if chosen is FleetFilter.WARNINGS:
        return client.status in {Status.WARNING, Status.CRITICAL}
    return True


def filter_labels(clients: Sequence[ClientView]) -> dict[FleetFilter, str]:
    """Return each filter's name with the number of players it leaves."""
    words = {
        FleetFilter.ALL: _("All"),
        FleetFilter.ONLINE: _("Online"),
        FleetFilter.OFFLINE: _("Offline"),
        FleetFilter.WARNINGS: _("Warnings"),
    }
    return {
        chosen: f"{word} {sum(matches(c, chosen) for c in clients)}"
        for chosen, word in words.items()
    }


def by_urgency(clients: Iterable[ClientView]) -> list[ClientView]:
    """Return players in the order in which somebody should look at them."""
    return sorted(
        clients, key=lambda client: (STATUSES[client.status].rank, client.name.casefold())
    )


def line_of_truth(clients: Sequence[ClientView]) -> str:
    """Return the state of the fleet in one line: `46 von 48 Bildschirmen laufen · 2 Vorfälle`."""
    in_service = [client for client in clients if client.is_in_service]
    incidents = sum(client.is_incident for client in in_service)
    running = len(in_service) - incidents
    text = ngettext(
        "{running} of {n} screen is running",
        "{running} of {n} screens are running",
        len(in_service),
        running=running,
    )
    return f"{text} · {incident_count(incidents)}"


def incident_count(count: int) -> str:
    """Return `kein Vorfall`, `1 Vorfall`, `3 Vorfälle`."""
    return ngettext("{n} incident", "{n} incidents", count) if count else _("no incident")


def count_by_status(clients: Iterable[ClientView]) -> Counter[Status]:
    """Return how many players in service have each status."""
    return Counter(client.status for client in clients if client.is_in_service)
