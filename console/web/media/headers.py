"""What is said of a file beside its bytes, so that no browser runs what somebody uploaded."""

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Final
from urllib.parse import quote

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.services.media.delivery import Delivery

_RUNS_NOTHING: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_SHOWN_ALONE: Final = (
    "default-src 'none'; img-src 'self'; media-src 'self'; object-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'"
)
"""For what a browser shows in a page that it makes itself: a picture, a film, a PDF."""
_SANDBOXED: Final = frozenset({MediaType.SVG, MediaType.HTML, MediaType.OTHER})
_DOWNLOADED: Final = frozenset({MediaType.HTML, MediaType.OTHER})


def etag_of(delivery: Delivery) -> str:
    """Return the strong tag of a content."""
    return f'"{delivery.checksum}"'


def headers_of(delivery: Delivery, *, is_link: bool) -> Mapping[str, str]:
    """Return what every answer about a file says; `is_link`: it was asked for by a player's link.

    A link may be used from pages of other origins, such as the one that a player shows; a session
    only from ours, since the browser sends its cookie to whoever asks.
    """
    is_sandboxed = delivery.media_type in _SANDBOXED
    return {
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "content-security-policy": _RUNS_NOTHING if is_sandboxed else _SHOWN_ALONE,
        "cross-origin-resource-policy": "cross-origin" if is_link else "same-origin",
        "etag": etag_of(delivery),
        "last-modified": format_datetime(delivery.changed_at.replace(microsecond=0), usegmt=True),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }


def content_headers(delivery: Delivery) -> Mapping[str, str]:
    """Return what only an answer with content says."""
    kind = "attachment" if delivery.media_type in _DOWNLOADED else "inline"
    return {
        "content-disposition": disposition(kind, delivery.name),
        "content-type": delivery.mime_type,
    }


def disposition(kind: str, name: str) -> str:
    """Return a `Content-Disposition` with any name (RFC 6266, with RFC 5987 where it is needed)."""
    plain = "".join(letter if _is_plain(letter) else "_" for letter in name)
    if plain == name:
        return f'{kind}; filename="{name}"'
    encoded = quote(name, safe="", errors="replace")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def _is_plain(letter: str) -> bool:
    return letter.isascii() and letter.isprintable() and letter not in '"\\%'
