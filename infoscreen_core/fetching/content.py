"""The body of an answer, unpacked as it comes and cut off at its limit."""

import zlib
from collections.abc import Iterable

from infoscreen_core.fetching.errors import FetchError

_MEBIBYTE = 1024 * 1024
_GZIP = zlib.MAX_WBITS | 16
_PAGES = (b"<!doctype html", b"<html", b"<head", b"<body")


def read_body(chunks: Iterable[bytes], encoding: str, *, limit: int, host: str) -> bytes:
    """Return the whole body; raise `FetchError` when it is larger than `limit`, packed or not."""
    packing = encoding.strip().lower()
    if packing in {"gzip", "x-gzip"}:
        return _joined(_unpacked(chunks, limit, host), limit, host)
    if packing not in {"", "identity"}:
        raise FetchError(
            "The server {host} packs the calendar as {encoding}, which was not asked for.",
            host=host,
            encoding=packing[:40],
        )
    return _joined(chunks, limit, host)


def is_web_page(body: bytes) -> bool:
    """Whether this is a page to be looked at, such as one that asks to sign in."""
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith(b"<") and any(mark in start for mark in _PAGES)


def _joined(chunks: Iterable[bytes], limit: int, host: str) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise FetchError(
                "The calendar of {host} is larger than {limit} MiB; subscribe to a part of it.",
                host=host,
                limit=limit // _MEBIBYTE,
            )
    return bytes(body)


def _unpacked(chunks: Iterable[bytes], limit: int, host: str) -> Iterable[bytes]:
    """Yield what is packed, never more than a little over the limit at once."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not unpacking.eof:
                yield unpacking.decompress(rest, limit + 1)
                rest = unpacking.unconsumed_tail
    except zlib.error:
        raise _broken(host) from None
    if not unpacking.eof:
        raise _broken(host)


def _broken(host: str) -> FetchError:
    return FetchError("What the server {host} sent cannot be unpacked; try again later.", host=host)
