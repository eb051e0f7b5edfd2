"""Secrets that a person or program is handed once; the database keeps only their SHA-256."""

import hashlib
import hmac
import secrets
from typing import Final

_BYTES: Final = 32
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""None of them is taken for another when it is read off a sheet."""
_GROUPS, _GROUP_LENGTH = 4, 4


def new_token() -> str:
    """Return a token of 256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(_BYTES)


def new_password() -> str:
    """Return a random password that can be read out and typed: four groups, 79 random bits."""
    return "-".join(
        "".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
    )


def token_hash(token: str) -> str:
    """Return what is stored of a token, whatever text it is."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def is_token_of(token: str, stored: str) -> bool:
    """Whether `stored` is the token's digest; takes as long for a wrong one."""
    return hmac.compare_digest(token_hash(token), stored)
