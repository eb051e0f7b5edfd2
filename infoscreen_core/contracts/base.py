"""Bases of all messages on the wire."""

from pydantic import BaseModel, ConfigDict


class WireModel(BaseModel):
    """A message, or a part of one: immutable, read by `decode`, written by `to_payload`.

    Validating with `strict=True` reads a parsed JSON value exactly as its schema says. Building one
    in Python is laxer in one respect: None may stand for a field that is left out.
    """

    model_config = ConfigDict(frozen=True)

    def to_payload(self) -> bytes:
        """Return the message as compact UTF-8 JSON; omitted fields are absent, not null."""
        return self.__pydantic_serializer__.to_json(self)


class FromPlayer(WireModel):
    """A player's message. Unknown fields are ignored, since players are upgraded first."""

    model_config = ConfigDict(extra="ignore")


class ToPlayer(WireModel):
    """The server's message: never a field that the contract does not declare."""

    model_config = ConfigDict(extra="forbid")
