"""The figures over many players in words, and the filters that leave them."""

from collections.abc import Iterable
from typing import Final

from console.i18n import _, ngettext, with_marks
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.screens.views import PictureView

IN_SERVICE_FILTERS: Final = (
    FleetFilter.ALL,
    FleetFilter.ONLINE,
    FleetFilter.OFFLINE,
    FleetFilter.WARNINGS,
    FleetFilter.UNKNOWN,
)
"""Those that leave only screens in service."""
MONITORING_FILTERS: Final = (
    *IN_SERVICE_FILTERS,
    FleetFilter.PENDING,
    FleetFilter.OUT_OF_SERVICE,
)


def picture_url(picture: PictureView) -> str:
    """Return the address of a kept picture; it never changes."""
    return f"/screenshots/{picture.client_uuid}/{picture.id}.jpg"


def filter_labels(
    fleet: FleetCount, filters: Iterable[FleetFilter], *, chosen: str = ""
) -> dict[FleetFilter, str]:
    """Return each filter's name with the number of players it leaves.

    Mostly every status is known; the filter for the others is left out then, unless it is `chosen`.
    """
    return {
        one: f"{_filter_word(one)} {with_marks(one.left_of(fleet))}"
        for one in filters
        if one is not FleetFilter.UNKNOWN or fleet.unknown or one == chosen
    }


def line_of_truth(fleet: FleetCount, incidents: int) -> str:
    """Return the state of the fleet in one line: `46 von 48 Bildschirmen laufen · 2 Vorfälle`.

    `incidents` are those that need somebody, as they are listed.
    """
    text = (
        _("No screen is in service")
        if not fleet.in_service
        else ngettext(
            "{running} of {n} screen is running",
            "{running} of {n} screens are running",
            fleet.in_service,
            running=with_marks(fleet.running),
        )
    )
    parts = [text, incident_count(incidents)]
    if fleet.behind:
        parts.append(ngettext("{n} not as planned", "{n} not as planned", fleet.behind))
    if fleet.unknown:
        parts.append(ngettext("{n} unknown", "{n} unknown", fleet.unknown))
    return " · ".join(parts)


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
        FleetFilter.WARNINGS: _("Need a look"),
        FleetFilter.UNKNOWN: _("Unknown"),
        FleetFilter.PENDING: _("Waiting"),
        FleetFilter.OUT_OF_SERVICE: _("Out of service"),
    }
    return words[chosen]
