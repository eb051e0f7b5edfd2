"""Garbage of the console is collected while no page is drawn: a page that does it takes long.

Python collects when enough objects were made, in whichever thread made the last one, and all
others stand still. In a console with a large fleet that was a tenth of a second for every
hundredth page, and three milliseconds for every tenth. Most garbage needs no collector; what does
is what drawing leaves behind, some hundred kilobytes a second with many browsers.
"""

import gc
import time
from typing import Final

_EVERY_SECONDS: Final = 0.5
_MANY: Final = 4000
"""Objects made since the last collection; to look through so many takes two milliseconds."""
_LOOKS: Final = 600
"""Every so many times the old ones are looked through, too: every five minutes."""
_THRESHOLDS: Final = (50_000, 20, 2_000)
"""When Python collects by itself still: should no quiet moment come."""


def collect_when_quiet() -> "Tidying":
    """Have Python rarely collect garbage by itself; return what does it instead."""
    gc.set_threshold(*_THRESHOLDS)
    return Tidying()


class Tidying:
    """Collects garbage whenever there may be some; the thread of renewals waits for a lull."""

    def __init__(self) -> None:
        self._looks = 0

    def renew(self) -> float:
        """Collect what is due; return when to look again."""
        self._looks += 1
        if self._looks % _LOOKS == 0:
            gc.collect()
        elif gc.get_count()[0] >= _MANY:
            gc.collect(1)
        return time.monotonic() + _EVERY_SECONDS
