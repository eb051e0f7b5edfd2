"""Errors that a person can act on: a sentence template, its values, and the field concerned."""

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


class InvalidInputError(InfoscreenError):
    """A value that cannot be accepted; the sentence names field, value and remedy."""

    code = "invalid"


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
    """Too many attempts; the sentence says when to try again."""

    code = "limited"


class BusyError(InfoscreenError):
    """Others are at work on the same thing; nothing was stored, and trying again may succeed."""

    code = "busy"


class UnavailableError(InfoscreenError):
    """The machine fails, not the request: disk, database or broker; the sentence says which."""

    code = "unavailable"
