"""Commands of all screens are found, sorted, paged and counted by the database."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientGroup, User
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.figures import Division, success_of
from infoscreen_core.domain.commands.history import CommandFilter, CommandOrder
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.formats.row_files import FileFormat
from infoscreen_core.services.commands import figures, history
from infoscreen_core.services.commands.export import file_chunks
from tests.support.commands.given import give, give_cycle
from tests.support.listener.telemetry import empty
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client, uuid_of

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
WEEK = CommandFilter(start=NOW - 7 * DAY)
AULA, ANNA = 7, 5


@pytest.fixture(scope="module")
def filled(shared: sessionmaker[Session]) -> sessionmaker[Session]:
    """Two screens, nine commands within the week, and one before it."""
    empty(shared)
    with shared.begin() as session:
        session.add(ClientGroup(id=AULA, name="Aula", created_at=REGISTERED))
        session.add(
            User(
                id=ANNA,
                username="anna",
                password_hash="-",
                role=Role.ADMIN,
                created_at=REGISTERED,
                updated_at=REGISTERED,
            )
        )
        session.flush()
        add_client(session, 1, group_id=AULA, description="Groß links", model="Pi 4")
        add_client(session, 2, hostname="labor", model="Pi 5", software_version="2.1")
        for hours, seconds in ((1, 30), (2, 40), (3, 40), (4, 90)):
            give(session, 1, NOW - hours * 60 * MINUTE, back_after=seconds, requested_by=ANNA)
        give(session, 2, NOW - DAY, action=Action.RESTART_APP, back_after=8)
        give(session, 2, NOW - 2 * DAY, status=State.TIMED_OUT, requested_by=ANNA)
        give(session, 2, NOW - 2 * DAY, status=State.CANCELED)
        give(session, 1, NOW - 3 * DAY, status=State.FAILED, error_code="odd")
        give(session, 2, NOW - 5 * MINUTE, status=State.PUBLISHED)
        give(session, 2, NOW - 8 * DAY)
        give_cycle(session, 1, NOW - DAY, requested_by=ANNA)
        give_cycle(session, 2, NOW - 2 * DAY, status=plugs.State.FAILED)
        give_cycle(session, 2, NOW - 5 * MINUTE, status=plugs.State.OFF)
        give_cycle(session, 2, NOW - 8 * DAY)
    return shared


def _count(sessions: sessionmaker[Session], **wanted: Any) -> int:  # noqa: ANN401
    asked = CommandFilter(**{"start": WEEK.start, **wanted})
    with sessions() as session:
        found = history.find_commands(session, asked, limit=50)
    assert len(found.commands) == found.total
    return found.total


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({}, 9),
        ({"start": NOW - 9 * DAY}, 10),
        ({"end": NOW - DAY}, 3),
        ({"text": "gross"}, 5),
        ({"text": "aul"}, 5),
        ({"text": "labor"}, 4),
        ({"text": uuid_of(2)[-4:]}, 4),
        ({"text": "%"}, 0),
        ({"group_id": AULA}, 5),
        ({"group_id": AULA, "text": "labor"}, 0),
        ({"client_uuid": uuid_of(2)}, 4),
        ({"actions": frozenset({Action.RESTART_APP})}, 1),
        ({"states": frozenset({State.TIMED_OUT, State.FAILED})}, 2),
        ({"user_id": ANNA}, 5),
        ({"is_by_nobody": True}, 4),
        ({"error_code": "odd"}, 1),
    ],
)
def test_a_filter_narrows(
    filled: sessionmaker[Session], wanted: dict[str, Any], count: int
) -> None:
    assert _count(filled, **wanted) == count


def test_pages_follow_each_other_in_each_order(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        pages = {
            order: [
                one.command
                for offset in range(0, 10, 4)
                for one in history.find_commands(
                    session, WEEK, order, limit=4, offset=offset
                ).commands
            ]
            for order in CommandOrder
        }
    times = [one.issued_at for one in pages[CommandOrder.NEWEST]]
    assert times == sorted(times, reverse=True)
    assert pages[CommandOrder.OLDEST] == pages[CommandOrder.NEWEST][::-1]
    slowest = pages[CommandOrder.SLOWEST]
    took = [one.lasted_until - one.issued_at for one in slowest if one.lasted_until]
    assert took == sorted(took, reverse=True)
    assert [one.status for one in slowest[len(took) :]] == [State.PUBLISHED, State.CANCELED]
    assert {one.command_id for one in slowest} == {
        one.command_id for one in pages[CommandOrder.NEWEST]
    }


def test_a_command_names_its_screen_and_who_asked(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        found = history.find_commands(session, WEEK, limit=2).commands
        assert history.name_requesters(session) == {ANNA: "anna"}
    assert [(one.client_name, one.group_name, one.command.requested_by) for one in found] == [
        ("labor", None, None),
        ("Groß links", "Aula", "anna"),
    ]


def test_what_runs_and_what_just_ended(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        now = history.list_running(session, limit=5, kept=MINUTE, now=NOW)
        assert (now.total, now.states, len(now.commands)) == (1, {State.PUBLISHED: 1}, 1)
        assert now.just_ended == ()
        before = NOW - 60 * MINUTE + timedelta(seconds=70)
        then = history.list_running(session, limit=5, kept=MINUTE, now=before)
    assert [one.command.issued_at for one in then.just_ended] == [NOW - 60 * MINUTE]


def test_a_file_has_all_of_them_in_portions(
    filled: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "_PORTION", 2)
    with filled() as session:
        wanted = CommandFilter(start=NOW - 9 * DAY)
        chunks = list(file_chunks(history.each_portion(session, wanted), FileFormat.PARQUET, UTC))
    table = pq.read_table(BytesIO(b"".join(chunks)))
    assert len(set(table["command_id"].to_pylist())) == 10
    assert table["requested"].to_pylist() == sorted(table["requested"].to_pylist(), reverse=True)
    assert table["requested_by"].to_pylist().count("anna") == 5


def test_ends_and_errors_are_counted_whatever_narrows_the_list(
    filled: sessionmaker[Session],
) -> None:
    narrowed = CommandFilter(
        start=WEEK.start, states=frozenset({State.FAILED}), error_code="nothing"
    )
    with filled() as session:
        ends = figures.count_ends(session, narrowed)
        errors = figures.count_errors(session, narrowed)
    by_state: dict[State, int] = {}
    for one in ends:
        by_state[one.state] = by_state.get(one.state, 0) + one.count
        assert one.hour.minute == one.hour.second == 0
    success = success_of(by_state)
    assert (success.done, success.judged, success.never_sent) == (5, 7, 1)
    assert [(one.code, one.state, one.count) for one in errors] == [
        ("ack_timeout", State.TIMED_OUT, 1),
        ("odd", State.FAILED, 1),
    ]


@pytest.mark.parametrize(
    ("by", "values"),
    [
        (Division.NONE, {None}),
        (Division.MODEL, {"Pi 4", "Pi 5"}),
        (Division.GROUP, {"Aula", None}),
        (Division.VERSION, {None, "2.1"}),
    ],
)
def test_waits_are_counted_by_seconds(
    filled: sessionmaker[Session], by: Division, values: set[str | None]
) -> None:
    with filled() as session:
        found = figures.waits(session, WEEK, by)
    assert {value for _action, value in found} == values
    (reboots,) = (one for (action, _), one in found.items() if action is Action.REBOOT_HOST)
    assert reboots.counts == {30: 1, 40: 2, 90: 1}
    (apps,) = (one for (action, _), one in found.items() if action is Action.RESTART_APP)
    assert apps.counts == {8: 1}


def test_success_is_told_of_each_kind_of_screens(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        found = figures.successes(session, WEEK, Division.MODEL)
        whole = figures.successes(session, WEEK, Division.NONE)
    reboots = {value: one for (action, value), one in found.items() if action is Action.REBOOT_HOST}
    assert {value: (one.done, one.judged, one.never_sent) for value, one in reboots.items()} == {
        "Pi 4": (4, 5, 0),
        "Pi 5": (0, 1, 1),
    }
    assert whole[Action.RESTART_APP, None].percent == 100


def test_what_cannot_be_asked_is_a_sentence(filled: sessionmaker[Session]) -> None:
    with pytest.raises(InvalidInputError, match="not after the start"):
        CommandFilter(start=NOW, end=NOW)
    with pytest.raises(InvalidInputError, match="at most 200"):
        CommandFilter(start=NOW, text="x" * 201)
    with filled() as session:
        with pytest.raises(NotFoundError):
            history.check_exists(session, CommandFilter(start=NOW, group_id=99))
        with pytest.raises(NotFoundError):
            history.check_exists(session, CommandFilter(start=NOW, client_uuid=uuid_of(9)))


@pytest.mark.parametrize(
    ("wanted", "states", "count"),
    [
        ({}, plugs.ALL_STATES, 3),
        ({"start": NOW - 9 * DAY}, plugs.ALL_STATES, 4),
        ({"end": NOW - DAY}, plugs.ALL_STATES, 1),
        ({"text": "gross"}, plugs.ALL_STATES, 1),
        ({"group_id": AULA}, plugs.ALL_STATES, 1),
        ({"client_uuid": uuid_of(2)}, plugs.ALL_STATES, 2),
        ({"user_id": ANNA}, plugs.ALL_STATES, 1),
        ({"is_by_nobody": True}, plugs.ALL_STATES, 2),
        ({}, frozenset({plugs.State.FAILED, plugs.State.BLOCKED_SAFETY}), 1),
        ({"states": frozenset({State.FAILED}), "error_code": "odd"}, plugs.ALL_STATES, 3),
    ],
)
def test_power_cycles_are_found_by_what_they_have(
    filled: sessionmaker[Session],
    wanted: dict[str, Any],
    states: frozenset[plugs.State],
    count: int,
) -> None:
    asked = CommandFilter(**{"start": WEEK.start, **wanted})
    with filled() as session:
        found = history.find_cycles(session, asked, states, limit=50)
    assert len(found.cycles) == found.total == count
    at = [one.cycle.requested_at for one in found.cycles]
    assert at == sorted(at, reverse=True)


def test_power_cycles_come_in_pages_with_the_names_of_their_screens(
    filled: sessionmaker[Session],
) -> None:
    with filled() as session:
        found = history.find_cycles(session, WEEK, limit=1, offset=1)
        assert history.has_plugs(session)
    (one,) = found.cycles
    assert (one.client_name, one.group_name) == ("Groß links", "Aula")
    assert (one.cycle.requested_by, one.is_open, found.total) == ("anna", False, 3)


def test_what_runs_is_told_of_power_cycles_and_of_those_that_have_just_ended(
    filled: sessionmaker[Session],
) -> None:
    with filled() as session:
        found = history.list_running(session, limit=3, kept=MINUTE, now=NOW)
        later = history.list_running(session, limit=3, kept=30 * DAY, now=NOW)
    assert [one.cycle.status for one in found.cycles] == [plugs.State.OFF]
    assert len(later.cycles) == 3, "as many as of the commands"
