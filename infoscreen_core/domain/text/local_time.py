"""Local wall time and UTC: the zones, and the only two conversions between them."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*")
# Files of the zone database that are no zones, and its copies that count leap seconds or lack a
# link's name.
_NO_ZONES = ("Factory", "localtime", "posixrules", "posix/", "right/")


@lru_cache(maxsize=512)
def load_zone(name: str) -> ZoneInfo:
    """Return the IANA time zone, or raise `InvalidInputError` on `timezone`."""
    if _ZONE_NAME.fullmatch(name) and not name.startswith(_NO_ZONES):
        try:
            return ZoneInfo(name)
        except (
            ZoneInfoNotFoundError,
            ValueError,
            OSError,
        ):  # a folder of the database raises OSError
            pass
    raise InvalidInputError(
        'The time zone "{value}" is unknown; use a name such as Europe/Vienna.',
        field="timezone",
        value=shown(name),
    )


def localize(naive: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant of a local wall time.

    A time that the clock skips (DST gap) moves forward by the gap; of a time that it shows twice
    (fold) the first is meant, unless the datetime says `fold=1`, as those from `to_local` do: so a
    round trip is exact.
    """
    if naive.tzinfo is not None:
        message = "localize() takes a naive local time"
        raise ValueError(message)
    return datetime.combine(naive.date(), naive.time(), zone).astimezone(
        UTC
    )  # replace() takes four times as long


def to_local(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive local wall time of an aware instant; `fold` is 1 in the second of two equal hours."""
    if instant.tzinfo is None:
        message = "to_local() takes an aware instant"
        raise ValueError(message)
    local = instant.astimezone(zone)
    return datetime.combine(local.date(), local.time())
