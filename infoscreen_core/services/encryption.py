"""Encrypt what must be read again, such as addresses and passwords of other servers; sign links.

Each use has a key of its own, derived from `SECRET_KEY`; where none is set, from a file that the
first program which needs it makes in the data directory. `SECRET_KEY_PREVIOUS` keeps what an older
key encrypted readable, and its links good; whatever is new is encrypted and signed with the present
one.
"""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from infoscreen_core.domain.media.links import Signer
from infoscreen_core.errors import InvalidInputError

KEY_FILE: Final = "secret.key"
_CREDENTIALS: Final = b"infoscreen credentials"
_MEDIA_LINKS: Final = b"infoscreen media links"
_CURSORS: Final = b"infoscreen API cursors"
_KEY_BYTES: Final = 32


class KeySource(Protocol):
    """The part of the programs' settings that says which keys there are."""

    @property
    def secret_key(self) -> SecretStr | None:
        """The present key; None: the one in the data directory."""

    @property
    def secret_key_previous(self) -> SecretStr | None:
        """The key before it."""

    @property
    def data_dir(self) -> Path:
        """Where a key of our own is kept."""


class UnreadableSecretError(InvalidInputError):
    """What is stored was encrypted with a key that this program does not have."""

    code = "unreadable_secret"


class Cipher:
    """Encrypts with the first key, and decrypts with any of them."""

    def __init__(self, *keys: str) -> None:
        each = [Fernet(base64.urlsafe_b64encode(_derived(key, _CREDENTIALS))) for key in keys]
        self._present, self._fernet = each[0], MultiFernet(each)

    def encrypt(self, text: str) -> str:
        """Return the text encrypted."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def decrypt(self, stored: str) -> str:
        """Return the text again; raise `UnreadableSecretError` when no key fits."""
        try:
            return self._fernet.decrypt(stored.encode("ascii", "replace")).decode()
        except (InvalidToken, UnicodeDecodeError):
            raise UnreadableSecretError(
                "The stored address cannot be decrypted, since SECRET_KEY has changed; enter the "
                "address anew, or set the former key as SECRET_KEY_PREVIOUS.",
                field="address",
            ) from None

    def is_current(self, stored: str) -> bool:
        """Whether the first key encrypted this, so that the others are not needed for it."""
        try:
            self._present.decrypt(stored.encode("ascii", "replace"))
        except InvalidToken:
            return False
        return True


def load_cipher(source: KeySource) -> Cipher:
    """Return the cipher of an installation; at its first use, a key is made where none is set."""
    return Cipher(*_load_keys(source))


def load_signer(source: KeySource) -> Signer:
    """Return who signs the links of an installation, and knows those of the key before.

    A key is made where none is set, as for the cipher. Programs that share neither `SECRET_KEY` nor
    the data directory do not know each other's links.
    """
    return Signer(*(_derived(key, _MEDIA_LINKS) for key in _load_keys(source)))


def load_cursor_key(source: KeySource) -> bytes:
    """Return the key that signs where the API's lists go on; a key is made where none is set."""
    return _derived(_load_keys(source)[0], _CURSORS)


def _load_keys(source: KeySource) -> list[str]:
    """Return the present key, then the former ones."""
    keys = [
        key.get_secret_value() for key in (source.secret_key, source.secret_key_previous) if key
    ]
    if source.secret_key is None:
        keys.insert(0, _kept_key(source.data_dir / KEY_FILE))
    else:
        with suppress(InvalidInputError):
            kept = _find_key(source.data_dir / KEY_FILE)
            keys += [kept] if kept else []  # for what was encrypted before SECRET_KEY was set
    return keys


def _derived(key: str, purpose: bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose)
    return derivation.derive(key.encode())


def _kept_key(path: Path) -> str:
    return _find_key(path) or _make_key(path)


def _find_key(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from None


def _make_key(path: Path) -> str:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48) + "\n", encoding="ascii")
        try:
            # A link is made only where there is none: of two programs that start together, one
            # makes the key, and both read it.
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
    except OSError as error:
        raise _unusable(path, error) from None
    return _find_key(path) or _empty(path)


def _empty(path: Path) -> str:
    raise InvalidInputError(
        "The key file {path} is empty; bring it back from a backup, or delete it and enter the "
        "addresses of the subscribed calendars anew.",
        field="secret_key",
        path=path,
    )


def _unusable(path: Path, error: Exception) -> InvalidInputError:
    problem = getattr(error, "strerror", None) or type(error).__name__
    return InvalidInputError(
        "The key file {path} cannot be used: {problem}. Set SECRET_KEY, or make the file readable.",
        field="secret_key",
        path=path,
        problem=problem,
    )
