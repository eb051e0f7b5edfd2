"""The first seconds of a console, in which it reads what pages show first."""

import time
from dataclasses import dataclass
from typing import Final

OPENING_SECONDS: Final = 5.0
"""How long at most `/readyz` waits for what pages show first."""


@dataclass
class Opening:
    """Whether the console, which has just started, still reads what pages show first."""

    _awaited_until: float = 0.0

    def begin(self) -> None:
        """Have that waited for, for a while at most: the database may be away."""
        self._awaited_until = time.monotonic() + OPENING_SECONDS

    def end(self) -> None:
        """Have nobody wait any longer."""
        self._awaited_until = 0.0

    @property
    def is_awaited(self) -> bool:
        """Whether whoever came now would wait for it."""
        return time.monotonic() < self._awaited_until
