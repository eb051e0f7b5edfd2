"""Fetch a calendar by its address: only from allowed hosts, within limits of time and size.

Redirects are followed by hand, each checked like the first address. What is asked goes to no other
origin with the password, and to no unencrypted address after an encrypted one.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import httpcore

from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.domain.exchange.calendar_address import CalendarAddress, read_address
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.fetching.content import is_web_page, read_body
from infoscreen_core.fetching.errors import FetchError, refused_status
from infoscreen_core.fetching.guard import checked_addresses
from infoscreen_core.fetching.pinned import Deadline, PinnedBackend

MAX_REDIRECTS: Final = 5
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_NOT_MODIFIED: Final = 304
_OK: Final = 200
_VALIDATOR_LENGTH: Final = 255
"""Longer ones are not kept: then the whole calendar comes again, and that is all."""


@dataclass(frozen=True)
class Policy:
    """What an installation allows."""

    max_bytes: int
    allowed: AllowedHosts = field(default_factory=AllowedHosts)
    ca_cert: Path | None = None
    """Certificates to trust besides the system's."""
    seconds: float = 30.0


@dataclass(frozen=True)
class Wanted:
    """What to fetch, and what is known of it already."""

    address: CalendarAddress
    login: tuple[str, str] | None = field(default=None, repr=False)
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Fetched:
    """What a server gave; `body` is None when nothing has changed since what was known."""

    body: bytes | None = field(repr=False)
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def fetch(wanted: Wanted, policy: Policy, *, now: datetime) -> Fetched:
    """Return what stands at an address; raise `FetchError` with the reason when it can't be had."""
    deadline = Deadline(policy.seconds)
    address = wanted.address
    for _ in range(MAX_REDIRECTS + 1):
        answer = _told(partial(_ask, address, wanted, policy, deadline), address.host)
        if answer.status not in REDIRECTS:
            return _fetched(answer, address, wanted, now)
        address = next_address(address, answer.headers.get("location", ""))
    raise FetchError(
        "The server {host} forwards in a circle; ask for the calendar's own address.",
        host=wanted.address.host,
    )


def _ask(address: CalendarAddress, wanted: Wanted, policy: Policy, deadline: Deadline) -> _Answer:
    numbers = checked_addresses(address, policy.allowed, seconds=deadline.left())
    backend = PinnedBackend(numbers, deadline)
    with (
        httpcore.ConnectionPool(
            ssl_context=ssl_context(policy.ca_cert) if address.is_encrypted else None,
            network_backend=backend,
            max_connections=1,
        ) as pool,
        pool.stream("GET", str(address), headers=_headers(address, wanted)) as response,
    ):
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        body = b""
        if response.status == _OK:
            body = read_body(
                response.iter_stream(),
                headers.get("content-encoding", ""),
                limit=policy.max_bytes,
                host=address.host,
            )
        return _Answer(response.status, headers, body)


def _headers(address: CalendarAddress, wanted: Wanted) -> list[tuple[str, str]]:
    headers = [
        ("Accept", "text/calendar, */*;q=0.5"),
        ("Accept-Encoding", "gzip"),
        ("Connection", "close"),
        ("User-Agent", "infoscreen (calendar subscription)"),
    ]
    if wanted.etag:
        headers.append(("If-None-Match", wanted.etag))
    if wanted.last_modified:
        headers.append(("If-Modified-Since", wanted.last_modified))
    if wanted.login and address.origin == wanted.address.origin:
        headers.append(("Authorization", _basic(*wanted.login)))
    return headers


def _basic(user: str, password: str) -> str:
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"


def ssl_context(ca_cert: Path | None) -> ssl.SSLContext:
    """Return what encrypted connections are checked by; `ca_cert` holds more to trust."""
    context = ssl.create_default_context()
    if ca_cert is not None:
        context.load_verify_locations(cafile=ca_cert)
    return context


def _told(ask: Callable[[], _Answer], host: str) -> _Answer:
    """Return the answer; raise `FetchError` in the place of what the connection raised."""
    try:
        return ask()
    except httpcore.TimeoutException:
        raise FetchError(
            "The server {host} did not answer in time; it is asked again later.", host=host
        ) from None
    except httpcore.ConnectError as error:
        raise _unconnected(error, host) from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise FetchError(
            "The connection to {host} broke off before the calendar was complete; it is asked "
            "again later.",
            host=host,
        ) from None


def _unconnected(error: httpcore.ConnectError, host: str) -> FetchError:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(
            "The certificate of {host} is not trusted: {problem}. An administrator can name its "
            "authority in CALENDAR_CA_CERT.",
            host=host,
            problem=cause.verify_message,
        )
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            "No encrypted connection to {host} can be made: {problem}.",
            host=host,
            problem=cause.reason or "TLS",
        )
    return FetchError("The server {host} cannot be reached; it is asked again later.", host=host)


def _fetched(answer: _Answer, address: CalendarAddress, wanted: Wanted, now: datetime) -> Fetched:
    is_conditional = bool(wanted.etag or wanted.last_modified)
    if answer.status == _NOT_MODIFIED and is_conditional:
        return Fetched(None, wanted.etag, wanted.last_modified)
    if answer.status != _OK:
        raise refused_status(
            answer.status,
            address.host,
            has_login=wanted.login is not None,
            retry_after=retry_after(answer.headers.get("retry-after", ""), now),
        )
    if is_web_page(answer.body):
        raise FetchError(
            "{host} gives a web page, not a calendar; the page may ask to sign in. Look there for "
            "the address for subscriptions (iCal, .ics).",
            host=address.host,
        )
    return Fetched(answer.body, _validator(answer, "etag"), _validator(answer, "last-modified"))


def _validator(answer: _Answer, name: str) -> str | None:
    value = answer.headers.get(name, "").strip()
    is_usable = len(value) <= _VALIDATOR_LENGTH and value.isascii() and value.isprintable()
    return value if value and is_usable else None


def retry_after(value: str, now: datetime) -> timedelta | None:
    """Return how long a server wants to rest, by its header `Retry-After`; None: it says not."""
    text = value.strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=int(text[:9]))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(moment - now, timedelta()) if moment.tzinfo else None


def next_address(address: CalendarAddress, location: str) -> CalendarAddress:
    """Return where a server forwards to; raise `FetchError` when that cannot be followed."""
    try:
        target = read_address(urljoin(str(address), location)) if location else None
    except (InvalidInputError, ValueError):
        target = None
    if target is None or (address.is_encrypted and not target.is_encrypted):
        raise FetchError(
            "The server {host} forwards to an address that cannot be followed; ask for the "
            "calendar's own address.",
            host=address.host,
        )
    return target
