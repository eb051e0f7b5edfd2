"""Child processes whose clock a test sets while they run."""

import os
from pathlib import Path
from typing import Final

from tests.support.clocks.moved_clock import FOR_CHILDREN, clock_environment

_FILE: Final = "INFOSCREEN_TESTS_CLOCK_FILE"


class SettableClock:
    """The clock of the processes that get `environment`; it starts like the test's."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set_ahead(0)

    @property
    def environment(self) -> dict[str, str]:
        """What a child's environment needs."""
        known = clock_environment() or {"PYTHONPATH": str(FOR_CHILDREN)}
        return known | {_FILE: str(self._path)}

    def set_ahead(self, seconds: float) -> None:
        """Set the clock so far ahead of the test's; within some hundredths all have it."""
        new = self._path.with_suffix(".new")
        new.write_text(str(seconds))
        os.replace(new, self._path)  # noqa: PTH105 - at once, never half written
