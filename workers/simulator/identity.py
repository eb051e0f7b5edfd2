"""Who the simulated players are: the same prefix and number always give the same machine."""

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid5

from infoscreen_core.contracts.registration import Capabilities, Discovery
from infoscreen_core.domain.screens.player import RecoveryClass

_NAMESPACE = UUID("6f1c5f0e-3a0b-5e0e-9a52-5d1c1f6b8a10")
_SOFTWARE_VERSION = "2.4.1"


@dataclass(frozen=True)
class PlayerIdentity:
    """One player; `number` counts from 1 within its fleet."""

    prefix: str
    number: int

    @property
    def uuid(self) -> str:
        """The player's UUID, canonical."""
        return str(uuid5(_NAMESPACE, f"{self.prefix}:{self.number}"))

    @property
    def hostname(self) -> str:
        """The name people see before they give another."""
        return f"{self.prefix}-{self.number:02d}"

    @property
    def token(self) -> str:
        """64 hexadecimal digits that stay the same; where stable arbitrary figures are wanted."""
        return hashlib.sha256(self.uuid.encode()).hexdigest()

    def discovery(self) -> Discovery:
        """Return what the player tells about its hardware."""
        return Discovery(
            uuid=self.uuid,
            hardware_token=self.token,
            ip=self.ip,
            type="raspberry-pi",
            hostname=self.hostname,
            os_version="Debian GNU/Linux 12 (bookworm)",
            software_version=_SOFTWARE_VERSION,
            macs=[self._mac("2c:cf:67"), self._mac("2c:cf:68")],
            model="Raspberry Pi 5 Model B Rev 1.0",
            capabilities=Capabilities(
                recovery_class=RecoveryClass.SOFTWARE_ONLY,
                watchdog_enabled=True,
                boot_source="nvme",
            ),
        )

    @property
    def ip(self) -> str:
        """A private address, different for each of the first 64,000 players."""
        return f"10.20.{self.number // 250 % 256}.{self.number % 250 + 1}"

    def _mac(self, maker: str) -> str:
        return ":".join([maker, *(self.token[i : i + 2] for i in (0, 2, 4))])


def fleet(prefix: str, clients: int, *, first: int = 1) -> list[PlayerIdentity]:
    """Return `clients` players, numbered from `first`."""
    return [PlayerIdentity(prefix, number) for number in range(first, first + clients)]
