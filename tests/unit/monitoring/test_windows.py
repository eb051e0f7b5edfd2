"""How far back an overview of the fleet counts."""

from datetime import timedelta

import pytest

from infoscreen_core.domain.monitoring.windows import WINDOW_HOURS, check_window
from infoscreen_core.errors import InvalidInputError


def test_the_windows_are_those_of_the_monitoring_page() -> None:
    assert [check_window(hours) for hours in WINDOW_HOURS] == [
        timedelta(hours=hours) for hours in (1, 6, 24, 72, 168)
    ]


@pytest.mark.parametrize("hours", [0, -1, 2, 23, 169, 10**30])
def test_any_other_is_refused_with_those_that_there_are(hours: int) -> None:
    with pytest.raises(InvalidInputError, match=f"1, 6, 24, 72, 168 hours, not over {hours};"):
        check_window(hours)
