"""Addresses of calendars that people subscribe to.

They often are the only key to the calendar they open (Google calls that its secret address), so a
whole address is treated as a password: shown by its host and its last characters alone.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from infoscreen_core.errors import InvalidInputError

MAX_LENGTH: Final = 2000
_TAIL: Final = 4
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SCHEMES: Final = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}


@dataclass(frozen=True)
class CalendarAddress:
    """A checked address; `str()` gives it whole, so mind where it is written."""

    scheme: str
    host: str
    """As it is looked up: in lower case, other letters than ASCII as IDNA writes them."""
    port: int
    target: str
    """Path and query, as they are asked for."""

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.target}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What a password may be sent to: the same scheme, host and port."""
        return self.scheme, self.host, self.port

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read along."""
        return self.scheme == "https"

    @property
    def shown(self) -> str:
        """The host and the last characters: enough to know it again, too little to use it."""
        tail = self.target[-_TAIL:] if len(self.target) > 2 * _TAIL else ""
        return f"{self.host}/…{tail}"


def read_address(text: str) -> CalendarAddress:
    """Return the address of a calendar; raise `InvalidInputError` on `address` for any other."""
    address = text.strip()
    if len(address) > MAX_LENGTH:
        raise InvalidInputError(
            "The address has {length} characters; {limit} are allowed.",
            field="address",
            length=len(address),
            limit=MAX_LENGTH,
        )
    try:
        return _parsed(address)
    except ValueError:  # an unfinished IPv6 address, a port that is no number, a host that is none
        raise _unreadable() from None


def _parsed(address: str) -> CalendarAddress:
    if not address.isprintable() or " " in address or "\\" in address:
        raise _unreadable()
    parts = urlsplit(address)
    scheme = _SCHEMES.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise _unreadable()
    if parts.username is not None or parts.password is not None:
        raise InvalidInputError(
            "Leave user name and password out of the address; there are fields for them.",
            field="address",
        )
    port = _DEFAULT_PORTS[scheme] if parts.port is None else parts.port
    if not port:
        raise _unreadable()
    # Two slashes at the beginning would be taken for another host.
    path = f"/{quote(parts.path.lstrip('/'), safe=_SAFE)}"
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return CalendarAddress(scheme, _ascii_host(parts.hostname), port, path + query)


def _ascii_host(host: str) -> str:
    if "%" in host or any(character in host for character in "/?#@"):
        raise ValueError
    plain = host.rstrip(".")
    name = plain if ":" in plain else plain.encode("idna").decode("ascii").lower()
    if not name:
        raise ValueError
    return name


def _unreadable() -> InvalidInputError:
    # The address itself is not repeated: it may hold a secret.
    return InvalidInputError(
        "This is no address of a calendar; write it in full, as in "
        "https://calendar.example.org/school.ics.",
        field="address",
    )
