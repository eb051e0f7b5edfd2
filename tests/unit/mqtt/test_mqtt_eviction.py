"""Who is put off a broker by somebody with the same client id, and who is not."""

import pytest

from workers.mqtt.eviction import LASTING_SECONDS, LIMIT, EvictionWatch


class Course:
    """Connections that come and go, by a clock of the test's own."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.watch = EvictionWatch(lambda: self.now)
        self.news: list[bool] = []

    def is_evicted(self) -> bool:
        return self.watch.is_evicted

    def connect(self, seconds: float = 2.0, *, is_session_present: bool = True) -> None:
        self.watch.accepted(is_session_present=is_session_present)
        self.now += seconds
        self.news.append(self.watch.ended())


@pytest.fixture
def course() -> Course:
    return Course()


def test_connections_that_end_soon_again_and_again_are_told_once(course: Course) -> None:
    for _ in range(LIMIT + 3):
        course.connect()
    assert course.news == [False] * (LIMIT - 1) + [True] + [False] * 3
    assert course.is_evicted()


def test_it_stays_so_while_each_of_the_two_has_its_turn_and_ends_with_a_lasting_one(
    course: Course,
) -> None:
    for _ in range(LIMIT):
        course.connect()
    course.connect(seconds=LASTING_SECONDS / 2)
    assert course.is_evicted()
    course.watch.accepted(is_session_present=True)
    course.now += LASTING_SECONDS
    assert not course.is_evicted()
    assert not course.watch.ended()
    assert not course.is_evicted()


def test_a_broker_that_died_forgot_the_session(course: Course) -> None:
    for _ in range(10):
        course.connect(is_session_present=False)
    assert not course.is_evicted()


def test_a_broker_that_is_away_is_no_other_program(course: Course) -> None:
    for _ in range(10):
        course.connect()
        assert not course.watch.not_reached()
    assert not course.is_evicted()


def test_a_broker_that_goes_away_ends_it(course: Course) -> None:
    for _ in range(LIMIT):
        course.connect()
    assert course.watch.not_reached()
    assert not course.is_evicted()


def test_a_bad_line_is_no_other_program(course: Course) -> None:
    for _ in range(10):
        course.connect(seconds=30)
    assert not course.is_evicted()
