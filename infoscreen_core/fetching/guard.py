"""Look a host up once, and refuse addresses that are none of a stranger's business.

The connection then goes to the addresses that were checked: a name that means another machine at
its second look-up gains nothing.
"""

import ipaddress
import socket
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue

from infoscreen_core.domain.exchange.addresses import (
    AllowedHosts,
    IPAddress,
    is_public,
    is_usual_port,
    meaning_of,
)
from infoscreen_core.domain.exchange.calendar_address import CalendarAddress
from infoscreen_core.fetching.errors import FetchError


def checked_addresses(
    address: CalendarAddress, allowed: AllowedHosts, *, seconds: float
) -> list[str]:
    """Return the numbers of a host to connect to; raise `FetchError` when one is not allowed.

    All of them have to be allowed, since it is not ours to choose which one would be used.
    """
    found = look_up(address.host, address.port, seconds=seconds)
    is_named = allowed.has_name(address.host)
    if not all(is_allowed(one, allowed, is_named=is_named) for one in found):
        raise FetchError(
            "The host {host} is not on the internet but inside a network, and such hosts are read "
            "only when an administrator allows them with CALENDAR_ALLOWED_HOSTS.",
            host=address.host,
        )
    is_ours = is_named or all(allowed.has_address(one) for one in found)
    if not is_ours and not is_usual_port(address.port):
        raise FetchError(
            "Port {port} is not used by web servers; leave it out, or name one from 1024 on.",
            port=address.port,
        )
    return [str(one) for one in found]


def is_allowed(address: IPAddress, allowed: AllowedHosts, *, is_named: bool) -> bool:
    """Whether an address may be asked: it is on the internet, or allowed by number or name."""
    if is_public(address) or allowed.has_address(address):
        return True
    # A name of the house may mean a private machine, yet never a cloud's own services.
    meant = meaning_of(address)
    return is_named and (meant.is_private or meant.is_loopback) and not meant.is_link_local


def look_up(host: str, port: int, *, seconds: float) -> Sequence[IPAddress]:
    """Return the addresses of a host; raise `FetchError` when it has none, or not in time."""
    try:
        numbers = _ask_within(host, port, seconds)
    except Empty:
        raise FetchError(
            "The host {host} was not found in time; it is asked again later.", host=host
        ) from None
    if not numbers:
        raise FetchError(
            "The host {host} is not known; check the address for a slip of the pen.", host=host
        )
    return [ipaddress.ip_address(number) for number in dict.fromkeys(numbers)]


def numbers_of(host: str, port: int) -> list[str]:
    """Return the addresses of a host as text; none if it has none."""
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(answer[4][0]).partition("%")[0] for answer in answers]


def _ask_within(host: str, port: int, seconds: float) -> list[str]:
    """Return `numbers_of` a host; raise `Empty` after `seconds`.

    A look-up cannot be cut short, so it gets a thread that is left behind.
    """
    results: SimpleQueue[list[str]] = SimpleQueue()
    threading.Thread(
        target=lambda: results.put(numbers_of(host, port)), name="look-up", daemon=True
    ).start()
    return results.get(timeout=max(seconds, 0.0))
