"""Values that come from a fixed list."""

from collections.abc import Iterable
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
        raise no_choice(value, (str(member.value) for member in enum), field=field) from None


def no_choice(
    value: object, allowed: Iterable[str], *, field: str, name: str = ""
) -> InvalidInputError:
    """Return what is told of a value that is not `allowed`; `name` is the field's for people."""
    return InvalidInputError(
        "{name} cannot be “{value}”; choose one of: {allowed}.",
        field=field,
        name=name or field,
        value=shown(str(value)),
        allowed=", ".join(allowed),
    )
