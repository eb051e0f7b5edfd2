"""Players as the pages show them, and the figures over many of them."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final

from console.i18n import _, ngettext
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.fleet_count import FleetCount, count_fleet
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import PictureView


class FleetFilter(StrEnum):
    """What a list of players is narrowed to; the values stand in the address."""

    ALL = "all"
    ONLINE = "online"
    OFFLINE = "offline"
    WARNINGS = "warnings"
    """Online, and something is wrong: critical or warning."""
    PENDING = "pending"
    OUT_OF_SERVICE = "out_of_service"


IN_SERVICE_FILTERS: Final = (
    FleetFilter.ALL,
    FleetFilter.ONLINE,
    FleetFilter.OFFLINE,
    FleetFilter.WARNINGS,
)
"""Those that leave only screens in service."""
_STATUSES: Final[dict[FleetFilter, frozenset[Status]]] = {
    FleetFilter.ALL: frozenset(Status),
    FleetFilter.ONLINE: frozenset(Status) - {Status.OFFLINE},
    FleetFilter.OFFLINE: frozenset({Status.OFFLINE}),
    FleetFilter.WARNINGS: frozenset({Status.CRITICAL, Status.WARNING}),
}
_APART: Final = {
    FleetFilter.PENDING: Standing.PENDING,
    FleetFilter.OUT_OF_SERVICE: Standing.OUT_OF_SERVICE,
}


def picture_url(picture: PictureView) -> str:
    """Return the address of a kept picture; it never changes."""
    return f"/screenshots/{picture.client_uuid}/{picture.id}.jpg"


def matches(client: ClientView, chosen: FleetFilter) -> bool:
    """Whether a player belongs in the narrowed list."""
    return is_of(client, chosen) and client.status in _STATUSES.get(chosen, Status)


def is_of(client: ClientView, chosen: FleetFilter) -> bool:
    """Whether a player is of the kind that the filter is about, whatever its status."""
    return client.standing is _APART.get(chosen, Standing.IN_SERVICE)


def filter_labels(
    clients: Sequence[ClientView], filters: Iterable[FleetFilter]
) -> dict[FleetFilter, str]:
    """Return each filter's name with the number of players it leaves."""
    return {
        chosen: f"{_filter_word(chosen)} {sum(matches(c, chosen) for c in clients)}"
        for chosen in filters
    }


def by_urgency(clients: Iterable[ClientView]) -> list[ClientView]:
    """Return players in the order in which somebody should look at them."""
    return sorted(
        clients, key=lambda client: (STATUSES[client.status].rank, client.name.casefold())
    )


def line_of_truth(clients: Iterable[ClientView], incidents: int) -> str:
    """Return the state of the fleet in one line: `46 von 48 Bildschirmen laufen · 2 Vorfälle`.

    `incidents` are those that need somebody, as they are listed.
    """
    fleet = count_fleet(clients)
    text = ngettext(
        "{running} of {n} screen is running",
        "{running} of {n} screens are running",
        fleet.in_service,
        running=fleet.running,
    )
    return f"{text} · {incident_count(incidents)}"


def apart_parts(fleet: FleetCount) -> list[str]:
    """Return how many players do not count, in phrases: `1 wartet auf Freigabe`; only if any."""
    pending = fleet.standings[Standing.PENDING]
    resting = fleet.standings[Standing.OUT_OF_SERVICE]
    return [
        text
        for count, text in (
            (pending, ngettext("{n} waits for approval", "{n} wait for approval", pending)),
            (resting, ngettext("{n} out of service", "{n} out of service", resting)),
        )
        if count
    ]


def incident_count(count: int) -> str:
    """Return `kein Vorfall`, `1 Vorfall`, `3 Vorfälle`."""
    return ngettext("{n} incident", "{n} incidents", count) if count else _("no incident")


def _filter_word(chosen: FleetFilter) -> str:
    words = {
        FleetFilter.ALL: _("In service"),
        FleetFilter.ONLINE: _("Online"),
        FleetFilter.OFFLINE: _("Offline"),
        FleetFilter.WARNINGS: _("Conspicuous"),
        FleetFilter.PENDING: _("Waiting"),
        FleetFilter.OUT_OF_SERVICE: _("Out of service"),
    }
    return words[chosen]
