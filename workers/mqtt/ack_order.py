"""Acknowledges messages in the order in which they came, as MQTT demands (3.1.1, section 4.6).

What is stored first is often not what came first: a picture takes longer than a line of a log.
Mosquitto does not mind, but a broker may end the connection over an acknowledgement that overtakes
another, and rumqttd does.
"""

from collections import deque


class AckOrder:
    """The messages of one connection that are not acknowledged yet.

    `arrived` is called by the thread that reads, `done` by another one: neither waits for the
    other.
    """

    def __init__(self) -> None:
        self._waiting: deque[int] = deque()
        self._done: set[int] = set()

    def arrived(self, mid: int) -> None:
        """Note that a message of QoS 1 came, with this packet id."""
        self._waiting.append(mid)

    def skip(self, mid: int) -> None:
        """Let a message that nobody will store hold up no other; the broker keeps it."""
        self._waiting.remove(mid)

    def done(self, mid: int) -> list[int]:
        """Note that a message is stored; return the packet ids to acknowledge now, in order."""
        self._done.add(mid)
        ready: list[int] = []
        while self._waiting and self._waiting[0] in self._done:
            ready.append(self._waiting.popleft())
            self._done.discard(ready[-1])
        return ready
