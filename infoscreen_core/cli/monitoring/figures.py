"""Figures of availability as every command prints them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infoscreen_core.domain.monitoring.availability import Figures


def figures_row(found: "Figures") -> dict[str, Any]:
    """Return the figures by the names of their columns; times in whole seconds."""
    return {
        "availability_percent": None if found.percent is None else round(found.percent, 3),
        "down_seconds": round(found.down.total_seconds()),
        "unknown_seconds": round(found.unknown.total_seconds()),
        "outages": found.outage_count,
        "mttr_seconds": whole_seconds(found.mean_time_to_recovery),
        "mtbf_seconds": whole_seconds(found.mean_time_between_failures),
    }


def whole_seconds(length: timedelta | None) -> int | None:
    """Return a length in whole seconds; None stays None."""
    return None if length is None else round(length.total_seconds())
