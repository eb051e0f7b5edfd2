"""Garbage is collected between pages rather than in one of them."""

import gc
import weakref
from collections.abc import Iterator
from typing import Final

import pytest

from console import tidying
from console.tidying import Tidying, collect_when_quiet

LOOKS: Final = 600


class Knot:
    """What only a collector frees: it holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """Let the collector be as it was before."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def drop_many() -> list["weakref.ref[Knot]"]:
    gc.collect()
    return [weakref.ref(Knot()) for _number in range(5000)]


def test_what_pages_leave_behind_is_freed_in_a_quiet_moment() -> None:
    what = collect_when_quiet()
    left = drop_many()
    assert any(one() for one in left)  # nothing freed it by itself
    what.renew()
    assert not any(one() for one in left)


def test_it_does_not_look_where_next_to_nothing_was_made() -> None:
    what = collect_when_quiet()
    gc.collect()
    knot = weakref.ref(Knot())
    what.renew()
    assert knot() is not None


def test_what_is_old_is_looked_through_now_and_then() -> None:
    what = Tidying()
    gc.disable()
    try:
        knot = Knot()
        gc.collect()  # it is old now
        left = weakref.ref(knot)
        del knot
        for _look in range(LOOKS - 1):
            what.renew()
        assert left() is not None
        what.renew()
        assert left() is None
    finally:
        gc.enable()


def test_it_looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    class Clock:
        @staticmethod
        def monotonic() -> float:
            return 1000.0

    monkeypatch.setattr(tidying, "time", Clock)
    assert 1000.0 < Tidying().renew() <= 1001.0
