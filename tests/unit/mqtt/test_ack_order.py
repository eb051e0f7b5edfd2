"""Acknowledgements go out in the order of arrival, whatever is stored first."""

from hypothesis import given
from hypothesis import strategies as st

from workers.mqtt.ack_order import AckOrder


@given(st.permutations(range(1, 9)))
def test_none_overtakes_another_and_none_is_forgotten(stored: list[int]) -> None:
    order = AckOrder()
    for mid in range(1, 9):
        order.arrived(mid)
    told: list[int] = []
    for number, mid in enumerate(stored, start=1):
        told += order.done(mid)
        assert told == list(range(1, len(told) + 1))
        missing = set(range(1, 9)) - set(stored[:number])
        assert len(told) == min(missing, default=9) - 1
    assert told == list(range(1, 9))


def test_one_that_nobody_stores_holds_up_no_other() -> None:
    order = AckOrder()
    for mid in (7, 8, 9):
        order.arrived(mid)
    assert order.done(8) == []
    order.skip(7)
    assert order.done(9) == [8, 9]


def test_a_packet_id_is_used_again() -> None:
    order = AckOrder()
    for _ in range(3):
        order.arrived(1)
        assert order.done(1) == [1]
