"""Addresses of web pages that screens open."""

from typing import Final
from urllib.parse import urlsplit

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

MAX_URL_LENGTH: Final = 2000
_SCHEMES: Final = ("http", "https")


def clean_url(value: str, *, field: str) -> str:
    """Return a trimmed http or https URL with a host; raise `InvalidInputError` for others.

    `javascript:`, `file:` and the like never reach a player.
    """
    url = value.strip()
    if len(url) > MAX_URL_LENGTH:
        raise InvalidInputError(
            "{name} has {length} characters; {limit} are allowed: use a shorter address.",
            field=field,
            name=field,
            length=len(url),
            limit=MAX_URL_LENGTH,
        )
    if not _is_web_address(url):
        raise InvalidInputError(
            "The address “{value}” cannot be opened; write it in full, as in "
            "https://www.example.org/page.",
            field=field,
            value=shown(value),
        )
    return url


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # an unfinished IPv6 address, a port that is no number
        return False
    return parts.scheme in _SCHEMES and bool(parts.hostname) and port != 0
