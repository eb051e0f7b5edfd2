"""The examples of RFC 5545: each answered right, or refused."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRuleError,
    Series,
    next_occurrences,
    parse_rule,
)

STAMP: Final = "%Y%m%dT%H%M%S"
OUTSIDE_THE_ALLOW_LIST: Final = ("BYYEARDAY", "BYWEEKNO", "BYHOUR", "HOURLY", "MINUTELY")
VECTORS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data/rfc5545_rrule.json").read_text()
)


def verdict(vector: dict[str, Any]) -> str:
    start = datetime.fromisoformat(vector["dtstart"])
    zone = ZoneInfo(vector["tzid"])
    try:
        parse_rule(vector["rrule"], start_local=start, timezone=vector["tzid"])
    except RecurrenceRuleError:
        return "refused"
    exdates = {vector["exdate"]} - {None}
    series = Series(
        start_local=start,
        end_local=start + timedelta(minutes=50),
        timezone=vector["tzid"],
        rule=vector["rrule"],
        exdates=frozenset(datetime.fromisoformat(one).replace(tzinfo=zone) for one in exdates),
    )
    expected: list[str] = vector["expected"]
    asked = (
        len(expected) if vector["partial"] else len(expected) + 1
    )  # a complete list must also end
    found = next_occurrences(series, datetime(1990, 1, 1, tzinfo=UTC), asked)
    return "right" if [f"{one.start_local:{STAMP}}" for one in found] == expected else "wrong"


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["rrule"] for vector in VECTORS])
def test_an_example_of_the_rfc_is_right_or_refused(vector: dict[str, Any]) -> None:
    is_outside = any(word in vector["rrule"] for word in OUTSIDE_THE_ALLOW_LIST)
    assert verdict(vector) == ("refused" if is_outside else "right")


def test_the_score_of_the_rfc_examples_has_no_wrong_one() -> None:
    assert Counter(verdict(vector) for vector in VECTORS) == {"right": 35, "refused": 7}
