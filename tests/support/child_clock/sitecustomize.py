"""Give a test's processes the test's clock: Python imports this at start from PYTHONPATH."""

import os
import time

import time_machine

_ahead = float(os.environ.get("INFOSCREEN_TESTS_CLOCK_AHEAD_SECONDS") or 0)
if _ahead:
    _clock = time_machine.travel(time.time() + _ahead, tick=True).start()  # noqa: TID251 - not moved yet
    # Starting takes a while, by which this clock would be behind that of other processes.
    _clock.shift(time_machine.escape_hatch.time.time() + _ahead - time.time())  # noqa: TID251 - it is
