"""The settings that say from where on something counts as an incident: defaults and bounds.

What they mean is in `domain.monitoring.incidents.limits`, whose defaults are the same.
"""

from collections.abc import Mapping
from typing import Any, Final

from infoscreen_core.errors import InvalidInputError, Refusals

INCIDENT_KEYS: Final[Mapping[str, tuple[int, range]]] = {
    "incident_cpu_percent": (90, range(2, 101)),
    "incident_cpu_over_percent": (80, range(1, 100)),
    "incident_cpu_minutes": (10, range(121)),
    "incident_temperature": (80, range(31, 121)),
    "incident_temperature_over": (72, range(30, 120)),
    "incident_temperature_minutes": (1, range(121)),
    "incident_disk_mb": (1600, range(1, 1_000_000)),
    "incident_disk_over_mb": (2560, range(2, 1_000_001)),
    "incident_reconnects": (3, range(1, 1_001)),
    "incident_picture_minutes": (30, range(1, 10_081)),
    "incident_content_seconds": (60, range(3_601)),
    "incident_outage_seconds": (15, range(601)),
}
"""Default and allowed values by key; all are whole numbers."""
_ENDS_BELOW: Final = (
    ("incident_cpu_over_percent", "incident_cpu_percent"),
    ("incident_temperature_over", "incident_temperature"),
)


def check_incident_limits(values: Mapping[str, Any]) -> None:
    """Refuse limits between which an incident would open and close at once."""
    refusals = Refusals()
    for over, limit in _ENDS_BELOW:
        with refusals:
            if values[over] >= values[limit]:
                raise InvalidInputError(
                    "The incident opens at {limit}, so it has to be over at less; {value} is not "
                    "less.",
                    field=over,
                    limit=values[limit],
                    value=values[over],
                )
    with refusals:
        opens, over = values["incident_disk_mb"], values["incident_disk_over_mb"]
        if over <= opens:
            raise InvalidInputError(
                "The incident opens below {limit} MB, so it has to be over at more; {value} MB is "
                "not more.",
                field="incident_disk_over_mb",
                limit=opens,
                value=over,
            )
    refusals.raise_any()
