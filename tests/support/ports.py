"""Free loopback ports."""

import socket
import time
from collections.abc import Callable


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


_SLOWER = 1.2
_LONGEST_PAUSE = 0.2


def wait_until(
    condition: Callable[[], object],
    *,
    seconds: float = 30.0,
    what: str = "the condition",
    pause: float = 0.02,
) -> None:
    """Poll until `condition()` is true; fail with `what` after `seconds`.

    It asks again after `pause`, and the longer it takes, the less often: many ask a page or a
    database, and what takes seconds need not be known to the hundredth.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            msg = f"{what} did not come true within {seconds} s"
            raise AssertionError(msg)
        time.sleep(pause)
        pause = max(pause, min(pause * _SLOWER, _LONGEST_PAUSE))
