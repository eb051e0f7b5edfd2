"""Which machines a subscribed calendar may be read from.

A calendar's address comes from a person, and our server stands inside the house: it could be made
to ask machines that are closed to the outside. So only public addresses are read, unless the
installation names hosts or networks of its own.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final, Self

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_NEVER_PUBLIC: Final[tuple[IPNetwork, ...]] = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carriers' own
        "168.63.129.16/32",  # the machine below a virtual machine, at one provider
        "192.0.0.0/24",
        "192.88.99.0/24",  # relays between IPv4 and IPv6
        "198.18.0.0/15",
        "::/96",  # an IPv4 address in the oldest notation
        "64:ff9b:1::/48",  # translated inside the house
        "100::/64",
        "2001::/23",  # tunnels, among them Teredo
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",  # what unique local addresses were before
    )
)
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")
_LOW_PORTS: Final = (80, 443)
_FREE_PORTS: Final = range(1024, 65536)


def is_public(address: IPAddress) -> bool:
    """Whether an address belongs to the internet, in whatever notation it hides another one."""
    meant = meaning_of(address)
    return (
        meant.is_global
        and not meant.is_multicast
        and not meant.is_reserved
        and not any(meant in network for network in _NEVER_PUBLIC)
    )


def is_usual_port(port: int) -> bool:
    """Whether a calendar may be read from this port: web servers use these, mail servers do not."""
    return port in _LOW_PORTS or port in _FREE_PORTS


def meaning_of(address: IPAddress) -> IPAddress:
    """Return the address that packets to this one reach: IPv6 has several ways to write IPv4."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


@dataclass(frozen=True)
class AllowedHosts:
    """Hosts and networks that may be read although they are not public."""

    names: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    """Each begins with a dot."""
    networks: tuple[IPNetwork, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Return what a list says: names, `*.domain`, addresses and networks, by commas or spaces.

        Raises `InvalidInputError` for a part that is none of these.
        """
        names, domains, networks = set[str](), list[str](), list[IPNetwork]()
        for part in text.replace(",", " ").split():
            network = _network(part)
            if network:
                networks.append(network)
            elif part.startswith("*."):
                domains.append(f".{_checked_name(part[2:], part)}")
            else:
                names.add(_checked_name(part, part))
        return cls(frozenset(names), tuple(domains), tuple(networks))

    def has_name(self, host: str) -> bool:
        """Whether the host is named, whatever its addresses are."""
        name = host.lower().rstrip(".")
        return name in self.names or any(name.endswith(domain) for domain in self.domains)

    def has_address(self, address: IPAddress) -> bool:
        """Whether the address lies in one of the networks."""
        return any(meaning_of(address) in network for network in self.networks)


def _network(part: str) -> IPNetwork | None:
    try:
        return ipaddress.ip_network(part.strip("[]"), strict=False)
    except ValueError:
        if "/" in part:
            raise _unreadable(part) from None
        return None


def _checked_name(name: str, part: str) -> str:
    labels = name.lower().rstrip(".").split(".")
    if not all(label and label.strip("-").replace("-", "").isalnum() for label in labels):
        raise _unreadable(part)
    return ".".join(labels)


def _unreadable(part: str) -> InvalidInputError:
    return InvalidInputError(
        "“{value}” is neither a host, such as cal.school.example or *.school.example, nor a "
        "network, such as 10.1.0.0/16",
        field="calendar_allowed_hosts",
        value=shown(part),
    )
