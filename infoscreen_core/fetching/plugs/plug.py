"""What a plug can be asked, whatever its kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import PlugKind
from infoscreen_core.fetching.plugs.conversation import Conversation, PlugPolicy
from infoscreen_core.fetching.plugs.found import FoundPlug
from infoscreen_core.fetching.plugs.shelly import ShellyGen2
from infoscreen_core.fetching.plugs.tasmota import Tasmota


class PowerPlug(Protocol):
    """One relay; each method raises `PlugError` when it fails."""

    def identify(self) -> FoundPlug:
        """Return what answers there, and whether the relay is on; it switches nothing."""

    def read_state(self) -> bool:
        """Return whether the relay is on."""

    def switch(self, *, on: bool) -> None:
        """Switch the relay, and leave it so."""

    def power_cycle(self, seconds: int) -> None:
        """Switch the relay off; the plug itself switches it on again after so many seconds.

        An error says with `may_have_acted` whether it may be off all the same.
        """


_Driver = Callable[[Conversation, int, tuple[str, str] | None], PowerPlug]
_DRIVERS: Final[Mapping[PlugKind, _Driver]] = {
    PlugKind.SHELLY_GEN2: ShellyGen2,
    PlugKind.TASMOTA: Tasmota,
}


@dataclass(frozen=True)
class PlugAccess:
    """What is needed to speak with one relay; never to be logged."""

    kind: PlugKind
    address: PlugAddress
    relay: int
    """Counted from 1."""
    login: tuple[str, str] | None = field(default=None, repr=False)


def open_plug(access: PlugAccess, policy: PlugPolicy) -> PowerPlug:
    """Return the plug for one conversation, whose time runs from now on."""
    conversation = Conversation(access.address, policy)
    return _DRIVERS[access.kind](conversation, access.relay, access.login)
