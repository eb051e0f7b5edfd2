"""How a player registers: discovery, its acknowledgement, and the group it is given."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field

from infoscreen_core.contracts.base import FromPlayer, ToPlayer
from infoscreen_core.contracts.fields import (
    ClientUuid,
    Integer,
    ListOrText,
    Omittable,
    OneOf,
    PositiveInteger,
    Seconds,
    WireTimestamp,
)
from infoscreen_core.domain.screens.player import RecoveryClass


class Capabilities(FromPlayer):
    """What a player's hardware can do for its own recovery."""

    recovery_class: Omittable[OneOf[RecoveryClass]] = None
    watchdog_enabled: Omittable[bool] = None
    boot_source: Omittable[str] = None


class Discovery(FromPlayer):
    """A player says that it exists; `uuid` is the sender, since the topic names none."""

    model_config = ConfigDict(
        title="Player → server: I exist", json_schema_extra={"additionalProperties": True}
    )

    uuid: ClientUuid
    hardware_token: Annotated[str, Field(max_length=64)] | None = None
    ip: Annotated[str, Field(max_length=45)] | None = None
    type: Annotated[str, Field(max_length=50)] | None = None
    hostname: Annotated[str, Field(max_length=100)] | None = None
    os_version: Annotated[str, Field(max_length=100)] | None = None
    software_version: Annotated[str, Field(max_length=100)] | None = None
    macs: ListOrText | None = None
    model: Annotated[str, Field(max_length=100)] | None = None
    capabilities: Capabilities | None = None
    boot_id: Annotated[str, Field(max_length=64)] | None = None
    uptime_seconds: Seconds | None = None

    @property
    def mac_addresses(self) -> tuple[str, ...]:
        """The MAC addresses as a tuple, whether they came as a list or as text with commas."""
        macs = self.macs.split(",") if isinstance(self.macs, str) else self.macs or ()
        return tuple(mac.strip() for mac in macs if isinstance(mac, str) and mac.strip())


class DiscoveryStatus(StrEnum):
    """Whether the server knew the player already."""

    OK = "ok"
    NEW = "new"


class DiscoveryAck(ToPlayer):
    """The server's answer to a discovery."""

    model_config = ConfigDict(title="Server → player: you are known")

    status: OneOf[DiscoveryStatus]
    uuid: ClientUuid
    group_id: Integer | None = None
    server_time: Omittable[WireTimestamp] = None


class GroupAssignment(ToPlayer):
    """The group a player belongs to; plain decimal text on the wire, nothing when it has none."""

    group_id: PositiveInteger | None

    def to_payload(self) -> bytes:
        """Return the decimal number, or an empty payload, which clears the retained message."""
        return b"" if self.group_id is None else b"%d" % self.group_id
