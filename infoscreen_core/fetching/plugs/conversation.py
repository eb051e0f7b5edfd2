"""One conversation with a plug: a few requests to checked addresses, within one deadline."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpcore
import orjson

from infoscreen_core.domain.commands.plug_address import PlugAddress
from infoscreen_core.domain.commands.plugs import Problem
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching.pinned import Deadline, PinnedBackend
from infoscreen_core.fetching.plugs.errors import PlugError, wrong_answer
from infoscreen_core.fetching.plugs.guard import checked_numbers

MAX_BYTES: Final = 64 * 1024
"""A plug's answers have some hundred bytes."""
OK: Final = 200
_REDIRECTS: Final = range(300, 400)


@dataclass(frozen=True)
class PlugPolicy:
    """What an installation allows, and how long one conversation may take."""

    allowed: AllowedHosts = field(default_factory=AllowedHosts)
    seconds: float = 15.0


@dataclass(frozen=True)
class Reply:
    """What a plug answered to one request."""

    status: int
    headers: Mapping[str, str]
    content: Mapping[str, Any] | None = field(repr=False)
    """The JSON object of the body; None when it is none."""


class Conversation:
    """The host is looked up once; every request goes to the addresses that were checked then.

    Redirects are not followed: no plug sends any.
    """

    def __init__(self, address: PlugAddress, policy: PlugPolicy) -> None:
        self.address = address
        self._deadline = Deadline(policy.seconds)
        self._backend: PinnedBackend | None = None
        self._allowed = policy.allowed

    def get(self, target: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Return the answer to `GET target`; raise `PlugError` when there is none."""
        reply = self._told(lambda: self._ask(self._checked(), target, headers or {}))
        if reply.status in _REDIRECTS:
            raise wrong_answer(self.address.host)
        return reply

    def _checked(self) -> PinnedBackend:
        if self._backend is None:
            seconds = self._deadline.left()
            numbers = checked_numbers(self.address, self._allowed, seconds=seconds)
            self._backend = PinnedBackend(numbers, self._deadline)
        return self._backend

    def _ask(self, backend: PinnedBackend, target: str, headers: Mapping[str, str]) -> Reply:
        own = {
            "Host": str(self.address),
            "Accept": "application/json",
            "Connection": "close",
            "User-Agent": "infoscreen (managed power)",
        }
        url = httpcore.URL(
            scheme=b"http", host=self.address.host, port=self.address.port, target=target
        )
        with (
            httpcore.ConnectionPool(network_backend=backend, max_connections=1) as pool,
            pool.stream("GET", url, headers=_as_bytes({**own, **headers})) as response,
        ):
            named = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            return Reply(response.status, named, self._content(response.iter_stream()))

    def _content(self, chunks: Iterable[bytes]) -> Mapping[str, Any] | None:
        body = bytearray()
        for chunk in chunks:
            body += chunk
            if len(body) > MAX_BYTES:
                raise wrong_answer(self.address.host, may_have_acted=True)
        try:
            content = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        return content if isinstance(content, dict) else None

    def _told(self, ask: Callable[[], Reply]) -> Reply:
        """Return the reply; raise `PlugError` in the place of what the connection raised."""
        host = self.address.host
        try:
            return ask()
        except (httpcore.ConnectError, httpcore.ConnectTimeout):
            raise PlugError(
                "The plug {host} cannot be reached; check that it has power and is in the network.",
                problem=Problem.UNREACHABLE,
                host=host,
            ) from None
        except httpcore.TimeoutException:
            raise PlugError(
                "The plug {host} did not answer in time.",
                problem=Problem.UNREACHABLE,
                may_have_acted=True,
                host=host,
            ) from None
        except (httpcore.NetworkError, httpcore.ProtocolError):
            raise PlugError(
                "The connection to the plug {host} broke off.",
                problem=Problem.UNREACHABLE,
                may_have_acted=True,
                host=host,
            ) from None


def _as_bytes(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    # A user name may hold other letters than ASCII, which httpcore takes as bytes only.
    return [(name.encode(), value.encode()) for name, value in headers.items()]
