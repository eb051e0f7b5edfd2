"""Give a test's processes the test's clock: Python imports this at start from PYTHONPATH."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

_ahead = os.environ.get("INFOSCREEN_TESTS_CLOCK_AHEAD_SECONDS")
if _ahead:
    _now = datetime.now(UTC)  # noqa: TID251 - before the clock is moved, there is nobody else to ask
    time_machine.travel(_now + timedelta(seconds=float(_ahead)), tick=True).start()
