"""The fleet as readers get it: statuses from the record; found, sorted and counted in SQL."""

from dataclasses import FrozenInstanceError
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientGroup,
    ClientLog,
    ClientScreenshot,
    ClientStatus,
)
from infoscreen_core.db.queries.monitoring import tallies
from infoscreen_core.db.queries.monitoring.logs.counts import count_lines
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.fleet_count import figures_of
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.judging import LATEST
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import LogLevel, PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.monitoring import fleet, sight
from infoscreen_core.services.monitoring.views import ClientView
from tests.support.people import NOW, add_client, uuid_of
from tests.support.record import catch_up

Sessions = sessionmaker[Session]
TTL = timedelta(minutes=2)
READING = fleet.Reading(NOW, window=timedelta(hours=24), priority_ttl=TTL)
RUNNING: dict[str, Any] = {"last_alive": NOW, "process_status": ProcessStatus.RUNNING}
HOUR = timedelta(hours=1)


def _add_picture(session: Session, number: int, name: str, at: datetime = NOW) -> None:
    session.add(
        ClientScreenshot(
            client_uuid=uuid_of(number),
            type=PictureType.PERIODIC,
            filename=name,
            received_at=at,
            md5="0" * 32,
            size=1,
            width=1,
            height=1,
            screen_health=ScreenHealth.OK,
        )
    )
    session.get_one(Client, uuid_of(number)).last_screenshot_at = at
    session.flush()


def _log(session: Session, number: int, level: LogLevel, count: int, age: timedelta = HOUR) -> None:
    rows: list[dict[str, Any]] = [
        {
            "client_uuid": uuid_of(number),
            "level": level,
            "message": "x",
            "received_at": NOW - age,
            "ordered_at": NOW - age,
            "digest": f"{number}-{level}-{place}-{age}",
        }
        for place in range(count)
    ]
    session.add_all(ClientLog(**row) for row in rows)
    session.flush()
    count_lines(session, rows)


@pytest.fixture
def school(sessions: Sessions) -> Sessions:
    """Two groups; a screen of each status, one never heard of, and one of each other standing."""
    with sessions.begin() as session:
        for place, name in ((2, "Foyer"), (1, "Aula")):
            session.add(ClientGroup(name=name, sort_order=place, created_at=NOW))
            session.flush()
        foyer, aula = 1, 2
        add_client(session, 1, description="Übung 1", group_id=foyer, **RUNNING)
        add_client(session, 2, hostname="b-pi", group_id=foyer, last_alive=NOW - HOUR)
        black = {**RUNNING, "screen_health_status": ScreenHealth.BLACK}
        add_client(session, 3, description="Außenhof", group_id=aula, ip="10.0.0.3", **black)
        add_client(session, 4, description="chor", software_version="2.4", last_alive=NOW)
        add_client(session, 5, description="Abstellraum", group_id=aula)
        add_client(session, 6, description="neu", is_approved=False, last_alive=NOW)
        add_client(session, 7, is_approved=False, rejected_at=NOW, last_alive=NOW)
        add_client(session, 8, description="alt", group_id=foyer, is_active=False)
        catch_up(session, now=NOW)
    return sessions


def _list(sessions: Sessions, wish: FleetWish, **page: int) -> list[int]:
    with sessions() as session:
        views = fleet.list_players(session, wish, READING, **page)
    return [_number(view) for view in views]


def _number(view: ClientView) -> int:
    return int(view.uuid[-12:])


def _view(sessions: Sessions, number: int, *, at: datetime = NOW) -> ClientView:
    with sessions() as session:
        view = fleet.find_client(session, uuid_of(number), fleet.Reading(at, HOUR, TTL))
    assert view is not None
    return view


