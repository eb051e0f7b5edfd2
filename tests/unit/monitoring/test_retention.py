from datetime import timedelta

import pytest

from infoscreen_core.domain.monitoring.retention import cutoff
from tests.support.people import NOW


def test_it_is_so_many_days_ago() -> None:
    assert cutoff(now=NOW, days=90) == NOW - timedelta(days=90)


@pytest.mark.parametrize("days", [36_500, 999_999, 10**12])
def test_a_retention_for_ever_is_no_error(days: int) -> None:
    assert cutoff(now=NOW, days=days).year == 1970
