"""The only place that asks the machine for the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current instant: aware, in UTC, with microseconds."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock


def to_zulu(instant: datetime) -> str:
    """Return a UTC instant as ISO 8601 text with `Z`, the form in which it leaves the server."""
    return instant.isoformat().replace("+00:00", "Z")
