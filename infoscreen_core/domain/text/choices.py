"""Values that come from a fixed list."""

from enum import Enum
from typing import TypeVar

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

Choice = TypeVar("Choice", bound=Enum)


def one_of(enum: type[Choice], value: object, field: str) -> Choice:
    """Return the member with this value; raise `InvalidInputError` that lists the valid ones."""
    try:
        return enum(value)
    except ValueError:
        raise InvalidInputError(
            "{name} cannot be “{value}”; choose one of: {allowed}.",
            field=field,
            name=field,
            value=shown(str(value)),
            allowed=", ".join(str(member.value) for member in enum),
        ) from None
