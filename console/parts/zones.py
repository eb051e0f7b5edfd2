"""The time zones that can be chosen."""

from functools import cache
from zoneinfo import available_timezones


def zone_names(current: str) -> list[str]:
    """Return the zones of places and UTC; `current` too, whatever it is."""
    zones = list(_all_zones())
    return zones if current in zones else [current, *zones]


@cache
def _all_zones() -> tuple[str, ...]:
    places = (name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return ("UTC", *sorted(places))
