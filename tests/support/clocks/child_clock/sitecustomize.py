"""Give a test's processes the test's clock: Python imports this at start from PYTHONPATH."""

import os
import threading
import time
from pathlib import Path

import time_machine

_POLL_SECONDS = 0.02

_ahead = float(os.environ.get("INFOSCREEN_TESTS_CLOCK_AHEAD_SECONDS") or 0)
_file = os.environ.get("INFOSCREEN_TESTS_CLOCK_FILE")
if _file:  # how far it is ahead stands there, and may change at any time
    _ahead += float(Path(_file).read_text())
if _ahead or _file:
    _clock = time_machine.travel(time.time() + _ahead, tick=True).start()  # noqa: TID251 - not moved yet
    # Starting takes a while, by which this clock would be behind that of other processes.
    _clock.shift(time_machine.escape_hatch.time.time() + _ahead - time.time())  # noqa: TID251 - it is


def _follow(path: Path, ahead: float) -> None:
    pause = threading.Event()
    base = ahead - float(path.read_text())
    while not pause.wait(_POLL_SECONDS):
        text = path.read_text()
        if text and (now_ahead := base + float(text)) != ahead:
            _clock.shift(now_ahead - ahead)
            ahead = now_ahead


if _file:
    threading.Thread(target=_follow, args=(Path(_file), _ahead), daemon=True).start()
