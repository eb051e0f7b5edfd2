"""Where players fetch the media on a group's list, and until when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from infoscreen_core.domain.media.links import Grant, Signer, Subject, ends_of_links

_UTC: Final = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class MediaLinks:
    """How an installation's players reach media."""

    base_url: str = ""
    """The address before `/api/…`, without a trailing slash."""
    load_signer: Callable[[], Signer] | None = None
    """Asked when the first link is made; None: links are not signed, so that only people can
    follow them. It may raise `InvalidInputError`."""
    zone: ZoneInfo = _UTC
    """At its midnights links end, lists are signed anew, and files expire."""

    def renewal(self, now: datetime) -> datetime:
        """Return when lists are next signed anew, and files may have expired."""
        return ends_of_links(now, self.zone)[1]

    def until(self, now: datetime) -> datetime:
        """Return when links end that are listed now."""
        return ends_of_links(now, self.zone)[0]


UNSIGNED: Final = MediaLinks()


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of media as one group gets them."""

    links: MediaLinks
    grant: Grant

    def of_file(self, media_id: int, name: str, checksum: str) -> str:
        """Return where a file is fetched as it was uploaded."""
        path = f"eventmedia/stream/{media_id}/{quote(name, safe='')}"
        return self._signed(path, Subject.of_file(media_id, checksum))

    def of_made(self, path: str, subject: Subject) -> str:
        """Return where something is fetched that was made of a file; `path` as it is stored."""
        return self._signed(f"files/converted/{quote(path)}", subject)

    def _signed(self, path: str, subject: Subject) -> str:
        address = f"{self.links.base_url}/api/{path}"
        if self.links.load_signer is None:
            return address
        return f"{address}?{self.links.load_signer().query(subject, self.grant)}"
