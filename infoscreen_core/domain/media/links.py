"""Links by which players fetch files without signing in.

A link names the group whose list it stands on and when it ends; its signature also covers what it
opens, down to the content, and the group's present term. So it opens nothing else, nothing that
was replaced meanwhile, and nothing at all once the term has been raised, which happens when a
screen leaves the group: the others get new links with their next list.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from infoscreen_core.domain.media.types import Target

WHOLE_DAYS: Final = 2
"""Days that a link lasts beyond the one on which it is listed; it ends at midnight."""
LONGEST: Final = timedelta(days=WHOLE_DAYS + 2)
"""No link of ours ends later than this from now, clocks that are put back aside."""
_SIGNATURE_BYTES: Final = 16
_NUMBER: Final = re.compile(r"[0-9]{1,11}")
_SIGNATURE: Final = re.compile(r"[\w-]{22}", re.ASCII)
_LAST_SECOND: Final = 253_402_300_799
"""Of the year 9999."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a link opens: one content of a file, or what was made of one content."""

    target: Target | None
    """What was made; None: the file as it was uploaded."""
    origin: str
    """The file's id; for what was made, the checksum of the content it was made from."""
    checksum: str
    """SHA-256 of the bytes that are sent."""

    @classmethod
    def of_file(cls, media_id: int, checksum: str) -> Self:
        """Return the present content of a file."""
        return cls(None, str(media_id), checksum)


@dataclass(frozen=True, slots=True)
class Grant:
    """For whom, and until when, something may be fetched."""

    group_id: int
    term: int
    """How often the group's links had been ended when the link was made."""
    until: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What the query of an address claims; nothing of it is true before it is checked."""

    group_id: int
    until: datetime
    signature: str


class Signer:
    """Signs with the first key, and knows signatures of any of them."""

    def __init__(self, *keys: bytes) -> None:
        self._keys = keys

    def query(self, subject: Subject, grant: Grant) -> str:
        """Return the query that an address needs to open its subject."""
        signature = _sign(self._keys[0], subject, grant)
        return f"g={grant.group_id}&e={_seconds(grant.until)}&s={signature}"

    def is_good(self, claim: Claim, subject: Subject, *, term: int, now: datetime) -> bool:
        """Whether the link opens the subject at this instant; `term` is the group's present one."""
        if not now < claim.until <= now + LONGEST:
            return False
        grant = Grant(claim.group_id, term, claim.until)
        return any(
            hmac.compare_digest(claim.signature, _sign(key, subject, grant)) for key in self._keys
        )


def read_claim(query: Mapping[str, str]) -> Claim | None:
    """Return what a query claims; None where it has not the form of ours."""
    group_id, until, signature = (query.get(name, "") for name in "ges")
    if not (_NUMBER.fullmatch(group_id) and _SIGNATURE.fullmatch(signature)):
        return None
    if not _NUMBER.fullmatch(until) or str(int(until)) != until:
        return None
    return Claim(
        int(group_id), datetime.fromtimestamp(min(int(until), _LAST_SECOND), UTC), signature
    )


def ends_of_links(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when links that are listed now end, and when the list is signed anew, in UTC.

    Both are midnights of the zone, so that all links of a day end together, and a list that nobody
    changes stays the same for that day. Those of the day before go on working for days.
    """
    today = now.astimezone(zone).date()
    end, renewal = (
        datetime.combine(today + timedelta(days=days), time.min, zone).astimezone(UTC)
        for days in (1 + WHOLE_DAYS, 1)
    )
    return end, renewal


def _sign(key: bytes, subject: Subject, grant: Grant) -> str:
    target = subject.target.value if subject.target else "file"
    parts = (target, subject.origin, subject.checksum, grant.group_id, grant.term)
    text = "\n".join(map(str, (*parts, _seconds(grant.until))))
    digest = hmac.digest(key, text.encode(), "sha256")[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())
