"""Ask a website whether it lets itself be shown inside another page; its content is not read."""

import httpcore

from infoscreen_core.domain.exchange.calendar_address import CalendarAddress, read_address
from infoscreen_core.domain.exchange.framing import refuses_frames
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.fetching.fetch import (
    MAX_REDIRECTS,
    REDIRECTS,
    Policy,
    next_address,
    ssl_context,
)
from infoscreen_core.fetching.guard import checked_addresses
from infoscreen_core.fetching.pinned import Deadline, PinnedBackend


def find_refusal(url: str, policy: Policy, *, asker: str) -> bool | None:
    """Whether a website does not let `asker`, an origin, show it in a frame.

    None: it could not be asked, such as one inside the house that nobody allowed to be asked.
    """
    deadline = Deadline(policy.seconds)
    try:
        address = read_address(url)
        for _ in range(MAX_REDIRECTS + 1):
            answer = _ask(address, policy, deadline)
            if answer.status not in REDIRECTS:
                return _is_refusal(answer, asker)
            address = next_address(address, _header(answer, b"location"))
    except (
        InfoscreenError,
        OSError,
        ValueError,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
    ):
        return None
    return None


def _ask(address: CalendarAddress, policy: Policy, deadline: Deadline) -> httpcore.Response:
    numbers = checked_addresses(address, policy.allowed, seconds=deadline.left())
    context = ssl_context(policy.ca_cert) if address.is_encrypted else None
    backend = PinnedBackend(numbers, deadline)
    headers = [("Accept", "text/html"), ("Connection", "close"), ("User-Agent", "infoscreen")]
    with (
        httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
        pool.stream("GET", str(address), headers=headers) as response,
    ):
        return response


def _is_refusal(answer: httpcore.Response, asker: str) -> bool:
    policies = [
        value.decode("latin-1")
        for name, value in answer.headers
        if name.lower() == b"content-security-policy"
    ]
    return refuses_frames(_header(answer, b"x-frame-options"), policies, asker=asker)


def _header(answer: httpcore.Response, wanted: bytes) -> str:
    found = [value for name, value in answer.headers if name.lower() == wanted]
    return b", ".join(found).decode("latin-1")
