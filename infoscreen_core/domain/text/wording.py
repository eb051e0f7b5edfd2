"""Values made fit to stand in a sentence that a person reads, and sentences that are no errors."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from infoscreen_core.errors import InfoscreenError

_SHOWN_LENGTH: Final = 60


@dataclass(frozen=True)
class Days:
    """A stretch of days in a sentence, both ends included; one day is said as one."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True, init=False)
class Sentence:
    """Words for people: an English template with `{named}` places and what fills them, as an error has them.

    The template is the message id of the translation, so it stands in place: `Sentence("Is new.")`.
    """

    template: str
    params: dict[str, object]
    field: str | None

    def __init__(self, template: str, /, *, field: str | None = None, **params: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "params", params)
        object.__setattr__(self, "field", field)

    def __str__(self) -> str:
        return self.template.format(**self.params) if self.params else self.template

    @classmethod
    def of(cls, error: InfoscreenError) -> Self:
        """Return what an error says."""
        return cls(error.template, field=error.field, **error.params)


def printable(value: str) -> str:
    """Return text in which everything that could steer a terminal, or hide, is spelt out."""
    if value.isprintable():
        return value
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in value)


def shown(value: str) -> str:
    """Return foreign text short and printable, safe for any terminal, log and page."""
    text = printable(value[: _SHOWN_LENGTH + 1])
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."


def listed(values: Iterable[object]) -> str:
    """Return the values separated by commas, as lists are written in a recurrence rule."""
    return ",".join(str(value) for value in values)
