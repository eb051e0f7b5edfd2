"""What is read for the charts of patterns, shared by all browsers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from console.analysis.snapshots import zone_of
from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.domain.monitoring.patterns.heat import HeatStep
from infoscreen_core.domain.monitoring.patterns.storms import Storm
from infoscreen_core.services.monitoring import analysis
from infoscreen_core.services.monitoring.patterns.error_families import (
    ErrorFamilies,
    error_families,
)
from infoscreen_core.services.monitoring.patterns.heat import heat_steps
from infoscreen_core.services.monitoring.patterns.storms import storms

SHOWN_FAMILIES: Final = 6
"""More of them could not be told apart by colour."""


@dataclass(frozen=True)
class Patterns:
    """Errors, storms and heat within some weeks."""

    zone: ZoneInfo
    """The installation's."""
    groups: dict[int, str]
    """The names of all groups, in the saved order."""
    families: ErrorFamilies
    storms: Sequence[Storm]
    heat: Sequence[HeatStep]


@shared(seconds=60.0, entries=16)
def read_patterns(count: int, group: int | None) -> Patterns:
    """Return the patterns of the last `count` weeks; of one group if it is named."""
    at = now()
    with read_session() as session:
        zone = zone_of(session)
        weeks = analysis.last_weeks(count, zone=zone, now=at)
        window = weeks.window(zone, now=at)
        names = analysis.group_names(session)
        known = group if group in names else None
        return Patterns(
            zone,
            names,
            error_families(session, window, group=known, limit=SHOWN_FAMILIES),
            storms(session, window, group=known),
            heat_steps(session, first=weeks.first, last=weeks.last, group=known),
        )
