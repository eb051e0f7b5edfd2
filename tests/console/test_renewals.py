"""Readings that are made anew in the background, so that nobody waits for them."""

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from console import renewals as renewals_module
from console import shared as shared_module
from console.i18n import _, use_language
from console.renewals import Renewals
from console.runtime import OutageError, change, dispose, read_session, resources
from console.shared import WATCHED_SECONDS, shared
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.screens.groups import create_group
from infoscreen_core.services.screens.roster import list_group_names
from tests.support.console import Console
from tests.support.ports import wait_until


class Clock:
    """The clock by which readings grow old, put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:  # noqa: ARG001 - what reads needs a database
    """A console whose thread makes readings anew, as it has once it is served."""
    made = Clock()
    monkeypatch.setattr(shared_module, "time", made)
    monkeypatch.setattr(renewals_module, "time", made)
    resources().renewals.start()
    yield made
    resources().renewals.close()


class Source:
    """What is read: a number that grows, by whom, and what it meets."""

    def __init__(self) -> None:
        self.count = 0
        self.readers: list[str] = []
        self.failure: Exception | None = None
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def read(self) -> int:
        self.readers.append(threading.current_thread().name)
        assert self.may_go_on.wait(30)
        if self.failure:
            raise self.failure
        self.count += 1
        return self.count


def test_who_comes_just_after_it_grew_old_sees_it_and_does_not_wait(clock: Clock) -> None:
    source = Source()
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    assert read() == 1
    source.may_go_on.clear()  # whoever read it now would wait
    clock.now += 3.9
    assert read() == 1
    source.may_go_on.set()
    look_again(clock)
    assert (read(), source.readers[1:]) == (2, ["renewals"])


def test_after_twice_its_time_it_is_read_by_who_asks(clock: Clock) -> None:
    source, blocker = Source(), Blocker()
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    read()
    resources().renewals.plan(blocker, 0.0)
    assert blocker.was_due.wait(30)
    clock.now += 3.9
    assert read() == 1
    clock.now += 0.2
    assert read() == 2
    blocker.may_end.set()


def test_without_the_thread_nothing_old_is_shown(clock: Clock) -> None:
    source = Source()
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    read()
    resources().renewals.close()
    clock.now += 2.1
    assert read() == 2


def test_it_is_made_anew_while_somebody_asks_and_no_longer(clock: Clock) -> None:
    source = Source()
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    read()
    clock.now += 2.1
    look_again(clock)
    assert source.count == 2  # and nobody asked a second time
    clock.now += WATCHED_SECONDS
    look_again(clock)
    assert source.count == 2
    assert read() == 3
    assert source.readers[1:] == ["renewals", threading.current_thread().name]


def look_again(clock: Clock) -> None:
    """Have the thread do what is due by now."""
    last = Nothing()
    resources().renewals.plan(last, clock.now)
    assert last.was_due.wait(30)


class Nothing:
    """What is made anew once, and says so."""

    def __init__(self) -> None:
        self.was_due = threading.Event()

    def renew(self) -> None:
        self.was_due.set()


def test_an_outage_is_met_by_the_next_who_asks(clock: Clock) -> None:
    source = Source()
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    kept = shared(seconds=2, entries=1, is_renewed=True, is_kept_in_outage=True)(source.read)
    assert (read(), kept()) == (1, 2)
    source.failure = OperationalError("SELECT 1", {}, Exception("gone"))
    clock.now += 2.1
    assert read() == 1  # nobody knows yet
    look_again(clock)
    assert source.readers.count("renewals") == 2
    with pytest.raises(OutageError):
        read()
    assert kept() == 2
    assert source.readers[-1] == threading.current_thread().name  # it asked, and carries its age
    source.failure = None
    assert (read(), kept()) == (3, 4)


def test_a_change_here_is_seen_at_once(console: Console, clock: Clock) -> None:
    @shared(seconds=2, entries=1, is_renewed=True)
    def names() -> tuple[str, ...]:
        with read_session() as session:
            return tuple(list_group_names(session).values())

    console.sign_in_as(Role.ADMIN)
    assert names() == ()
    clock.now += 2.1
    change(lambda session, actor, now: create_group(session, "Aula", actor=actor, now=now))
    assert names() == ("Aula",)


def test_what_another_reading_is_made_of_is_never_old(clock: Clock) -> None:
    source = Source()
    inner = shared(seconds=2, entries=1, is_renewed=True)(source.read)

    @shared(seconds=60, entries=1)
    def outer() -> int:
        return inner()

    assert inner() == 1
    blocker = grow_old(clock)
    assert (inner(), outer(), inner()) == (1, 2, 2)
    blocker.may_end.set()


def test_who_waits_may_be_shown_what_is_made_of_something_old_and_no_longer_than_that(
    clock: Clock,
) -> None:
    source = Source()
    inner = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    outer = shared(seconds=60, entries=1, is_renewed=True)(inner)
    assert inner() == 1
    blocker = grow_old(clock)
    assert outer() == 1
    clock.now += 0.9
    assert (outer(), source.count) == (1, 1)
    clock.now += 0.2  # the other one may not be shown any more by now
    assert (outer(), source.readers[1:]) == (2, [threading.current_thread().name])
    blocker.may_end.set()


def test_what_is_made_of_something_old_is_made_anew_at_once(clock: Clock) -> None:
    source = Source()
    inner = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    outer = shared(seconds=60, entries=1, is_renewed=True)(inner)
    assert inner() == 1
    blocker = grow_old(clock)
    assert outer() == 1
    blocker.may_end.set()
    look_again(clock)
    assert (outer(), source.readers[1:]) == (2, ["renewals"])


class Blocker(Nothing):
    """What keeps the thread busy."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def renew(self) -> None:
        super().renew()
        assert self.may_end.wait(30)


