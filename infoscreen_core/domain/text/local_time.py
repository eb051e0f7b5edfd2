"""Local wall time and UTC: the zones, and the only two conversions between them."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
# Files of the zone database that are not zones, and its second copies of all zones: one counts
# leap seconds.
_NO_ZONES = ("Factory", "localtime", "posixrules", "posix/", "right/")


@lru_cache(maxsize=512)
def load_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise `InvalidInputError` on `timezone`."""
    if _ZONE_NAME.fullmatch(name) and not name.startswith(_NO_ZONES):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass  # OSError: the name of a folder
    raise InvalidInputError(
        "The time zone “{value}” is unknown; use a name such as Europe/Vienna.",
        field="timezone",
        value=shown(name),
    )


def localize(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local wall time.

    A time that the clock skips (DST gap) moves forward by the gap. A time that it shows twice means
    the first, unless the datetime says `fold=1`, as `to_local` does, so that a round trip is exact.
    """
    if naive.tzinfo is not None:
        message = "localize() takes a naive local time"
        raise ValueError(message)
    # combine(), since replace() takes four times as long
    return datetime.combine(naive.date(), naive.time(), zone).astimezone(UTC)


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an aware instant's naive wall time; `fold` is 1 in the second of two equal hours."""
    if instant.tzinfo is None:
        message = "to_local() takes an aware instant"
        raise ValueError(message)
    local = instant.astimezone(zone)
    return datetime.combine(local.date(), local.time())
