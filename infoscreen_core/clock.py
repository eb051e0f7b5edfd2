"""The only place that asks the machine for the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present instant, aware, UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock


def to_zulu(instant: datetime) -> str:
    """Return a UTC instant as text with `Z`, as everything that leaves the server has it."""
    return instant.isoformat().replace("+00:00", "Z")
