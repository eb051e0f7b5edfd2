from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from infoscreen_core.cli.moments import read_duration, read_instant, read_local
from infoscreen_core.errors import InvalidInputError

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    "text",
    [
        "2026-09-07T08:00",
        "20260907T080000",
        "2026-09-07 08:00:00.5",
        "2026-09-07T06:00Z",
        "2026-09-07T06:00:00+00:00",
        "2026-09-07T01:00-05:00",
    ],
)
def test_naive_times_are_local_and_others_are_that_instant(text: str) -> None:
    assert read_local(text, VIENNA, field="start") == datetime.fromisoformat("2026-09-07T08:00")
    assert read_instant(text, VIENNA, field="start") == datetime.fromisoformat("2026-09-07T06:00Z")


@pytest.mark.parametrize(
    "text", ["", "morgen", "2026-13-01", "2026-02-30T08:00", "9999-12-31T23:59Z", "8:00"]
)
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInputError, match="write it as 2026") as caught:
        read_local(text, VIENNA, field="end")
    assert caught.value.field == "end"


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("50m", 50), ("1h30m", 90), ("PT50M", 50), ("P1DT2H", 1560), ("2d", 2880), ("1W", 10080)],
)
def test_durations_are_read(text: str, minutes: int) -> None:
    assert read_duration(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "50", "m", "0m", "-5m", "5x", "1.5h", "999999999w", "50m "[:2] + "?"]
)
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="50m"):
        read_duration(text)
