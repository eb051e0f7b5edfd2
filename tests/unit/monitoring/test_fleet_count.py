"""What counts as a screen, and the figures over many."""

from dataclasses import dataclass
from itertools import product

import pytest

from infoscreen_core.domain.monitoring.fleet_count import count_fleet
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.standing import Standing, standing_of


@dataclass(frozen=True)
class _Player:
    standing: Standing
    status: Status


@pytest.mark.parametrize(
    ("is_approved", "is_rejected", "is_active", "standing"),
    [
        (True, False, True, Standing.IN_SERVICE),
        (True, False, False, Standing.OUT_OF_SERVICE),
        (False, False, True, Standing.PENDING),
        (False, False, False, Standing.PENDING),
        (False, True, True, Standing.REJECTED),
    ],
)
def test_a_screen_is_in_service_when_it_is_approved_and_active(
    *, is_approved: bool, is_rejected: bool, is_active: bool, standing: Standing
) -> None:
    assert (
        standing_of(is_approved=is_approved, is_rejected=is_rejected, is_active=is_active)
        is standing
    )


def test_only_screens_in_service_have_a_status_that_counts() -> None:
    fleet = count_fleet(_Player(*pair) for pair in product(Standing, Status))
    assert fleet.statuses == dict.fromkeys(Status, 1)
    assert fleet.standings == dict.fromkeys(Standing, 4)
    assert (fleet.in_service, fleet.online, fleet.running, fleet.down) == (4, 3, 2, 2)


def test_nothing_has_every_figure_too() -> None:
    fleet = count_fleet([])
    assert set(fleet.statuses.values()) == set(fleet.standings.values()) == {0}
