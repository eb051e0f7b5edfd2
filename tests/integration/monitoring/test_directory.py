"""Players a page at a time: whom programs meet, in which order, and at what cost."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientGroup, ClientStatus
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.crashes import CrashReason, find_crash_reason
from infoscreen_core.domain.screens.player import LogLevel, PictureType, ProcessStatus
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.monitoring.directory import overview, pages
from infoscreen_core.services.monitoring.directory.pages import Clockwork, FailurePlace
from infoscreen_core.services.monitoring.directory.views import PlayerEntry
from tests.support.big_fleet.fleet import Size, add_fleet
from tests.support.log_lines import store_lines
from tests.support.people import NOW, add_client, uuid_of
from tests.support.record import judge_all
from tests.support.sql.plans import full_reads, plan_of, statements

Sessions = sessionmaker[Session]
GRACE = timedelta(seconds=170)
AT = Clockwork(NOW, GRACE, timedelta(seconds=120))
SILENT = NOW - timedelta(minutes=20)


def _walk(page: Callable[[str], list[PlayerEntry]]) -> Iterator[PlayerEntry]:
    after = ""
    while found := page(after):
        yield from found
        after = found[-1].uuid


def _places(entries: list[PlayerEntry]) -> list[str]:
    return [entry.uuid for entry in entries]


def test_pages_meet_everybody_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add(ClientGroup(id=3, name="Aula", created_at=NOW))
        for number in range(1, 8):
            add_client(session, number, is_approved=number != 4)
            session.get_one(Client, uuid_of(number)).group_id = 3 if number % 2 else None
    with sessions() as session:
        met = list(_walk(lambda after: pages.list_players(session, after=after, limit=3, at=AT)))
        of_group = pages.list_players(session, group_id=3, after=uuid_of(1), limit=9, at=AT)
        with pytest.raises(NotFoundError, match="no group with the id 4"):
            pages.list_players(session, group_id=4, limit=9, at=AT)
    assert _places(met) == [uuid_of(number) for number in range(1, 8)]
    assert [one.standing is Standing.PENDING for one in met] == [n == 4 for n in range(1, 8)]
    assert _places(of_group) == [uuid_of(number) for number in (3, 5, 7)]
    assert {one.group_name for one in of_group} == {"Aula"}


def test_a_player_says_all_that_is_known_of_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_client(
            session,
            1,
            hostname="player-1",
            macs="aa:bb, cc:dd",
            last_alive=NOW - GRACE,
            process_status=ProcessStatus.RUNNING,
            priority_screenshot_at=NOW - timedelta(seconds=121),
        )
        judge_all(session, now=NOW, grace=GRACE)
    with sessions() as session:
        entry = pages.get_player(session, uuid_of(1).upper(), at=AT)
        later = pages.get_player(
            session, uuid_of(1), at=replace(AT, now=NOW + timedelta(microseconds=1))
        )
        with pytest.raises(NotFoundError, match="no screen with the UUID"):
            pages.get_player(session, uuid_of(2), at=AT)
    assert (entry.name, entry.macs, entry.description) == ("player-1", ["aa:bb", "cc:dd"], None)
    assert (entry.is_alive, entry.status, entry.crash_reason) == (True, Status.HEALTHY, None)
    assert not entry.has_active_priority_screenshot
    assert (later.is_alive, later.crash_reason) == (False, CrashReason.HEARTBEAT_STALE)


def _add_troubled(session: Session) -> None:
    """Every mixture of what the crashed list asks for."""
    number = 0
    for is_active in (True, False):
        for is_approved in (True, False):
            for status in (None, *ProcessStatus):
                for alive in (None, NOW, NOW - GRACE, SILENT, NOW + timedelta(hours=1)):
                    number += 1
                    facts: dict[str, Any] = {"process_status": status, "last_alive": alive}
                    add_client(
                        session, number, is_approved=is_approved, is_active=is_active, **facts
                    )


@pytest.mark.parametrize("is_judged", [True, False])
def test_the_crashed_list_is_what_its_rule_says(sessions: Sessions, *, is_judged: bool) -> None:
    with sessions.begin() as session:
        _add_troubled(session)
        judge_all(session, now=NOW, grace=GRACE)
        if not is_judged:  # for so long that the record says nothing any more
            session.query(ClientStatus).update({"judge_at": NOW - timedelta(hours=1)})
    with sessions() as session:
        expected = {
            one.uuid: reason
            for one in session.query(Client)
            if one.standing is Standing.IN_SERVICE and (reason := _reason(one))
        }
        met = list(_walk(lambda after: pages.list_crashed(session, after=after, limit=4, at=AT)))
    assert {one.uuid: one.crash_reason for one in met} == expected
    assert _places(met) == sorted(expected)
    assert set(expected.values()) == set(CrashReason)


def _reason(client: Client) -> CrashReason | None:
    return find_crash_reason(
        is_active=client.is_active,
        process_status=client.process_status,
        last_alive=client.last_alive,
        now=NOW,
        grace=GRACE,
    )


def test_failed_services_go_on_after_the_last_one_also_of_the_same_instant(
    sessions: Sessions,
) -> None:
    ages = {1: 5, 2: 1, 3: 5, 4: None, 5: 5, 6: 9}
    with sessions.begin() as session:
        for number, age in ages.items():
            failed_at = None if age is None else NOW - timedelta(hours=age)
            add_client(session, number, service_failed_at=failed_at, is_active=number != 6)
    with sessions() as session:
        first = pages.list_failed(session, limit=2, at=AT)
        place = FailurePlace(first[-1].service_failed_at or NOW, first[-1].uuid)
        rest = pages.list_failed(session, after=place, limit=9, at=AT)
    assert _places([*first, *rest]) == [uuid_of(number) for number in (2, 1, 3, 5)]
    assert len(first) == 2


def test_what_players_logged_is_counted_and_the_newest_shown(sessions: Sessions) -> None:
    hour = timedelta(hours=1)
    with sessions.begin() as session:
        for number in (1, 2):
            add_client(session, number, current_event_id=7)
        lines = [
            (1, LogLevel.ERROR, NOW - 30 * hour, "long ago"),
            (1, LogLevel.ERROR, NOW - 3 * hour, "an error"),
            (1, LogLevel.ERROR, NOW - timedelta(minutes=90), "another"),
            (1, LogLevel.DEBUG, NOW - timedelta(minutes=1), "the \x1b[31mlast\x1b[0m"),
            (2, LogLevel.INFO, NOW - timedelta(minutes=61), "hello"),
        ]
        store_lines(session, lines)
    with sessions() as session:
        day = overview.list_logged(session, limit=9, window=24 * hour, at=AT)
        watched = overview.list_watched(session, limit=9, window=hour, at=AT)
        totals = overview.read_totals(session, window=24 * hour, at=AT)
    assert [(one.error_count, one.info_count, one.debug_count) for one in day] == [
        (2, 0, 1),
        (0, 1, 0),
    ]
    one, two = watched
    assert (one.error_count, one.current_event_title) == (0, None)
    assert one.latest_log
    assert one.latest_log.message == "the last"
    assert one.latest_error
    assert one.latest_error.message == "another"
    assert (two.latest_error, two.picture) == (None, None)
    assert two.latest_log
    assert two.latest_log.level is LogLevel.INFO
    assert (totals.clients, totals.error_logs, totals.warn_logs) == (2, 2, 0)


def test_a_page_reads_nothing_that_grows_from_end_to_end(
    engine: Engine, sessions: Sessions
) -> None:
    now = utc_now()
    add_fleet(engine, Size(players=60, groups=4, flips=4, pictures=3, logs=4000, days=8), now=now)
    at = replace(AT, now=now)
    with sessions() as session, statements(engine) as asked:
        watched = overview.list_watched(session, limit=20, window=timedelta(days=7), at=at)
        overview.list_logged(session, limit=20, window=timedelta(days=7), at=at)
        pages.list_crashed(session, limit=20, at=at)
        pages.list_failed(session, limit=20, at=at)
        overview.read_totals(session, window=timedelta(days=1), at=at)
    pictured = [one.picture for one in watched if one.picture]
    assert len(watched) == 20
    assert pictured
    assert all(one.type in PictureType and one.age_seconds >= 0 for one in pictured)
    with engine.connect() as connection:
        slow = [text for text, values in asked if full_reads(connection, text, values)]
    assert slow == []


def test_a_page_of_fifty_takes_the_same_statements_as_one_of_five(
    engine: Engine, sessions: Sessions
) -> None:
    now = utc_now()
    add_fleet(engine, Size(players=60, groups=4, flips=2, pictures=2, logs=400, days=2), now=now)
    at = replace(AT, now=now)
    numbers = []
    for limit in (5, 50):
        with sessions() as session, statements(engine) as asked:
            assert len(pages.list_players(session, limit=limit, at=at)) == limit
            assert len(overview.list_watched(session, limit=limit, window=GRACE, at=at)) == limit
        numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def test_the_list_begins_where_the_page_does(engine: Engine, sessions: Sessions) -> None:
    now: datetime = utc_now()
    add_fleet(engine, Size(players=300, groups=4, flips=0, pictures=0, logs=0, days=1), now=now)
    with sessions() as session, statements(engine) as asked:
        pages.list_players(session, after=uuid_of(1), limit=5, at=replace(AT, now=now))
    [(text, values)] = asked
    with engine.connect() as connection:
        plan = plan_of(connection, text, values)
    of_clients = [row for row in plan if "clients" in str(row)]
    assert of_clients
    assert not any("TEMP B-TREE" in str(row) or "filesort" in str(row) for row in plan), plan
    assert not any(str(row.get("detail", "")).startswith("SCAN clients") for row in plan), plan
    assert not any(row.get("type") == "ALL" for row in of_clients), plan
