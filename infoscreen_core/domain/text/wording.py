"""Values in a form fit for sentences that people read, and sentences that are not errors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from infoscreen_core.errors import InfoscreenError

_SHOWN_LENGTH: Final = 60
_NAMED_DAYS: Final = 3


@dataclass(frozen=True)
class Days:
    """A stretch of days in a sentence, both ends included; a single day is written once."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} – {self.last}"


@dataclass(frozen=True)
class DayList:
    """Days in a sentence, in order: the first ones are named, the others counted."""

    days: tuple[date, ...]

    @property
    def named(self) -> tuple[date, ...]:
        """Those that are named; a single one more would take no more room as a number."""
        return self.days if len(self.days) <= _NAMED_DAYS + 1 else self.days[:_NAMED_DAYS]

    @property
    def more(self) -> int:
        """How many are only counted."""
        return len(self.days) - len(self.named)

    def __str__(self) -> str:
        named = ", ".join(map(str, self.named))
        return f"{named} and {self.more} more" if self.more else named


@dataclass(frozen=True, init=False)
class Sentence:
    """A sentence for people: an English template and the values for its `{named}` places.

    The template is the translation's message id, so it stands in place: `Sentence("It is new.")`.
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
        """Return an error's sentence."""
        return cls(error.template, field=error.field, **error.params)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON can hold it, to be translated only when it is shown."""
        params = {
            name: value if isinstance(value, int | float | bool) else str(value)
            for name, value in self.params.items()
        }
        return {"template": self.template, "params": params, "field": self.field}

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> Self:
        """Return the sentence that was kept."""
        return cls(kept["template"], field=kept.get("field"), **kept["params"])


def printable(value: str) -> str:
    """Return text in which characters that could control a terminal, or hide, are spelt out."""
    if value.isprintable():
        return value
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in value)


def shown(value: str) -> str:
    """Return outside text shortened and printable, safe for any terminal, log and page."""
    text = printable(value[: _SHOWN_LENGTH + 1])
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."


def listed(values: Iterable[object]) -> str:
    """Return the values separated by commas, as lists are written in a recurrence rule."""
    return ",".join(str(value) for value in values)
