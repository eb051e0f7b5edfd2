"""Addresses of the console as people copy them."""

from urllib.parse import urlsplit


def root_of(address: str | None, fallback: str) -> str:
    """Return scheme and host of the console as the browser knows it, without a slash at its end."""
    parts = urlsplit(address or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else fallback
