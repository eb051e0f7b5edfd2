"""What counts as a screen, and the figures over many."""

from dataclasses import dataclass
from itertools import product

import pytest

from infoscreen_core.domain.monitoring.fleet_count import Tally, count_fleet, figures_of
from infoscreen_core.domain.monitoring.fleet_wish import URGENCY, FleetFilter
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
    fleet = count_fleet(Tally(1, *pair, 2) for pair in product(Standing, Status))
    assert fleet.statuses == dict.fromkeys(Status, 2)
    assert fleet.standings == dict.fromkeys(Standing, 10)
    assert (fleet.in_service, fleet.online, fleet.running) == (10, 6, 4)
    assert (fleet.down, fleet.unknown) == (4, 2)


def test_nothing_has_every_figure_too() -> None:
    fleet = count_fleet([])
    assert set(fleet.statuses.values()) == set(fleet.standings.values()) == {0}


def test_figures_over_some_groups_are_those_of_their_players() -> None:
    healthy = [Tally(group_id, Standing.IN_SERVICE, Status.HEALTHY, 1) for group_id in (1, 2, None)]
    figures = figures_of([*healthy, Tally(1, Standing.PENDING, Status.UNKNOWN, 4)])
    assert figures.of_groups(None) == figures.whole
    assert figures.of_groups((1, None)).in_service == 2
    assert figures.of_groups((1,)).standings[Standing.PENDING] == 4
    assert figures.of_groups((7,)).in_service == 0


@pytest.mark.parametrize("chosen", FleetFilter)
def test_a_filter_leaves_as_many_as_it_lets_through(chosen: FleetFilter) -> None:
    pairs = list(product(Standing, Status))
    left = [
        (standing, status)
        for standing, status in pairs
        if standing in chosen.standings and (chosen.statuses is None or status in chosen.statuses)
    ]
    assert chosen.left_of(count_fleet(Tally(1, *pair, 1) for pair in pairs)) == len(left)


def test_every_status_has_its_place_in_the_order_of_urgency() -> None:
    assert sorted(URGENCY) == sorted(Status)
