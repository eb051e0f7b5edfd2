"""The broker's outage, for brokers that may be restarted."""

import subprocess
from typing import Final

from workers.conformance.texts import Text

_STILL_RUNS: Final = Text("it has not ended yet", "er läuft noch")
_SILENT: Final = Text("exit code {code}", "Exit-Code {code}")


class ShellOutage:
    """Restarts the broker with an operator's own command."""

    def __init__(self, command: str) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Start the command."""
        self._process = subprocess.Popen(  # noqa: S603 - what the operator asked for, to the letter
            ["/bin/sh", "-c", self._command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def is_over(self) -> bool:
        """Whether the command has ended."""
        return self._process is None or self._process.poll() is not None

    def problem(self) -> Text | None:
        """Return what the command complained of, if it failed."""
        if self._process is None or self._process.poll() == 0:
            return None
        if self._process.poll() is None:
            return _STILL_RUNS
        complaint = (self._process.stderr.read() if self._process.stderr else "").strip()[:300]
        return Text(complaint, complaint) if complaint else _SILENT.fill(code=self._process.poll())
