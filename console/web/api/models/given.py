"""Fields of a change that need not be sent."""

from typing import Any, Final

from pydantic import Field


def _not_given() -> Any:  # noqa: ANN401 - whatever the field's type is
    """Stand for a field that is not sent; nobody reads it."""


KEPT: Final[Any] = Field(default_factory=_not_given)
"""The value of a field whose absence means that it stays as it is.

Not null: where null is no value of the field, it is refused like any other wrong one.
"""
