"""Where the command line gets a password from: preferably not from a visible argument."""

import io
import select
import sys

import typer

from infoscreen_core.errors import InvalidInputError

_PIPE_SECONDS = 1.0


def given_password(option: str | None, *, is_prompting: bool = True) -> str | None:
    """Return the password from the option, a pipe or a prompt; None when there is none."""
    if option is not None:
        return option
    if sys.stdin.isatty():
        return _prompt() if is_prompting else None
    return _piped_line()


def required_password(option: str | None) -> str:
    """Return the password of `given_password`; raise `InvalidInputError` when there is none."""
    password = given_password(option)
    if password is None:
        raise InvalidInputError(
            "Give the new password with --password or on standard input.", field="password"
        )
    return password


def _prompt() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _piped_line() -> str | None:
    # A service's standard input may be a pipe that nobody ever writes to or closes, so waiting for
    # it has an end.
    if _has_descriptor() and not select.select([sys.stdin], [], [], _PIPE_SECONDS)[0]:
        return None
    return sys.stdin.readline().rstrip("\r\n") or None


def _has_descriptor() -> bool:
    try:
        sys.stdin.fileno()
    except (io.UnsupportedOperation, ValueError):
        return False
    return True
