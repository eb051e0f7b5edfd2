"""Addresses of other servers that our programs ask, read from what a person typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

MAX_LENGTH: Final = 2000
WEB: Final = {"http": "http", "https": "https"}
_TAIL: Final = 4
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class LoginInAddressError(ValueError):
    """The address holds a user name or a password."""


@dataclass(frozen=True)
class HttpAddress:
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


def parse_http(address: str, schemes: Mapping[str, str]) -> HttpAddress:
    """Return an address of one of these schemes, each with the one that it stands for.

    Raises `LoginInAddressError`, and `ValueError` for what is no such address: an unfinished IPv6
    address, a port that is no number, a host that is none.
    """
    if not address.isprintable() or " " in address or "\\" in address:
        raise ValueError
    parts = urlsplit(address)
    scheme = schemes.get(parts.scheme)
    if scheme is None or not parts.hostname:
        raise ValueError
    if parts.username is not None or parts.password is not None:
        raise LoginInAddressError
    port = _DEFAULT_PORTS[scheme] if parts.port is None else parts.port
    if not port:
        raise ValueError
    # Two slashes at the beginning would be taken for another host.
    path = f"/{quote(parts.path.lstrip('/'), safe=_SAFE)}"
    query = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    return HttpAddress(scheme, _ascii_host(parts.hostname), port, path + query)


def _ascii_host(host: str) -> str:
    if "%" in host or any(character in host for character in "/?#@"):
        raise ValueError
    plain = host.rstrip(".")
    name = plain if ":" in plain else plain.encode("idna").decode("ascii").lower()
    if not name:
        raise ValueError
    return name
