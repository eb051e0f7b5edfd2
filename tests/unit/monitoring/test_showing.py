"""Whether a screen is known to show an event: by its report, by its picture, or not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infoscreen_core.domain.monitoring.showing import (
    Showing,
    ShowingFacts,
    Shown,
    judge_showing,
)
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth

BEGAN = datetime(2026, 9, 7, 6, tzinfo=UTC)
NOW = BEGAN + timedelta(minutes=2)
GRACE = timedelta(minutes=3)
IT, OTHER = 7, 3

SHOWS_IT = ShowingFacts(
    last_alive=NOW,
    health_at=BEGAN + timedelta(seconds=4),
    current_event_id=IT,
    process_status=ProcessStatus.RUNNING,
    screen_health=ScreenHealth.OK,
    power_state=ObservedPower.ON,
    is_held_off=False,
    pictured_at=None,
)


def after(seconds: int) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def judged(**known: Any) -> Shown:  # noqa: ANN401 - facts
    facts = replace(SHOWS_IT, **known)
    return judge_showing(facts, event_id=IT, began=BEGAN, now=NOW, grace=GRACE)


@pytest.mark.parametrize(
    ("known", "state", "at"),
    [
        ({}, Showing.REPORTED, after(4)),
        ({"current_event_id": OTHER}, Showing.BEHIND, after(4)),
        ({"current_event_id": None}, Showing.BEHIND, after(4)),
        # What was said before it began says nothing, not even by the same number.
        ({"health_at": after(-1)}, Showing.NOT_YET, after(-1)),
        ({"health_at": None}, Showing.NOT_YET, None),
        ({"health_at": None, "pictured_at": after(6)}, Showing.PICTURED, after(6)),
        ({"health_at": after(-9), "pictured_at": after(6)}, Showing.PICTURED, after(6)),
        # The newer of picture and report counts.
        ({"current_event_id": OTHER, "pictured_at": after(6)}, Showing.PICTURED, after(6)),
        ({"current_event_id": OTHER, "pictured_at": after(2)}, Showing.BEHIND, after(4)),
        # The report names the event, so it is named first.
        ({"pictured_at": after(6)}, Showing.REPORTED, after(4)),
        # What hides the picture comes before what the player says.
        ({"is_held_off": True}, Showing.TV_OFF, None),
        ({"power_state": ObservedPower.OFF}, Showing.TV_OFF, None),
        ({"power_state": ObservedPower.UNKNOWN}, Showing.REPORTED, after(4)),
        ({"process_status": ProcessStatus.CRASHED}, Showing.BROKEN, None),
        ({"screen_health": ScreenHealth.BLACK}, Showing.BROKEN, None),
        # Nothing is known of a screen that is silent, though it confirmed once.
        ({"last_alive": NOW - GRACE - timedelta(seconds=1)}, Showing.OFFLINE, after(-61)),
        ({"last_alive": None}, Showing.OFFLINE, None),
    ],
)
def test_the_first_rule_that_holds_wins(
    known: dict[str, Any], state: Showing, at: datetime | None
) -> None:
    shown = judged(**known)
    assert (shown.state, shown.at) == (state, at)
    assert shown.is_confirmed == (state in {Showing.REPORTED, Showing.PICTURED})
