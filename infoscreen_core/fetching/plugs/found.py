"""What a plug says of itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundPlug:
    """A plug that answered; its words are fit to be shown."""

    model: str
    """Empty where it does not say."""
    firmware: str
    is_on: bool
