"""HTTP digest authentication with SHA-256 (RFC 7616), the only kind that Shelly plugs speak.

MD5 and Basic are not answered: whoever stands in between could ask for them to learn the password.
"""

import hashlib
import re
import secrets
from typing import Final

_PART: Final = re.compile(r'(\w+)\s*=\s*(?:"([^"\\]*)"|([^\s,"]+))\s*(?:,|$)')
_NAME: Final = "digest "
_ALGORITHM: Final = "sha-256"
_QOP: Final = "auth"
_COUNT: Final = "00000001"


def answer_to(challenge: str, login: tuple[str, str], method: str, target: str) -> str | None:
    """Return the `Authorization` for one request; None when the challenge is of another kind."""
    parts = _parts_of(challenge)
    is_known = parts.get("algorithm", "").lower() == _ALGORITHM and _QOP in re.split(
        r"[\s,]+", parts.get("qop", "")
    )
    if not is_known or not parts.get("realm") or not parts.get("nonce"):
        return None
    own = secrets.token_hex(16)
    response = _response(parts, login, method, target, own)
    said = {
        "username": _quoted(login[0]),
        "realm": f'"{parts["realm"]}"',
        "nonce": f'"{parts["nonce"]}"',
        "uri": f'"{target}"',
        "algorithm": "SHA-256",
        "qop": _QOP,
        "nc": _COUNT,
        "cnonce": f'"{own}"',
        "response": f'"{response}"',
        **({"opaque": f'"{parts["opaque"]}"'} if "opaque" in parts else {}),
    }
    return "Digest " + ", ".join(f"{name}={value}" for name, value in said.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _parts_of(challenge: str) -> dict[str, str]:
    text = challenge.strip()
    if not text.lower().startswith(_NAME) or not (text.isascii() and text.isprintable()):
        return {}
    return {
        found[1].lower(): found[2] if found[2] is not None else found[3]
        for found in _PART.finditer(text[len(_NAME) :])
    }


def _response(
    parts: dict[str, str], login: tuple[str, str], method: str, target: str, own: str
) -> str:
    user, password = login
    who = _hashed(f"{user}:{parts['realm']}:{password}")
    what = _hashed(f"{method}:{target}")
    return _hashed(f"{who}:{parts['nonce']}:{_COUNT}:{own}:{_QOP}:{what}")


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
