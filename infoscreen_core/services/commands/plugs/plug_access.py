"""What opens a plug: the user name and password that it asks for, stored as one encrypted text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import orjson

from infoscreen_core.db.models import Plug
from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import Problem
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.fetching.plugs.conversation import PlugPolicy
from infoscreen_core.fetching.plugs.errors import PlugError
from infoscreen_core.fetching.plugs.plug import PlugAccess
from infoscreen_core.services.encryption import (
    Cipher,
    KeySource,
    UnreadableSecretError,
    load_cipher,
)

DEFAULT_USER: Final = "admin"
LOGIN_LIMIT: Final = 100


class PlugSettings(KeySource, Protocol):
    """The part of the programs' settings that says how plugs are spoken to."""

    @property
    def plug_allowed_addresses(self) -> str:
        """Hosts and networks of the house that are plugs."""


@dataclass(frozen=True)
class PlugTools:
    """What is needed to speak with plugs: the key to their logins, and what is allowed."""

    find_cipher: Callable[[], Cipher]
    policy: PlugPolicy

    @classmethod
    def of(cls, settings: PlugSettings) -> "PlugTools":
        """Return the tools of an installation; its key is not asked for before it is needed."""
        allowed = AllowedHosts.read(settings.plug_allowed_addresses)
        return cls(lambda: load_cipher(settings), PlugPolicy(allowed))


def checked_login(username: str, password: str) -> tuple[str, str] | None:
    """Return the login that somebody typed; None when none was."""
    user = username.strip()
    for field, value in (("username", user), ("password", password)):
        if len(value) > LOGIN_LIMIT or not value.isprintable():
            raise InvalidInputError(
                "User name and password of a plug have {limit} characters at most, all of them "
                "visible.",
                field=field,
                limit=LOGIN_LIMIT,
            )
    if user and not password:
        raise InvalidInputError(
            "To a user name belongs the plug's password; enter it as well.", field="password"
        )
    return (user or DEFAULT_USER, password) if password else None


def seal(login: tuple[str, str], cipher: Cipher) -> str:
    """Return a login as it is stored."""
    return cipher.encrypt(orjson.dumps(login).decode())


def access_of(plug: Plug, tools: PlugTools) -> PlugAccess:
    """Return what is needed to speak with a plug; raise `PlugError` when no key fits."""
    return PlugAccess(
        plug.kind, PlugAddress(plug.host, plug.port), plug.relay, _unsealed(plug, tools)
    )


def renew_seal(plug: Plug, tools: PlugTools) -> None:
    """Encrypt the login with the present key, if an older one was needed to read it."""
    if plug.access_encrypted is None:
        return
    cipher = tools.find_cipher()
    if not cipher.is_current(plug.access_encrypted):
        plug.access_encrypted = cipher.encrypt(cipher.decrypt(plug.access_encrypted))


def _unsealed(plug: Plug, tools: PlugTools) -> tuple[str, str] | None:
    if plug.access_encrypted is None:
        return None
    try:
        user, password = orjson.loads(tools.find_cipher().decrypt(plug.access_encrypted))
    except UnreadableSecretError:
        raise PlugError(
            "The stored password of the plug cannot be decrypted, since SECRET_KEY has changed; "
            "enter it anew, or set the former key as SECRET_KEY_PREVIOUS.",
            problem=Problem.UNREADABLE_SECRET,
            field="password",
        ) from None
    except InvalidInputError as error:  # the key itself cannot be read
        raise PlugError.of(Problem.UNREADABLE_SECRET, error) from None
    return user, password
