"""From where on something counts as an incident, and until when; the installation sets these."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where incidents open and close, and how long a condition has to hold before."""

    cpu_opens: float = 90.0
    """Per cent."""
    cpu_closes: float = 80.0
    cpu_hold: timedelta = timedelta(minutes=10)
    temperature_opens: float = 80.0
    """°C."""
    temperature_closes: float = 72.0
    temperature_hold: timedelta = timedelta(minutes=1)
    disk_opens: float = 1600.0
    """MB free: 5 % of a card of 32 GB. Players say what is free, not how much there is."""
    disk_closes: float = 2560.0
    """8 % of the same."""
    reconnects: int = 3
    """Within an hour."""
    picture_age: timedelta = timedelta(minutes=30)
    content_hold: timedelta = timedelta(seconds=60)
    outage_hold: timedelta = timedelta(seconds=15)
    """A reconnect of ours is no outage."""
