"""Whether TVs should be on, and whether they are."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from infoscreen_core.contracts.base import FromPlayer, ToPlayer
from infoscreen_core.contracts.fields import (
    ClientUuid,
    Integer,
    Omittable,
    OneOf,
    PositiveInteger,
    WireTimestamp,
    WireUuid,
)
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason


class PowerIntent(ToPlayer):
    """Should the TV be on: for a group, or with `client_uuid` for one player, which then wins.

    `intent_id` changes only with `desired_state` or `reason`; `poll_interval_sec` is in seconds.
    """

    model_config = ConfigDict(
        title="Server → player, retained: should the TV be on",
        json_schema_extra={
            "if": {"properties": {"desired_state": {"const": "off"}}},
            "then": {"properties": {"active_event_ids": {"maxItems": 0}}},
        },
    )

    schema_version: Literal["1.0"]
    intent_id: WireUuid
    group_id: PositiveInteger | None
    client_uuid: Omittable[ClientUuid] = None
    desired_state: OneOf[DesiredPower]
    reason: OneOf[PowerReason]
    issued_at: WireTimestamp
    expires_at: WireTimestamp
    poll_interval_sec: PositiveInteger
    active_event_ids: list[Integer]
    event_window_start: WireTimestamp | None
    event_window_end: WireTimestamp | None

    @model_validator(mode="after")
    def _off_names_no_event(self) -> Self:
        if self.desired_state is DesiredPower.OFF and self.active_event_ids:
            code, message = (
                "events_while_off",
                "active_event_ids must be empty when desired_state is off",
            )
            raise PydanticCustomError(code, message)
        return self


class PowerState(FromPlayer):
    """What the TV really does, and by which method it was switched."""

    model_config = ConfigDict(
        title="Player → server: what the TV does", json_schema_extra={"additionalProperties": True}
    )

    state: OneOf[ObservedPower]
    reported_at: WireTimestamp
    intent_id: WireUuid | None = None
    method: Annotated[str, Field(max_length=64)] | None = None
