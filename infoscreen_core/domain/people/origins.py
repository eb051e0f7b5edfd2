"""From where somebody tries to sign in, as far as their account knows it.

Wrong passwords from strangers lock strangers out. Whoever uses a browser or an address from which
the account was entered before is counted apart, so that nobody can lock others out of their
accounts by knowing their names.
"""

from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

ORIGIN_LIFE: Final = timedelta(days=90)
"""How long a browser or an address is known after its last sign-in."""
MOST_ORIGINS: Final = 20
"""Of one account and kind; the ones used last."""
_SITE_BITS: Final = 64
"""Of an IPv6 address, those that tell one site from another; the rest anybody there may choose."""


class Standing(StrEnum):
    """How well an account knows where an attempt comes from."""

    STRANGER = "stranger"
    ADDRESS = "address"
    """The account was entered from this address before."""
    DEVICE = "device"
    """The account was entered with this browser before."""


class OriginKind(StrEnum):
    """What an account remembers of a sign-in."""

    DEVICE = "device"
    ADDRESS = "address"


def site_of(address: str) -> str:
    """Return what an address is counted as: an IPv6 address as its network of 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), _SITE_BITS), strict=False))
