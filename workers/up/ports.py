"""Ports for `infoscreen up`: the wanted one, or the next that is free."""

import socket
from collections.abc import Container

from infoscreen_core.errors import ConflictError

_TRIES = 200
_LAST_PORT = 65535


def choose_port(host: str, wanted: int, *, besides: Container[int] = ()) -> int:
    """Return `wanted`, or the next port above it that is free on `host` and not among `besides`."""
    for port in range(wanted, min(wanted + _TRIES, _LAST_PORT + 1)):
        if port not in besides and is_free(host, port):
            return port
    raise ConflictError("No port from {wanted} on is free on {host}.", wanted=wanted, host=host)


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: connections that were closed a moment ago are no hindrance, a listener is.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
