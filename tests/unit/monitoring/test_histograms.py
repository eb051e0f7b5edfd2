import json

import pytest

from infoscreen_core.domain.monitoring.histograms import NUMBERS, SECONDS, Histogram


def test_figures_are_counted_up_to_their_bounds() -> None:
    kept = Histogram((1.0, 10.0))
    for figure in (0.0, 1.0, 1.5, 10.0, 99.0):
        kept.note(figure)
    assert kept.cumulative() == [(1.0, 2), (10.0, 4), (float("inf"), 5)]
    assert (kept.number, kept.total) == (5, 111.5)


def test_it_is_the_same_after_its_way_through_a_sign_of_life() -> None:
    kept = Histogram(SECONDS)
    kept.note(0.02)
    kept.note(3600)
    read = Histogram.read(json.loads(json.dumps(kept.said())))
    assert read is not None
    assert (read.cumulative(), read.total) == (kept.cumulative(), kept.total)


@pytest.mark.parametrize(
    "said", [None, 5, {}, {"bounds": [1.0], "counts": [1], "sum": 1.0}, {"reason": 3}]
)
def test_what_is_no_histogram_is_none(said: object) -> None:
    assert Histogram.read(said) is None


def test_people_read_how_many_and_how_large() -> None:
    kept = Histogram(NUMBERS)
    assert str(kept) == "0 times, 0 on average"
    kept.note(2)
    kept.note(3)
    assert str(kept) == "2 times, 2.5 on average"
