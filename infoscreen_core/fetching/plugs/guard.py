"""Which machines may be spoken to as plugs: those that the installation names, and no others.

A plug's address comes from a person, and our server stands inside the house, so it could be made to
ask machines that are closed to others. Nothing is allowed until `PLUG_ALLOWED_ADDRESSES` names it.
"""

import ipaddress
from typing import Final

from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import Problem
from infoscreen_core.domain.exchange.addresses import AllowedHosts, IPAddress, meaning_of
from infoscreen_core.fetching import guard
from infoscreen_core.fetching.errors import FetchError
from infoscreen_core.fetching.plugs.errors import PlugError

_NOTHING: Final = AllowedHosts()


def checked_numbers(address: PlugAddress, allowed: AllowedHosts, *, seconds: float) -> list[str]:
    """Return the numbers to connect to; raise `PlugError` when one of them is not allowed.

    All have to be allowed, since it is not ours to choose which one would be used.
    """
    try:
        found = guard.look_up(address.host, address.port, seconds=seconds)
    except FetchError as error:
        raise PlugError.of(Problem.NOT_FOUND, error) from None
    is_named = allowed.has_name(address.host)
    if not all(_is_allowed(one, allowed, is_named=is_named) for one in found):
        raise _refused(address, allowed)
    return [str(one) for one in found]


def check_written(address: PlugAddress, allowed: AllowedHosts) -> None:
    """Raise `PlugError` when an address can be seen to be refused without looking it up."""
    number = _number(address.host)
    is_refused = number is not None and not _is_allowed(number, allowed, is_named=False)
    if is_refused or allowed == _NOTHING:
        raise _refused(address, allowed)


def _number(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_allowed(number: IPAddress, allowed: AllowedHosts, *, is_named: bool) -> bool:
    meant = meaning_of(number)
    if meant.is_multicast or meant.is_unspecified or meant.is_reserved:
        return False
    if meant.is_loopback or meant.is_link_local:
        # This machine's own services, and a cloud's: never as a part of some wide network.
        return any(
            meant in network and (network.is_loopback or network.is_link_local)
            for network in allowed.networks
        )
    # A name means what its server says, which may change; so it opens private networks only.
    return allowed.has_address(number) or (is_named and meant.is_private)


def _refused(address: PlugAddress, allowed: AllowedHosts) -> PlugError:
    if allowed == _NOTHING:
        return PlugError(
            "No plugs may be spoken to yet: an administrator of the server has to name their "
            "addresses or networks in PLUG_ALLOWED_ADDRESSES.",
            problem=Problem.NOT_ALLOWED,
        )
    return PlugError(
        "The address {host} is not among those that an administrator of the server allows in "
        "PLUG_ALLOWED_ADDRESSES.",
        problem=Problem.NOT_ALLOWED,
        host=address.host,
    )