def test_a_player_has_the_status_of_the_record(school: Sessions) -> None:
    with school.begin() as session:  # which nobody told the scheduler
        session.get_one(Client, uuid_of(1)).process_status = ProcessStatus.CRASHED
    views = [_view(school, number) for number in range(1, 9)]
    assert [(view.status, view.reason) for view in views] == [
        (Status.HEALTHY, StatusReason.ALL_WELL),
        (Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
        (Status.CRITICAL, StatusReason.SCREEN_BLACK),
        (Status.WARNING, StatusReason.PROCESS_NOT_RUNNING),
        (Status.OFFLINE, StatusReason.NEVER_SEEN),
        (Status.UNKNOWN, StatusReason.PENDING),
        (Status.UNKNOWN, StatusReason.REJECTED),
        (Status.OFFLINE, StatusReason.DEACTIVATED),
    ]
    assert (views[0].is_crashed, views[0].status_since) == (True, NOW)


def test_when_nobody_judges_any_more_nobody_knows(school: Sessions) -> None:
    with school.begin() as session:
        due = session.get_one(ClientStatus, uuid_of(1)).judge_at
    late = due + LATEST
    assert _view(school, 1, at=late).status is Status.HEALTHY
    view = _view(school, 1, at=late + timedelta(milliseconds=1))
    assert (view.status, view.reason) == (Status.UNKNOWN, StatusReason.JUDGE_AWAY)
    assert view.status_since == due
    assert _view(school, 8, at=late + HOUR).reason is StatusReason.DEACTIVATED
    with school() as session:
        count = fleet.read_figures(session, now=late + HOUR).whole
    assert (count.unknown, count.down, count.running) == (count.in_service, 0, 0)


def test_who_is_new_or_was_let_in_just_now_is_not_judged_yet(school: Sessions) -> None:
    with school.begin() as session:
        session.get_one(Client, uuid_of(6)).approved_at = NOW
        session.get_one(Client, uuid_of(8)).is_active = True
        add_client(session, 9, **RUNNING)
    for number in (6, 8, 9):
        view = _view(school, number)
        assert (view.status, view.reason) == (Status.UNKNOWN, StatusReason.NOT_JUDGED)
        assert view.status_since is None


LISTS: list[tuple[FleetWish, list[int]]] = [
    (FleetWish(), [3, 5, 2, 1, 4]),
    (FleetWish(order=FleetOrder.URGENCY), [3, 5, 2, 4, 1]),
    (FleetWish(order=FleetOrder.CONTACT), [5, 2, 3, 4, 1]),
    (FleetWish(order=FleetOrder.ERRORS), [4, 2, 5, 3, 1]),
    (FleetWish(order=FleetOrder.HOST), [2, 5, 3, 4, 1]),
    (FleetWish(order=FleetOrder.SOFTWARE), [4, 5, 3, 2, 1]),
    (FleetWish(FleetFilter.ONLINE), [3, 1, 4]),
    (FleetWish(FleetFilter.OFFLINE), [5, 2]),
    (FleetWish(FleetFilter.WARNINGS), [3, 4]),
    (FleetWish(FleetFilter.UNKNOWN), []),
    (FleetWish(FleetFilter.PENDING), [6]),
    (FleetWish(FleetFilter.REJECTED), [7]),
    (FleetWish(FleetFilter.OUT_OF_SERVICE), [8]),
    (FleetWish(FleetFilter.APPROVED), [3, 5, 8, 2, 1, 4]),
    (FleetWish(FleetFilter.ANYTHING, status=Status.UNKNOWN), [7, 6]),
    (FleetWish(groups=(1,)), [2, 1]),
    (FleetWish(groups=(2, None)), [3, 5, 4]),
    (FleetWish(groups=()), []),
    (FleetWish(search="übung"), [1]),
    (FleetWish(search="außenhof".casefold()), [3]),
    (FleetWish(search="aula"), [3, 5]),
    (FleetWish(search="10.0.0.3"), [3]),
    (FleetWish(search="000000000002"), [2]),
    (FleetWish(search="100%"), []),
]
"""Where a database puts an Ä or Ü among the names is its own business: 1 and 3 are not compared."""


def test_lists_are_narrowed_sorted_and_counted_in_the_database(school: Sessions) -> None:
    with school.begin() as session:
        _log(session, 4, LogLevel.ERROR, 2)
        _log(session, 2, LogLevel.WARN, 3)
        _log(session, 5, LogLevel.ERROR, 1, age=25 * HOUR)
    for wish, numbers in LISTS:
        found = _list(school, wish)
        assert set(found) == set(numbers), wish
        compared = [[one for one in some if one not in {1, 3}] for some in (found, numbers)]
        assert compared[0] == compared[1], wish
        with school() as session:
            assert fleet.count_players(session, wish, now=NOW) == len(numbers), wish
            figures = fleet.read_figures(session, now=NOW)
        if not wish.search and wish.status is None:
            assert wish.show.left_of(figures.of_groups(wish.groups)) == len(numbers), wish


def test_groups_come_in_their_saved_order_and_names_whatever_their_case(school: Sessions) -> None:
    assert [one for one in _list(school, FleetWish()) if one != 3] == [5, 2, 1, 4]
    with school.begin() as session:
        session.get_one(Client, uuid_of(4)).description = "CHOR"
    assert [one for one in _list(school, FleetWish(order=FleetOrder.NAME)) if one in {2, 4, 5}] == [
        5,
        2,
        4,
    ]


def test_a_long_list_is_read_page_by_page(school: Sessions) -> None:
    wish = FleetWish(order=FleetOrder.URGENCY)
    whole = _list(school, wish)
    assert (whole[0], whole[-1]) == (3, 1)
    pages = [_list(school, wish, first=first, limit=2) for first in (0, 2, 4, 6)]
    assert [number for page in pages for number in page] == whole
    assert [len(page) for page in pages] == [2, 2, 1, 0]


def test_figures_say_how_many_there_are_of_each_kind_and_group(school: Sessions) -> None:
    with school() as session:
        figures = fleet.read_figures(session, now=NOW)
        alarms = fleet.read_alarms(session, now=NOW, priority_ttl=TTL)
    assert figures.whole.standings == {
        Standing.IN_SERVICE: 5,
        Standing.OUT_OF_SERVICE: 1,
        Standing.PENDING: 1,
        Standing.REJECTED: 1,
    }
    assert figures.whole.statuses == {
        Status.HEALTHY: 1,
        Status.WARNING: 1,
        Status.CRITICAL: 1,
        Status.OFFLINE: 2,
        Status.UNKNOWN: 0,
    }
    assert figures.groups[1].in_service == 2
    assert figures.groups[None].statuses[Status.WARNING] == 1
    assert alarms == fleet.Alarms(0, 0, 0)


def test_alarms_and_log_lines_count_screens_in_service_only(school: Sessions) -> None:
    with school.begin() as session:
        session.execute(
            update(Client).values(
                priority_screenshot_at=NOW - TTL,
                service_failed_at=NOW,
                process_status=ProcessStatus.CRASHED,
            )
        )
        session.get_one(Client, uuid_of(1)).priority_screenshot_at = NOW - TTL - HOUR
        for number in (1, 6, 8):
            _log(session, number, LogLevel.ERROR, 2)
            _log(session, number, LogLevel.WARN, 1)
            _log(session, number, LogLevel.ERROR, 1, age=3 * HOUR)
    with school() as session:
        alarms = fleet.read_alarms(session, now=NOW, priority_ttl=TTL)
        assert alarms == fleet.Alarms(priority_pictures=4, failed=5, crashed=5)
        assert fleet.sum_logs(session, since=NOW - 2 * HOUR) == (2, 1)


def test_each_group_has_a_face_and_names_its_most_urgent_screens(school: Sessions) -> None:
    with school.begin() as session:
        for number in (1, 2, 3, 8):
            _add_picture(session, number, f"{number}.jpg", NOW + timedelta(seconds=number))
    with school() as session:
        faces = fleet.list_faces(session, [1, 2, None], READING)
        troubled = fleet.list_troubled(session, [1, 2, None], READING, limit=1)
    # of the Foyer the newest is of a screen out of service, the next one of one that is offline
    assert [_number(view) for view in faces] == [1, 3] or {_number(view) for view in faces} == {
        1,
        3,
    }
    assert {_number(view) for view in troubled} == {2, 3, 4}


def test_one_player_is_shown_as_the_list_shows_it(school: Sessions) -> None:
    with school.begin() as session:
        _add_picture(session, 1, "old.jpg")
        _add_picture(session, 1, "new.jpg")
    with school() as session:
        listed = fleet.list_players(session, FleetWish(FleetFilter.ANYTHING), READING)
        assert [fleet.find_client(session, view.uuid, READING) for view in listed] == listed
        assert fleet.find_client(session, uuid_of(99), READING) is None
        wanted = [uuid_of(2), uuid_of(99), uuid_of(1)]
        silent, lesson = fleet.list_known(session, wanted, READING)
    assert (lesson.name, lesson.given_name, lesson.hostname, lesson.ip) == ("Übung 1",) * 2 + (
        "",
        "",
    )
    assert lesson.picture is not None
    assert lesson.picture.filename == "new.jpg"
    assert (silent.name, silent.given_name, silent.group_name) == ("b-pi", "", "Foyer")
    with pytest.raises(FrozenInstanceError):
        lesson.name = "another"  # type: ignore[misc]  # that is what is tried


@pytest.mark.parametrize(
    ("age", "is_active"), [(TTL, True), (TTL + timedelta(microseconds=1), False), (None, False)]
)
def test_a_priority_picture_is_active_for_as_long_as_it_was_given(
    sqlite_sessions: Sessions, age: timedelta | None, *, is_active: bool
) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, priority_screenshot_at=None if age is None else NOW - age)
    assert _view(sqlite_sessions, 1).has_active_priority_picture is is_active


