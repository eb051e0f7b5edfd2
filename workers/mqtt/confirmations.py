"""How long the broker takes to confirm what is sent."""

import time

from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram


class ConfirmationTimes:
    """Measures from each publication to its confirmation; used by one thread."""

    def __init__(self) -> None:
        self.seconds = Histogram(SECONDS)
        self._sent_at: dict[int, float] = {}

    def note_sent(self, token: int) -> None:
        """Begin to wait for a confirmation."""
        self._sent_at[token] = time.monotonic()

    def note_confirmed(self, token: int) -> None:
        """Count how long it took; one that was forgotten counts not."""
        if (sent_at := self._sent_at.pop(token, None)) is not None:
            self.seconds.note(time.monotonic() - sent_at)

    def forget(self) -> None:
        """Forget what is under way: after a reconnect nobody confirms it."""
        self._sent_at.clear()
