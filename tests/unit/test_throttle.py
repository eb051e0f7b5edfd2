from datetime import UTC, datetime, timedelta

from console.web.throttle import Throttle

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_wait_ends_when_the_oldest_refusal_is_a_window_old() -> None:
    throttle = Throttle(limit=2, window=5 * MINUTE)
    throttle.note_refusal("a", now=NOW)
    assert throttle.waiting_time("a", now=NOW) is None
    throttle.note_refusal("a", now=NOW + MINUTE)
    assert throttle.waiting_time("a", now=NOW + 2 * MINUTE) == 3 * MINUTE
    assert throttle.waiting_time("b", now=NOW + 2 * MINUTE) is None
    assert throttle.waiting_time("a", now=NOW + 5 * MINUTE) is None


def test_it_never_remembers_more_addresses_than_it_may() -> None:
    throttle = Throttle(limit=1, window=MINUTE, addresses=2)
    for address in ("a", "b", "c"):
        throttle.note_refusal(address, now=NOW)
    assert [throttle.waiting_time(address, now=NOW) is None for address in "abc"] == [
        True,
        False,
        False,
    ]
