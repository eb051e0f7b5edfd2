"""The worker that reads subscribed calendars: one reader for each, whatever dies meanwhile."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import CalendarSubscription, WorkerStatus
from infoscreen_core.services.exchange import subscription_import
from infoscreen_core.settings import Settings
from tests.support.events.planning import Sessions, add_group
from tests.support.exchange.calendar_server import (
    Answer,
    CalendarServer,
    Request,
    calendar_server,
)
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import stored
from tests.support.exchange.subscriptions import reader, subscribe
from tests.support.ports import wait_until
from workers.fetcher.main import MAX_AT_ONCE, Fetcher
from workers.runtime import Database, Worker
from workers.supervision import infoscreen_command

BODY = calendar(vevent())
KEY = "a key for tests, which is long enough"


@pytest.fixture
def server() -> Iterator[CalendarServer]:
    with calendar_server(BODY) as running:
        yield running


def fetcher_on(sessions: Sessions, url: str) -> Fetcher:
    engine = make_engine(url)
    database = Database(engine, sessions, make_read_session_factory(engine))
    return Fetcher(Worker("fetcher", Settings(db_conn=url, _env_file=None), database), reader())


def row(sessions: Sessions, number: int = 1) -> CalendarSubscription:
    with sessions() as session:
        return session.get_one(CalendarSubscription, number)


def until_read(fetcher: Fetcher, sessions: Sessions, count: int = 1) -> None:
    def all_read() -> bool:
        fetcher.step()
        with sessions() as session:
            found = session.scalars(select(CalendarSubscription)).all()
        return sum(one.last_checked_at is not None for one in found) >= count

    wait_until(all_read, seconds=60, what="the readings")


def test_what_is_due_is_read_and_then_waits(
    sqlite_sessions: Sessions, sqlite_url: str, group: int, server: CalendarServer
) -> None:
    subscribe(sqlite_sessions, server.url(), group=group, now=utc_now())
    fetcher = fetcher_on(sqlite_sessions, sqlite_url)
    until_read(fetcher, sqlite_sessions)
    assert len(stored(sqlite_sessions)) == 1
    assert not fetcher.step()
    assert len(server.requests) == 1
    assert fetcher.metrics() == {"read": 1, "failed": 0, "under_way": 0}
    one = row(sqlite_sessions)
    assert one.claimed_by is None
    assert one.next_check_at > utc_now() + timedelta(minutes=50)


def test_two_fetchers_read_each_calendar_once(
    sessions: Sessions, database_url: str, server: CalendarServer
) -> None:
    with sessions.begin() as session:
        add_group(session)
    for number in range(6):
        subscribe(sessions, server.url(f"/{number}"), now=utc_now())
    pair = [fetcher_on(sessions, database_url) for _ in range(2)]
    threads = [
        threading.Thread(target=until_read, args=(one, sessions, 6), daemon=True) for one in pair
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert sorted(one.path for one in server.requests) == [f"/{number}" for number in range(6)]
    assert sum(one.metrics()["read"] for one in pair) == 6
    assert sum(one.metrics()["failed"] for one in pair) == 0
    assert len(stored(sessions)) == 6  # each calendar has its own, although their UIDs are the same


def test_a_slow_server_does_not_keep_the_others_waiting(
    sqlite_sessions: Sessions, sqlite_url: str, group: int, server: CalendarServer
) -> None:
    release = threading.Event()

    def answer(request: Request) -> Answer:
        if request.path == "/0":
            release.wait(60)
        return Answer(BODY)

    server.answering = answer
    for number in range(MAX_AT_ONCE + 3):
        subscribe(sqlite_sessions, server.url(f"/{number}"), group=group, now=utc_now())
    fetcher = fetcher_on(sqlite_sessions, sqlite_url)
    until_read(fetcher, sqlite_sessions, MAX_AT_ONCE + 2)
    assert row(sqlite_sessions).last_checked_at is None
    release.set()
    until_read(fetcher, sqlite_sessions, MAX_AT_ONCE + 3)


def test_one_that_dies_between_fetch_and_write_is_followed_by_another(
    sqlite_sessions: Sessions, sqlite_url: str, group: int, server: CalendarServer
) -> None:
    subscribe(sqlite_sessions, server.url(), group=group, now=utc_now())
    dead = fetcher_on(sqlite_sessions, sqlite_url)
    assert dead.step()  # claimed, and asked
    wait_until(lambda: bool(server.requests), seconds=30, what="the request")
    heir = fetcher_on(sqlite_sessions, sqlite_url)
    assert not heir.step()  # the claim still holds
    with sqlite_sessions.begin() as session:
        session.get_one(CalendarSubscription, 1).claimed_until = utc_now() - timedelta(seconds=1)
    until_read(heir, sqlite_sessions)
    before = row(sqlite_sessions)
    wait_until(dead.step, seconds=30, what="the late result")
    assert dead.metrics()["read"] == 0
    after = row(sqlite_sessions)
    assert (after.last_checked_at, after.failures) == (before.last_checked_at, 0)
    assert len(stored(sqlite_sessions)) == 1


def test_a_mistake_of_ours_is_told_and_stops_nothing(
    sqlite_sessions: Sessions,
    sqlite_url: str,
    group: int,
    server: CalendarServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    subscribe(sqlite_sessions, server.url(), group=group, now=utc_now())

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(subscription_import, "import_events", fail)
    fetcher = fetcher_on(sqlite_sessions, sqlite_url)
    until_read(fetcher, sqlite_sessions)
    one = row(sqlite_sessions)
    assert one.failures == 1
    assert one.last_result
    assert one.last_result["problem"]["params"] == {"problem": "ZeroDivisionError"}
    monkeypatch.undo()
    with sqlite_sessions.begin() as session:
        session.get_one(CalendarSubscription, 1).next_check_at = utc_now()
    wait_until(lambda: (fetcher.step(), stored(sqlite_sessions))[1] != [], what="the events")


def test_what_it_claimed_is_given_back_at_the_end(
    sqlite_sessions: Sessions, sqlite_url: str, group: int, server: CalendarServer
) -> None:
    release = threading.Event()

    def answer(_request: Request) -> Answer:
        release.wait(60)
        return Answer(BODY)

    server.answering = answer
    subscribe(sqlite_sessions, server.url(), group=group, now=utc_now())
    fetcher = fetcher_on(sqlite_sessions, sqlite_url)
    fetcher.step()
    assert row(sqlite_sessions).claimed_by is not None
    fetcher.release()
    assert row(sqlite_sessions).claimed_by is None
    release.set()


@pytest.mark.server
def test_the_process_reads_and_is_back_after_its_death(
    sqlite_sessions: Sessions, sqlite_url: str, group: int, server: CalendarServer, tmp_path: Path
) -> None:
    subscribe(sqlite_sessions, server.url("/s3cret-path"), group=group, now=utc_now())
    environment = {
        **os.environ,
        "DB_CONN": sqlite_url,
        "SECRET_KEY": KEY,
        "CALENDAR_ALLOWED_HOSTS": "127.0.0.1",
        "LOG_FORMAT": "json",
    }
    log = tmp_path / "fetcher.log"

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                infoscreen_command("fetcher"), env=environment, stderr=output, cwd=tmp_path
            )

    def is_read() -> bool:
        return row(sqlite_sessions).last_success_at is not None

    first = start()
    wait_until(is_read, seconds=60, what="the first reading")
    first.kill()
    first.wait()
    with sqlite_sessions.begin() as session:
        one = session.get_one(CalendarSubscription, 1)
        one.last_success_at, one.next_check_at = None, utc_now()
    second = start()
    wait_until(is_read, seconds=60, what="the second reading")
    with sqlite_sessions() as session:
        sign = session.get_one(WorkerStatus, "fetcher")
    assert sign.is_broker_connected
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    said = log.read_text()
    assert '"subscription.read"' in said
    assert "s3cret" not in said
    assert "Traceback" not in said
