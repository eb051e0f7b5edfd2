"""What pages show when they are opened, kept ready: the first who comes need not wait for it."""

import gc
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from typing import Final

from console import shell
from console.analysis import page as analysis
from console.monitoring import page as monitoring
from console.overview import page as overview
from console.runtime import installation_words, resources
from console.screens import page as screens
from console.shared import READY_SECONDS, keeping_ready
from infoscreen_core.log import get_logger

log = get_logger()

_EVERY_SECONDS: Final = READY_SECONDS / 2
"""So often all of it is looked at; what is good still, or somebody looks at, costs nothing."""
_REST: Final = 30.0
"""It rests this many times as long as it worked: it takes three hundredths of a core at most."""
_OPENINGS: Final = (
    shell.opening,
    overview.opening,
    monitoring.opening,
    screens.opening,
    analysis.opening,
)


class Ready:
    """All that pages read when they are opened with nothing chosen, one reading at a time.

    The first round is made without a rest, and `/readyz` waits for its end: whoever came meanwhile
    would read the same, and wait.

    Times are in the installation's zone, and words in its language: whoever has others waits for
    the drawing of lists, not for the reading.
    """

    def __init__(self) -> None:
        self._left: Iterator[Callable[[], object]] = iter(())
        self._began = self._worked = 0.0
        self._is_under_way = False
        self._is_first_round = True

    def renew(self) -> float:
        """Make the next reading, if it is due; return when to go on."""
        began = time.monotonic()
        if not self._is_under_way:
            self._began, self._worked, self._left = began, 0.0, _openings()
        self._is_under_way = self._make_next()
        while self._is_first_round and self._is_under_way:
            self._is_under_way = self._make_next()
        self._worked += time.monotonic() - began
        if self._is_under_way:
            return began
        self._end_first_round()
        return max(self._began + _EVERY_SECONDS, time.monotonic() + _REST * self._worked)

    def _end_first_round(self) -> None:
        """Say that pages may come; have no collection of garbage look again through what they need.

        Most of it is imported and translated with the first reading, and stays as long as the
        console runs; to look through all of it takes as long as two pages.
        """
        if self._is_first_round:
            self._is_first_round = False
            gc.collect()
            gc.freeze()
            resources().opening.end()

    def _make_next(self) -> bool:
        """Make the next reading; return whether there may be more to do now."""
        try:
            with keeping_ready():
                if read := next(self._left, None):
                    read()
        except Exception as error:  # noqa: BLE001 - whoever asks next meets it as well
            log.info("console.not_ready", error=type(error).__name__)
            return False
        return read is not None


def _openings() -> Iterator[Callable[[], object]]:
    # With it Streamlit reads the pause of a search field; whoever came first waited for its import.
    yield partial(import_module, "pandas")
    zone, language = installation_words()
    for opening in _OPENINGS:
        yield from opening(zone, language)
