"""The only place that asks the machine for the time."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present instant, aware, UTC, to the microsecond."""
    return datetime.now(UTC)  # noqa: TID251 - the one clock
