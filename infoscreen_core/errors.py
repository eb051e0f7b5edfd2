"""Errors that a person can act on: a sentence template, its values, and the field concerned."""

from collections.abc import Sequence
from types import TracebackType
from typing import ClassVar


class InfoscreenError(Exception):
    """Base of every error this project raises on purpose.

    `template` is an English sentence with `{named}` places; it is also the message id under which
    the console finds the sentence in the user's language. `params` fill the places. `field` names
    the input that is wrong (snake_case, as in the database), or is None when the whole request is
    meant.
    """

    code: ClassVar[str] = "error"

    def __init__(self, template: str, /, *, field: str | None = None, **params: object) -> None:
        self.template = template
        self.field = field
        self.params = params
        super().__init__(template.format(**params) if params else template)

    @property
    def parts(self) -> "tuple[InfoscreenError, ...]":
        """The errors that this one tells together, in the order of a form; mostly itself alone."""
        return (self,)


class InvalidInputError(InfoscreenError):
    """A value that cannot be accepted; the sentence names field, value and remedy."""

    code = "invalid"


class InvalidFieldsError(InvalidInputError):
    """Several inputs of one form that cannot be accepted, told together.

    It stands for the first of them where only one sentence has room: template, values and field
    are those of the first; as text it says all.
    """

    def __init__(self, errors: Sequence[InfoscreenError]) -> None:
        first = errors[0]
        super().__init__(first.template, field=first.field, **first.params)
        self._parts = tuple(errors)

    @property
    def parts(self) -> tuple[InfoscreenError, ...]:
        """The errors of the single inputs, at most one of each field."""
        return self._parts

    def __str__(self) -> str:
        return " ".join(map(str, self._parts))


def told_together(errors: Sequence[InfoscreenError]) -> InfoscreenError | None:
    """Return one error that tells all of these; None when there is none."""
    return InvalidFieldsError(errors) if len(errors) > 1 else next(iter(errors), None)


class Refusals:
    """Collects what is wrong with an input, so that a person reads all of it at once.

    Each check stands in a block of its own, `with refusals:`, which ends at its first error;
    `raise_any()` then raises what was found. Other errors than `InvalidInputError` pass through.
    """

    def __init__(self, *known: InfoscreenError) -> None:
        self._found: dict[str | None, InfoscreenError] = {}
        for error in known:
            self._note(error)

    def __enter__(self) -> None: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, InvalidInputError):
            return False
        self._note(error)
        return True

    @property
    def found(self) -> tuple[InfoscreenError, ...]:
        """What was found: the first error of each field."""
        return tuple(self._found.values())

    def raise_any(self) -> None:
        """Raise what was found: an only error as itself, several as `InvalidFieldsError`."""
        error = told_together(self.found)
        if error is not None:
            raise error

    def _note(self, error: InfoscreenError) -> None:
        for part in error.parts:
            self._found.setdefault(part.field, part)


class NotedError(InfoscreenError):
    """A refusal that was noted, such as a wrong password: commit, and tell it then.

    It is raised before anything else is written.
    """


class NotFoundError(InfoscreenError):
    """The thing asked for does not exist."""

    code = "not_found"


class ConflictError(InfoscreenError):
    """The request collides with something that exists, or that has changed in the meantime."""

    code = "conflict"


class NotAllowedError(InfoscreenError):
    """The actor's role does not permit this."""

    code = "not_allowed"


class LimitedError(InfoscreenError):
    """Too many attempts; the sentence says when to try again.

    For programs, `seconds` stands among `params` where that moment is known.
    """

    code = "limited"


class BusyError(InfoscreenError):
    """Others are at work on the same thing; nothing was stored, and trying again may succeed."""

    code = "busy"


class UnavailableError(InfoscreenError):
    """The machine fails, not the request: disk, database or broker; the sentence says which."""

    code = "unavailable"
