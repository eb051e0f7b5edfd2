"""Where a plug is reached: a host, mostly an address of the house, and a port."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

DEFAULT_PORT: Final = 80
MAX_HOST_LENGTH: Final = 253
_SCHEME: Final = "http"


@dataclass(frozen=True)
class PlugAddress:
    """A checked address; it is no secret."""

    host: str
    """As it is looked up: in lower case, other letters than ASCII as IDNA writes them."""
    port: int = DEFAULT_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT else f"{host}:{self.port}"


def read_plug_address(text: str) -> PlugAddress:
    """Return the address that somebody typed; raise `InvalidInputError` on `address`."""
    try:
        return _parsed(text.strip())
    except ValueError:  # an unfinished IPv6 address, a port that is no number, a host that is none
        raise _unreadable(text) from None


def _parsed(text: str) -> PlugAddress:
    if "@" in text:  # not repeated: a password may stand before it
        raise InvalidInputError(
            "Leave user name and password out of the address; there are fields for them.",
            field="address",
        )
    if not text.isprintable() or any(mark in text for mark in " \\%"):
        raise _unreadable(text)
    if text.lower().startswith("https://"):
        raise InvalidInputError(
            "Plugs are spoken to by http, inside the house; leave https:// out of the address.",
            field="address",
        )
    parts = urlsplit(text if "://" in text else f"{_SCHEME}://{_bracketed(text)}")
    is_host_alone = parts.path in {"", "/"} and not parts.query and not parts.fragment
    if parts.scheme != _SCHEME or not parts.hostname or not is_host_alone:
        raise _unreadable(text)
    port = DEFAULT_PORT if parts.port is None else parts.port
    if not port:
        raise _unreadable(text)
    return PlugAddress(_ascii_host(parts.hostname), port)


def _bracketed(text: str) -> str:
    """Return an IPv6 address that was typed bare as an address of the web has it."""
    return f"[{text}]" if text.count(":") > 1 and not text.startswith("[") else text


def _ascii_host(host: str) -> str:
    plain = host.rstrip(".")
    name = plain if ":" in plain else plain.encode("idna").decode("ascii").lower()
    if not name or len(name) > MAX_HOST_LENGTH:
        raise ValueError
    return name


def _unreadable(text: str) -> InvalidInputError:
    return InvalidInputError(
        "“{value}” is no address of a plug; write its number or name in your network, such as "
        "192.168.10.21 or plug-aula.school.lan:8080.",
        field="address",
        value=shown(text),
    )