def grow_old(clock: Clock) -> Blocker:
    """Let three seconds pass, in which the thread is busy with something else."""
    resources().renewals.plan(blocker := Blocker(), 0.0)
    assert blocker.was_due.wait(30)
    clock.now += 3.0
    return blocker


def test_it_speaks_the_language_of_those_who_ask(clock: Clock) -> None:
    said: list[str] = []

    @shared(seconds=2, entries=1, is_renewed=True)
    def word() -> str:
        said.append(_("Group"))
        return said[-1]

    with use_language("en"):
        word()
        clock.now += 2.1
        word()
    look_again(clock)
    assert said == ["Group", "Group"]


def test_it_ends_with_its_database(console: Console) -> None:  # noqa: ARG001 - it makes them
    planned = resources().renewals
    planned.start()
    dispose()
    assert not planned.is_running
    late = Nothing()
    planned.plan(late, 0.0)
    assert not late.was_due.is_set()


def test_the_earliest_is_first_and_each_is_planned_once() -> None:
    done: list[str] = []

    class Noted:
        def __init__(self, name: str) -> None:
            self.name = name

        def renew(self) -> None:
            done.append(self.name)

    planned, late, early = Renewals(), Noted("late"), Noted("early")
    planned.plan(late, 2.0)
    planned.plan(early, 1.0)
    planned.plan(early, 0.0)
    planned.start()
    wait_until(lambda: len(done) > 1)
    planned.close()
    assert done == ["early", "late"]


def test_it_lets_pages_pass_that_are_being_drawn(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewals_module, "_COURTESY_SECONDS", 30.0)
    waiting = Nothing()
    with resources().renewals.giving_way():
        resources().renewals.plan(waiting, clock.now)
        is_early = waiting.was_due.wait(0.05)
    assert waiting.was_due.wait(30)
    assert not is_early


def test_pages_that_take_long_do_not_stop_it(clock: Clock) -> None:
    waiting = Nothing()
    with resources().renewals.giving_way():
        resources().renewals.plan(waiting, clock.now)
        assert waiting.was_due.wait(30)
