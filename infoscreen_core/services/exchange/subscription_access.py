"""What opens a subscribed calendar: its address, and user name and password where it asks.

All of it is stored as one encrypted text, since the address alone often is the key.
"""

from dataclasses import dataclass, field
from typing import Final

import orjson

from infoscreen_core.domain.exchange.calendar_address import CalendarAddress, read_address
from infoscreen_core.errors import InvalidInputError, Refusals
from infoscreen_core.services.encryption import Cipher, UnreadableSecretError

_LOGIN_LENGTH: Final = 255


@dataclass(frozen=True)
class Access:
    """A checked address and, if the calendar asks for one, a login; never to be logged."""

    address: CalendarAddress = field(repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)


def checked_access(address: str, username: str = "", password: str = "") -> Access:
    """Return the access that a person typed; raise `InvalidInputError` with the field."""
    refusals, user = Refusals(), username.strip()
    with refusals:
        checked = read_address(address)
    for name, value in (("username", user), ("password", password)):
        with refusals:
            _check_part(name, value)
    with refusals:
        _check_login(user, password)
    refusals.raise_any()
    return Access(checked, (user, password) if user else None)


def _check_part(name: str, value: str) -> None:
    if len(value) > _LOGIN_LENGTH or not value.isprintable():
        raise InvalidInputError(
            "User name and password of a calendar have {limit} characters at most, all of them "
            "visible.",
            field=name,
            limit=_LOGIN_LENGTH,
        )


def _check_login(user: str, password: str) -> None:
    if ":" in user or (password and not user):
        raise InvalidInputError(
            "To a password belongs a user name without a colon.", field="username"
        )


def seal(access: Access, cipher: Cipher) -> str:
    """Return an access as it is stored."""
    user, password = access.login or (None, None)
    content = {"address": str(access.address), "username": user, "password": password}
    return cipher.encrypt(orjson.dumps(content).decode())


def unseal(stored: str, cipher: Cipher) -> Access:
    """Return a stored access; raise `UnreadableSecretError` when no key fits."""
    content = orjson.loads(cipher.decrypt(stored))
    return checked_access(content["address"], content["username"] or "", content["password"] or "")


def find_access(stored: str, cipher: Cipher) -> Access | None:
    """Return a stored access, or None when no key fits."""
    try:
        return unseal(stored, cipher)
    except UnreadableSecretError:
        return None
