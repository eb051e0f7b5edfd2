"""Passwords at rest: argon2id, by RFC 9106's second recommendation (64 MiB, 3 passes)."""

import base64
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(
    time_cost=3, memory_cost=64 * 1024, parallelism=4, hash_len=32, salt_len=16
)


def hash_password(password: str) -> str:
    """Return the hash to store; it names its own parameters and salt."""
    return _hasher.hash(_octets(password))


def is_password(password: str, password_hash: str) -> bool:
    """Whether this is the password; takes as long for a wrong one."""
    try:
        return _hasher.verify(password_hash, _octets(password))
    except (VerificationError, InvalidHashError):
        return False


def spend_time(password: str) -> None:
    """Take as long as `is_password`, so that the time taken does not tell whether a user exists."""
    is_password(password, _decoy())


def needs_rehash(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


def _octets(password: str) -> bytes:
    # Systems differ in how they compose umlauts; a lone surrogate is odd, but no reason to crash.
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def _decoy() -> str:
    """Return a hash that no password has; to check one against it takes as long as any other."""
    salt, digest = (_base64(secrets.token_bytes(n)) for n in (_hasher.salt_len, _hasher.hash_len))
    work = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${work}${salt}${digest}"


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode().rstrip("=")
