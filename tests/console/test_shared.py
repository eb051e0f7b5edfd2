"""Readings that all browsers share."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from console.runtime import change, configure, read_session, resources
from console.shared import shared
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people.own_account import set_language
from infoscreen_core.services.screens.groups import create_group, delete_group
from infoscreen_core.services.screens.roster import list_group_names
from tests.support.console import Console
from tests.support.events.planning import add_group


@pytest.fixture(autouse=True)
def _configured(console: Console) -> None:
    pass


def test_one_reading_serves_all_who_ask_the_same_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [0.0]
    monkeypatch.setattr("console.shared.time.monotonic", lambda: clock[0])
    calls: list[int] = []

    @shared(seconds=2, entries=4)
    def read(number: int) -> int:
        calls.append(number)
        return number * 10

    assert [read(1), read(1), read(2)] == [10, 10, 20]
    assert calls == [1, 2]
    clock[0] = 2.1
    assert read(1) == 10
    assert calls == [1, 2, 1]


@pytest.mark.parametrize(
    ("cost", "still", "no_longer"),
    [(0.7, 6.9, 7.1), (5, 14.9, 15.1)],
    ids=["a slow one is kept longer", "one stall does not keep old news for long"],
)
def test_a_reading_is_kept_by_what_it_cost(
    monkeypatch: pytest.MonkeyPatch, cost: float, still: float, no_longer: float
) -> None:
    clock = [0.0]
    monkeypatch.setattr("console.shared.time.monotonic", lambda: clock[0])
    calls: list[int] = []

    @shared(seconds=2, entries=1)
    def read() -> int:
        calls.append(1)
        clock[0] += cost
        return len(calls)

    read()
    clock[0] = still
    assert read() == 1
    clock[0] = no_longer
    assert read() == 2


def test_whoever_comes_while_it_is_read_waits_for_it() -> None:
    calls: list[int] = []
    begun = threading.Event()

    @shared(seconds=60, entries=1)
    def read() -> str:
        begun.set()
        calls.append(1)
        time.sleep(0.05)
        return "value"

    with ThreadPoolExecutor(8) as pool:
        answers = [future.result() for future in [pool.submit(read) for _ in range(8)]]
    assert begun.is_set()
    assert set(answers) == {"value"}
    assert len(calls) == 1


def test_an_error_is_not_kept() -> None:
    failures = [ValueError("once")]

    @shared(seconds=60, entries=1)
    def read() -> int:
        if failures:
            raise failures.pop()
        return 5

    with pytest.raises(ValueError, match="once"):
        read()
    assert read() == 5


def test_only_so_many_readings_are_kept() -> None:
    calls: list[int] = []

    @shared(seconds=60, entries=2)
    def read(number: int) -> int:
        calls.append(number)
        return number

    for number in (1, 2, 3, 1):
        read(number)
    assert calls == [1, 2, 3, 1]


def test_another_database_is_another_reading(console: Console) -> None:
    calls: list[int] = []

    @shared(seconds=60, entries=2)
    def read() -> int:
        calls.append(1)
        return len(calls)

    read()
    configure(console.settings)
    assert read() == 2


def test_a_change_is_seen_by_what_came_from_its_tables_and_leaves_the_rest(
    console: Console,
) -> None:
    calls: list[str] = []

    @shared(seconds=60, entries=1)
    def names() -> tuple[str, ...]:
        calls.append("groups")
        with read_session() as session:
            return tuple(list_group_names(session).values())

    @shared(seconds=60, entries=1)
    def sentence() -> str:
        calls.append("sentence")
        return " und ".join(names())

    console.sign_in_as(Role.ADMIN)
    assert (names(), sentence()) == ((), "")
    change(lambda session, actor, now: set_language(session, "en", actor=actor, now=now))
    assert (sentence(), calls) == ("", ["groups", "sentence"])
    change(lambda session, actor, now: create_group(session, "Aula", actor=actor, now=now))
    assert sentence() == "Aula"
    assert calls == ["groups", "sentence", "sentence", "groups"]


def test_what_the_database_changes_by_itself_is_noted_as_well(console: Console) -> None:
    with console.sessions.begin() as session:
        group = add_group(session, "Aula")
    console.sign_in_as(Role.ADMIN)
    writes = resources().writes
    seen = writes.count
    change(lambda session, actor, now: delete_group(session, group, actor=actor, now=now))
    assert writes.is_any_changed(["client_weeks"], since=seen)
    assert not writes.is_any_changed(["client_logs"], since=seen)
    assert not writes.is_any_changed(["client_weeks"], since=writes.count)


def test_what_changes_while_it_is_read_is_out_of_date(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    calls: list[int] = []

    @shared(seconds=60, entries=1)
    def read() -> list[str]:
        calls.append(1)
        with read_session() as session:
            found = list(list_group_names(session).values())
        if len(calls) == 1:
            change(lambda session, actor, now: create_group(session, "Aula", actor=actor, now=now))
        return found

    assert read() == []
    assert read() == ["Aula"]
