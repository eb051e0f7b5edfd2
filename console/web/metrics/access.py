"""Who may read `/metrics`: whoever has the token, and programs on this machine."""

import secrets
from ipaddress import ip_address
from typing import Final

from pydantic import SecretStr
from starlette.requests import HTTPConnection

_SCHEME: Final = "bearer "
_LOCAL_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_TOLD_BY_PROXIES: Final = ("forwarded", "via", "x-real-ip")


def may_read(request: HTTPConnection, token: SecretStr | None) -> bool:
    """Whether the request brings the token, or comes from this machine and through no proxy.

    A token that is wrong is refused from everywhere, so that a mistake shows at once.
    """
    brought = _brought(request)
    if brought is None:
        return _is_from_here(request)
    expected = token.get_secret_value() if token else ""
    return bool(expected) and secrets.compare_digest(brought.encode(), expected.encode())


def _brought(request: HTTPConnection) -> str | None:
    said = request.headers.get("authorization", "")
    return said[len(_SCHEME) :].strip() if said.lower().startswith(_SCHEME) else None


def _is_from_here(request: HTTPConnection) -> bool:
    """Whether a program of this machine asks for itself.

    What a proxy on this machine passes on comes from here, too: its headers tell it, or the name
    under which it was asked, which also tells a page of somebody else's in a browser here.
    """
    if any(name.startswith("x-forwarded-") or name in _TOLD_BY_PROXIES for name in request.headers):
        return False
    return _is_loopback(request.client.host if request.client else "") and _is_called_local(request)


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def _is_called_local(request: HTTPConnection) -> bool:
    name = request.headers.get("host", "")
    return (name if name.endswith("]") else name.rpartition(":")[0] or name) in _LOCAL_NAMES
