"""What pages show when they are opened, read before anybody asks."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from console import ready as ready_module
from console import renewals as renewals_module
from console import shared as shared_module
from console.ready import Ready
from console.renewals import Renewable
from console.runtime import OutageError, resources
from console.shared import READY_SECONDS, WATCHED_SECONDS, keeping_ready, shared
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from tests.support.big_fleet.fleet import Size, add_fleet
from tests.support.console import Console, html_of

SIZE: Final = Size(
    players=60, groups=14, flips=4, pictures=3, logs=400, days=8, incidents=2, commands=2, curves=3
)
OF_THE_FLEET: Final = ("clients", "client_status", "incidents", "client_weeks", "log_hours", "heat")
PAGES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "overview": ("", {}),
    "monitoring": ("monitoring", {}),
    "wall": ("monitoring", {"view": "wall"}),
    "screens": ("clients", {}),
    "analysis": ("analysis", {}),
}


class Clock:
    """The clock by which readings grow old, put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(console: Console, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:  # noqa: ARG001 - what reads needs a database
    """A console with its thread, whose `Ready` is driven by the test."""
    made = Clock()
    for module in (shared_module, renewals_module, ready_module):
        monkeypatch.setattr(module, "time", made)
    resources().renewals.start()
    yield made
    resources().renewals.close()


class Source:
    """What is read: a number that grows, by whom, and what it costs."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.seconds = clock, 0.0
        self.count = 0
        self.readers: list[str] = []
        self.failure: Exception | None = None

    def read(self) -> int:
        self.readers.append(threading.current_thread().name)
        self.clock.now += self.seconds
        if self.failure:
            raise self.failure
        self.count += 1
        return self.count


@contextmanager
def asked_by_pages() -> Iterator[list[str]]:
    """Collect what the threads of pages ask the database."""
    found: list[str] = []
    others = {threading.current_thread().name, "renewals"}

    def note(_on: object, _cursor: object, statement: str, *_: object) -> None:
        if threading.current_thread().name not in others:
            found.append(statement)

    engine = resources().engine
    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def make_ready(what: Renewable, clock: Clock) -> float:
    """Let it go once through all that it keeps; return when it wants to do so again."""
    while (due := what.renew()) is not None and due <= clock.now:
        pass
    assert due is not None
    return due


@pytest.mark.parametrize("page", PAGES)
def test_who_opens_a_page_first_does_not_wait_for_the_fleet(
    page: str, console: Console, clock: Clock
) -> None:
    add_fleet(resources().engine, SIZE, now=utc_now())
    console.sign_in_as(Role.ADMIN, language="de")
    console.judge()
    make_ready(Ready(), clock)
    clock.now += READY_SECONDS - 1
    name, query = PAGES[page]
    with asked_by_pages() as asked:
        app = console.open(name, **query)
    assert "Raum" in html_of(app)
    assert asked  # who is signed in, for example
    assert [one for one in asked if any(table in one for table in OF_THE_FLEET)] == []


def test_it_rests_for_so_long_that_it_costs_little(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    monkeypatch.setattr(ready_module, "_OPENINGS", [lambda _zone, _language: iter([read])])
    ready = Ready()
    assert make_ready(ready, clock) - clock.now == READY_SECONDS / 2
    source.seconds, clock.now = 1.0, clock.now + READY_SECONDS / 2
    assert make_ready(ready, clock) - clock.now == 30
    assert source.count == 2


def test_pages_are_waited_for_until_all_was_read_once(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=4, is_renewed=True)(lambda _which: source.read())
    readings = [partial(read, which) for which in "ab"]
    monkeypatch.setattr(ready_module, "_OPENINGS", [lambda _zone, _language: iter(readings)])
    resources().opening.begin()
    Ready().renew()
    assert source.count == 2  # without a rest between them
    assert not resources().opening.is_awaited


def test_pages_are_not_waited_for_when_the_database_is_away(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(clock)
    source.failure = OperationalError("SELECT 1", {}, Exception("gone"))
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    monkeypatch.setattr(ready_module, "_OPENINGS", [lambda _zone, _language: iter([read])])
    resources().opening.begin()
    assert resources().opening.is_awaited
    Ready().renew()
    assert not resources().opening.is_awaited


def test_what_it_reads_through_others_is_not_asked_for_either(clock: Clock) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    between = shared(seconds=60, entries=1)(read)
    whole = shared(seconds=2, entries=1, is_renewed=True)(between)
    with keeping_ready():
        whole()
    clock.now += 2.1
    look_again(clock)
    assert source.count == 1


def test_after_its_first_round_no_collection_looks_through_what_pages_need(clock: Clock) -> None:
    ready, frozen = Ready(), gc.get_freeze_count()
    due = make_ready(ready, clock)
    after = gc.get_freeze_count()
    assert after > frozen
    clock.now = due
    make_ready(ready, clock)
    assert gc.get_freeze_count() <= after


def test_the_first_who_comes_sees_what_was_kept_ready(clock: Clock) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    with keeping_ready():
        read()
    clock.now += READY_SECONDS - 0.1
    assert read() == 1
    look_again(clock)
    assert (read(), source.readers[1:]) == (2, ["renewals"])
    clock.now += 4.1  # somebody looks at it now, so it may be twice its time old and no older
    assert (read(), source.readers[2:]) == (3, [threading.current_thread().name])


def test_it_is_not_shown_for_longer_than_that(clock: Clock) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    with keeping_ready():
        read()
    clock.now += READY_SECONDS + 0.1
    assert read() == 2


def test_keeping_it_ready_is_not_asking_for_it(clock: Clock) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    whole = shared(seconds=2, entries=1, is_renewed=True)(read)
    with keeping_ready():
        whole()
        whole()
    clock.now += 2.1
    look_again(clock)
    assert source.count == 1
    with keeping_ready():
        whole()
    assert source.count == 2


def test_it_stays_ready_when_the_last_one_has_left(clock: Clock) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    with keeping_ready():
        read()
    clock.now += 3
    read()
    look_again(clock)
    clock.now += WATCHED_SECONDS + 0.1
    look_again(clock)
    made = source.count
    clock.now += READY_SECONDS - 0.1
    assert read() == made


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


def test_an_outage_is_met_by_who_asks_and_ends_with_the_next_round(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = Source(clock)
    read = shared(seconds=2, entries=1, is_renewed=True)(source.read)
    monkeypatch.setattr(ready_module, "_OPENINGS", [lambda _zone, _language: iter([read])])
    ready = Ready()
    make_ready(ready, clock)
    source.failure = OperationalError("SELECT 1", {}, Exception("gone"))
    clock.now += READY_SECONDS / 2
    due = make_ready(ready, clock)
    with pytest.raises(OutageError):
        read()
    source.failure, clock.now = None, due
    make_ready(ready, clock)
    source.readers.clear()
    assert (read(), source.readers) == (2, [])