def test_the_number_of_queries_does_not_grow_with_the_fleet(sqlite_sessions: Sessions) -> None:
    def count() -> int:
        statements: list[str] = []
        with sqlite_sessions() as session:
            event.listen(
                session.connection(),
                "before_cursor_execute",
                lambda *args: statements.append(args[2]),
            )
            fleet.list_players(session, FleetWish(), READING)
        return len(statements)

    with sqlite_sessions.begin() as session:
        add_client(session, 1)
        _add_picture(session, 1, "1.jpg")
    few = count()
    with sqlite_sessions.begin() as session:
        for number in range(2, 40):
            add_client(session, number, current_event_id=number)
            _add_picture(session, number, f"{number}.jpg")
    assert (
        few <= count() <= few + 1
    )  # the titles of what is shown are asked for only when something is


def test_it_is_known_since_when_the_server_is_blind(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        assert sight.blind_since(session) is None
        span = BlindSpan(cause=BlindCause.BROKER, began_at=NOW - HOUR, ended_at=None)
        session.add(span)
        assert sight.blind_since(session) == NOW - HOUR
        span.ended_at = NOW
        assert sight.blind_since(session) is None


def test_what_runs_on_a_player_is_what_it_reported(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1, current_process="chromium", process_pid=17, expected_event_id=404)
    with sqlite_sessions() as session:
        machine = fleet.get_machine(session, uuid_of(1))
        assert (machine.process, machine.process_pid, machine.expected_title) == (
            "chromium",
            17,
            None,
        )
        with pytest.raises(NotFoundError):
            fleet.get_machine(session, uuid_of(2))


def test_figures_from_indexes_are_those_of_one_player_after_the_other(school: Sessions) -> None:
    def are_alike(at: datetime) -> bool:
        with school() as session:
            quick, slow = tallies.tally(session, now=at), tallies.tally_each(session, now=at)
        return figures_of(quick) == figures_of(slow)

    assert are_alike(NOW)
    assert are_alike(NOW + LATEST + HOUR)  # nobody judges any more
    with school.begin() as session:
        session.get_one(Client, uuid_of(6)).approved_at = NOW  # not judged yet
        session.get_one(Client, uuid_of(1)).is_active = False
    assert are_alike(NOW)
    with school.begin() as session:
        add_client(session, 9, **RUNNING)  # of which there is no record yet
    assert are_alike(NOW)


def test_a_page_shows_what_the_whole_list_has_there(school: Sessions) -> None:
    wishes = [
        FleetWish(show, groups, search, order)
        for order in (FleetOrder.GROUP, FleetOrder.URGENCY)
        for show in (FleetFilter.ALL, FleetFilter.OFFLINE, FleetFilter.APPROVED)
        for groups in (None, (2, None))
        for search in ("", "a")
    ]
    for wish in wishes:
        whole = _list(school, wish)
        pages = [_list(school, wish, first=first, limit=2) for first in range(0, 9, 2)]
        assert [number for page in pages for number in page] == whole, wish


def test_log_sums_count_to_the_instant(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        for number in (1, 2):
            add_client(session, number, is_active=number == 1, **RUNNING)
            for minutes in range(0, 180, 7):
                _log(session, number, LogLevel.ERROR, 1, age=timedelta(minutes=minutes))
        for minutes in (1, 30, 61, 119, 150):
            sums = fleet.sum_logs(session, since=NOW - timedelta(minutes=minutes))
            assert sums == (-(-minutes // 7), 0), minutes
