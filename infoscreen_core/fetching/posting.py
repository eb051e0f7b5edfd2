"""Post a message to a webhook's receiver: guarded, within limits of time and size.

Redirects are not followed: they could lead a message, with what it says, anywhere.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

import httpcore

from infoscreen_core.domain.exchange.addresses import AllowedHosts, is_usual_port
from infoscreen_core.domain.text.http_address import HttpAddress
from infoscreen_core.fetching import guard
from infoscreen_core.fetching.errors import FetchError
from infoscreen_core.fetching.fetch import retry_after, ssl_context
from infoscreen_core.fetching.pinned import Deadline, PinnedBackend

ANSWER_BYTES: Final = 2000
"""So much of an answer is read; people see how it begins."""


@dataclass(frozen=True)
class PostPolicy:
    """What an installation allows."""

    allowed: AllowedHosts = field(default_factory=AllowedHosts)
    ca_cert: Path | None = None
    """Certificates to trust besides the system's."""
    seconds: float = 15.0


@dataclass(frozen=True)
class Posted:
    """What a receiver answered, and how long it took."""

    status: int
    answer: str
    """How the body begins."""
    seconds: float
    retry_after: timedelta | None


def post(
    address: HttpAddress,
    body: bytes,
    headers: Mapping[str, str],
    policy: PostPolicy,
    *,
    now: datetime,
) -> Posted:
    """Return a receiver's answer, whatever it is; raise `FetchError` when there is none."""
    deadline, began = Deadline(policy.seconds), time.monotonic()
    status, said, answer = _told(
        partial(_ask, address, body, headers, policy, deadline), address.host
    )
    wish = retry_after(said.get("retry-after", ""), now)
    return Posted(status, answer, time.monotonic() - began, wish)


def _ask(
    address: HttpAddress,
    body: bytes,
    headers: Mapping[str, str],
    policy: PostPolicy,
    deadline: Deadline,
) -> tuple[int, Mapping[str, str], str]:
    numbers = _checked_numbers(address, policy.allowed, seconds=deadline.left())
    own = {"Connection": "close", "User-Agent": "infoscreen (webhook)", "Accept": "*/*"}
    with (
        httpcore.ConnectionPool(
            ssl_context=ssl_context(policy.ca_cert) if address.is_encrypted else None,
            network_backend=PinnedBackend(numbers, deadline),
            max_connections=1,
        ) as pool,
        pool.stream(
            "POST", str(address), headers=list({**own, **headers}.items()), content=body
        ) as response,
    ):
        said = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        return response.status, said, _beginning(response.iter_stream())


def _beginning(chunks: Iterable[bytes]) -> str:
    read = bytearray()
    for chunk in chunks:
        read += chunk
        if len(read) >= ANSWER_BYTES:
            break
    return bytes(read[:ANSWER_BYTES]).decode("utf-8", "replace")


def _checked_numbers(address: HttpAddress, allowed: AllowedHosts, *, seconds: float) -> list[str]:
    """Return the numbers to connect to; raise `FetchError` when one of them is not allowed."""
    found = guard.look_up(address.host, address.port, seconds=seconds)
    is_named = allowed.has_name(address.host)
    if not all(guard.is_allowed(one, allowed, is_named=is_named) for one in found):
        raise FetchError(
            "The host {host} is not on the internet but inside a network, and webhooks go to such "
            "hosts only when an administrator of the server allows them with "
            "WEBHOOK_ALLOWED_HOSTS.",
            host=address.host,
        )
    if is_named or all(allowed.has_address(one) for one in found):
        return [str(one) for one in found]
    if not address.is_encrypted:
        raise FetchError(
            "The address of {host} begins with http, so anybody on the way could read along; use "
            "https.",
            host=address.host,
        )
    if not is_usual_port(address.port):
        raise FetchError(
            "Port {port} is not used by web servers; leave it out, or name one from 1024 on.",
            port=address.port,
        )
    return [str(one) for one in found]


def _told(
    ask: Callable[[], tuple[int, Mapping[str, str], str]], host: str
) -> tuple[int, Mapping[str, str], str]:
    """Return the answer; raise `FetchError` in the place of what the connection raised."""
    try:
        return ask()
    except httpcore.TimeoutException:
        raise FetchError("The receiver {host} did not answer in time.", host=host) from None
    except httpcore.ConnectError as error:
        raise _unconnected(error, host) from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise FetchError(
            "The connection to the receiver {host} broke off before it answered.", host=host
        ) from None


def _unconnected(error: httpcore.ConnectError, host: str) -> FetchError:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return FetchError(
            "The certificate of {host} is not trusted: {problem}. An administrator of the server "
            "can name its authority in WEBHOOK_CA_CERT.",
            host=host,
            problem=cause.verify_message,
        )
    if isinstance(cause, ssl.SSLError):
        return FetchError(
            "No encrypted connection to {host} can be made: {problem}.",
            host=host,
            problem=cause.reason or "TLS",
        )
    return FetchError("The receiver {host} cannot be reached.", host=host)
