"""Rules and dates that other libraries are tested with: each answered right, or refused.

`data/public_rrule_vectors.json` holds facts taken from the public test suites of python-dateutil,
rrule.js, rust-rrule, ical.js, libical, lib-recur and google-rfc-2445: rule, start and zone, and the
first dates, at the start's time of day where none is given. `whole` says that there are no others.
"""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from infoscreen_core.domain.recurrence.expansion import Series, next_occurrences, parse_rule
from infoscreen_core.errors import InvalidInputError

STAMP: Final = "%Y%m%dT%H%M%S"
VECTORS: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent / "data/public_rrule_vectors.json").read_text()
)
READ_OTHERWISE: Final = {
    "FREQ=WEEKLY;UNTIL=19971007;WKST=SU;BYDAY=TU,TH": "there UNTIL is midnight, here the day",
    "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=SU,MO,TU,WE,TH,FR,SA;INTERVAL=1;COUNT=4": (
        "there the start counts"
    ),
    "FREQ=MONTHLY;BYSETPOS=2;BYDAY=SU,MO,TU,WE,TH,FR,SA;INTERVAL=1;COUNT=4": (
        "there the start counts"
    ),
}
"""Where the libraries do not agree among themselves, and this one follows its own rules."""


def verdict(vector: dict[str, Any]) -> str:
    start, zone = datetime.fromisoformat(vector["start"]), vector.get("zone", "UTC")
    try:
        parse_rule(vector["rule"], start_local=start, timezone=zone)
    except InvalidInputError:
        return "refused"
    series = Series(
        start_local=start,
        end_local=start + timedelta(minutes=50),
        timezone=zone,
        rule=vector["rule"],
    )
    expected = [
        f"{date}{start:T%H%M%S}"[: len("19970902T090000")] for date in vector["dates"].split()
    ]
    found = next_occurrences(
        series, datetime(1989, 1, 1, tzinfo=UTC), len(expected) + vector["whole"]
    )
    return "right" if [f"{one.start_local:{STAMP}}" for one in found] == expected else "wrong"


@pytest.mark.parametrize("source", sorted({vector["source"] for vector in VECTORS}))
def test_no_public_vector_is_answered_wrong(source: str) -> None:
    wrong = {v["rule"] for v in VECTORS if v["source"] == source and verdict(v) == "wrong"}
    assert not wrong - READ_OTHERWISE.keys()


def test_the_score_of_the_public_vectors() -> None:
    scores = Counter(verdict(vector) for vector in VECTORS)
    assert scores == {"right": 269, "refused": 347, "wrong": len(READ_OTHERWISE)}
