"""Power cycles carried out on plugs of this machine: whatever dies, the plug is on in the end."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from infoscreen_core.domain.commands.plugs import (
    CLAIM,
    EXPIRY,
    ON_LIMIT,
    SETTLING,
    Cause,
    State,
)
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.plugs import plug_steps
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.events import events
from tests.support.commands.plugs import (
    PASSWORD,
    POLICY,
    Plug,
    ShellyPlug,
    TasmotaPlug,
    running,
)
from tests.support.commands.power_desk import PowerDesk
from tests.support.events.planning import MONDAY, Sessions, add_group, lesson, utc
from tests.support.exchange.calendar_server import Answer, CalendarServer, Request
from tests.support.people import add_client

PAUSE = 10 + SETTLING.total_seconds()
WHOLE = [
    ("requested", None),
    ("switching_off", "claimed"),
    ("off", "switched_off"),
    ("switching_on", "off_time_over"),
    ("completed", "confirmed_on"),
]


@pytest.fixture(params=[ShellyPlug, TasmotaPlug])
def plug(request: pytest.FixtureRequest) -> Plug:
    made: Plug = request.param(password=PASSWORD)
    return made


@pytest.fixture
def server(plug: Plug) -> Iterator[CalendarServer]:
    with running(plug) as found:
        yield found


@pytest.fixture
def desk(sqlite_sessions: Sessions, plug: Plug, server: CalendarServer) -> PowerDesk:
    return desk_on(sqlite_sessions, plug, server)


def desk_on(sessions: Sessions, plug: Plug, server: CalendarServer) -> PowerDesk:
    with sessions.begin() as session:
        add_client(session, 1, group_id=add_group(session))
    desk = PowerDesk(sessions)
    desk.set_up(f"127.0.0.1:{server.port}", kind=plug.kind, password=plug.password or "")
    return desk


def test_a_cycle_goes_its_whole_course(sessions: Sessions) -> None:
    plug = ShellyPlug(password=PASSWORD)
    with running(plug) as server:
        desk = desk_on(sessions, plug, server)
        desk.request()
        assert desk.step() == State.OFF
        assert not plug.is_on
        desk.wait(PAUSE)
        plug.elapse()
        assert desk.step() == State.COMPLETED
    assert desk.course() == WHOLE
    last = desk.last()
    assert (last.is_off_proven, last.error, last.attempts) == (True, None, 0)
    assert last.completed_at == MONDAY + timedelta(seconds=PAUSE)
    assert desk.trail() == ["plug.created", "plug_cycle.requested", "plug_cycle.completed"]


def test_nothing_is_asked_while_the_plug_counts(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    """A question would end the pause of a Tasmota plug at once."""
    desk.request()
    desk.step()
    asked = len(server.requests)
    for _ in range(12):
        desk.wait(1)
        assert desk.step() is None
    assert len(server.requests) == asked
    plug.elapse()
    desk.wait(PAUSE)
    assert desk.step() == State.COMPLETED
    assert plug.is_on
    assert plug.offs == 1
    assert not getattr(plug, "was_cut_short", False)


def test_a_plug_that_forgets_to_switch_itself_on_is_switched_on(
    desk: PowerDesk, plug: Plug
) -> None:
    desk.request()
    desk.step()
    plug.pause = None  # it lost its power for a moment, and with it what it was counting
    desk.wait(PAUSE)
    assert desk.step() == State.COMPLETED
    assert plug.is_on
    assert desk.course()[-1] == ("completed", "switched_on")


def test_one_that_dies_before_the_order_switches_nothing_off(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    desk.request()
    assert desk.claim()  # and dies
    heir = PowerDesk(desk.sessions, desk.now, "fetcher:2")
    assert heir.claim() is None  # the claim still holds
    heir.wait(CLAIM.total_seconds())
    assert heir.step() is None  # nobody knows: it counts as off
    assert heir.last().status is State.OFF
    assert server.requests == []
    heir.wait(PAUSE)
    assert heir.step() == State.FAILED
    assert plug.is_on
    assert plug.offs == 0
    assert "never confirmed that it was off" in str(heir.last().error)
    assert [cause for _, cause in heir.course()][-3:] == ["uncertain", "off_time_over", "unproven"]


def test_one_that_dies_after_the_order_leaves_a_screen_that_comes_back(
    desk: PowerDesk, plug: Plug
) -> None:
    desk.request()
    task = desk.claim()
    assert task
    outcome = plug_steps.carry_out(task, desk.tools)  # and dies before it is written down
    assert not plug.is_on
    plug.pause = None  # even if the plug forgot its pause
    heir = PowerDesk(desk.sessions, desk.now, "fetcher:2")
    heir.wait(CLAIM.total_seconds())
    heir.step()
    heir.wait(PAUSE)
    assert heir.step() == State.COMPLETED  # it was found off: that is proof enough
    assert (plug.is_on, plug.offs) == (True, 1)  # it was never told again
    assert desk.store(task, outcome) is None  # the dead one's word comes too late
    assert heir.last().status is State.COMPLETED


def test_one_that_dies_while_it_switches_on_is_followed(desk: PowerDesk, plug: Plug) -> None:
    desk.request()
    desk.step()
    plug.pause = None
    desk.wait(PAUSE)
    dead = desk.claim()
    assert dead
    heir = PowerDesk(desk.sessions, desk.now, "fetcher:2")
    heir.wait(CLAIM.total_seconds() - 1)
    assert heir.claim() is None
    heir.wait(1)
    assert heir.step() == State.COMPLETED
    assert plug.is_on
    assert desk.store(dead, plug_steps.Outcome(Cause.CONFIRMED_ON)) is None


def test_an_answer_that_is_lost_is_not_asked_for_again(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    def answer(request: Request) -> Answer:
        given = plug.answer(request)
        return Answer(hangs_up=True) if plug.offs == 1 and plug.pause else given

    server.answering = answer
    desk.request()
    assert desk.step() == State.OFF
    assert desk.last().is_off_proven is False
    plug.elapse()
    desk.wait(PAUSE)
    assert desk.step() == State.FAILED
    assert plug.offs == 1
    assert plug.is_on
    assert desk.last().error_code == "unproven"


def test_a_plug_that_cannot_be_reached_is_tried_again_until_the_request_expires(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    server.answering = lambda _request: Answer(hangs_up=True)
    desk.request()
    waits = []
    while desk.last().status not in {State.FAILED, State.COMPLETED}:
        at = desk.last().next_at
        waits.append((at - desk.now).total_seconds())
        desk.now = max(desk.now, at)
        desk.step()
    assert waits == [0, 2, 4, 8, 16, 32, 60, 60, 60]
    last = desk.last()
    assert (last.status, last.error_code) == (State.FAILED, "unreachable")
    assert "broke off" in str(last.error)
    assert desk.course()[-1] == ("failed", "expired")
    assert plug.offs == 0


def test_a_plug_that_is_back_in_time_is_switched(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    server.answering = lambda _request: Answer(status=503)
    desk.request()
    assert desk.step() == State.REQUESTED
    assert desk.last().attempts == 1
    server.answering = plug.answer
    desk.wait(2)
    assert desk.step() == State.OFF
    assert (desk.last().attempts, desk.last().error) == (0, None)
    assert plug.offs == 1


def test_what_does_not_pass_by_itself_ends_at_once(desk: PowerDesk, plug: Plug) -> None:
    plug.password = "another"
    desk.request()
    assert desk.step() == State.FAILED
    last = desk.last()
    assert last.error_code == "unauthorised"
    assert "does not accept" in str(last.error)
    assert plug.offs == 0
    assert desk.course()[-1] == ("failed", "refused")
    assert desk.trail()[-1] == "plug_cycle.failed"


def test_a_key_that_is_gone_ends_at_once(desk: PowerDesk, server: CalendarServer) -> None:
    desk.tools = PlugTools(lambda: Cipher("another key, which is long enough too"), POLICY)
    desk.request()
    assert desk.step() == State.FAILED
    assert desk.last().error_code == "unreadable_secret"
    assert server.requests == []


def test_a_plug_that_stays_away_is_tried_for_half_an_hour(
    desk: PowerDesk, server: CalendarServer
) -> None:
    desk.request()
    desk.step()
    server.answering = lambda _request: Answer(hangs_up=True)
    desk.wait(PAUSE)
    began = desk.now
    while desk.last().status in {State.OFF, State.SWITCHING_ON}:
        desk.now = max(desk.now, desk.last().next_at)
        desk.step()
    last = desk.last()
    assert ON_LIMIT <= desk.now - began < ON_LIMIT + timedelta(minutes=2)
    assert (last.status, last.error_code) == (State.FAILED, "unreachable")
    assert desk.course()[-1] == ("failed", "gave_up")
    assert last.attempts > 25


def test_a_plug_that_stays_off_is_told_again(
    desk: PowerDesk, plug: Plug, server: CalendarServer
) -> None:
    desk.request()
    desk.step()
    plug.pause = None
    is_stuck = True

    def answer(request: Request) -> Answer:
        given = plug.answer(request)
        if is_stuck:
            plug.on.clear()
        return given

    server.answering = answer
    desk.wait(PAUSE)
    assert desk.step() == State.SWITCHING_ON
    assert desk.last().error_code == "still_off"
    is_stuck = False
    desk.wait(2)
    assert desk.step() == State.COMPLETED
    assert plug.is_on


def test_a_request_that_waited_too_long_is_not_carried_out(desk: PowerDesk, plug: Plug) -> None:
    desk.request()
    desk.wait(EXPIRY.total_seconds())
    assert desk.step() is None
    last = desk.last()
    assert (last.status, last.error_code) == (State.FAILED, "expired")
    assert "fetcher" in str(last.error)
    assert plug.offs == 0


def test_an_emergency_that_begins_meanwhile_stops_it(desk: PowerDesk, plug: Plug) -> None:
    desk.now = utc("2026-09-07T06:10")
    desk.request()
    with desk.sessions.begin() as session:
        alarm = lesson(1, title="Feueralarm", priority=Priority.EMERGENCY)
        events.create_events(session, alarm, actor=CLI, now=MONDAY)
    assert desk.step() is None
    last = desk.last()
    assert (last.status, last.error_code) == (State.BLOCKED_SAFETY, "emergency")
    assert plug.offs == 0
    assert desk.trail()[-1] == "plug_cycle.blocked_safety"


def test_a_clock_that_is_set_back_holds_nothing_up(desk: PowerDesk, plug: Plug) -> None:
    desk.request()
    desk.step()
    plug.pause = None
    desk.now -= timedelta(hours=1)
    assert desk.step() == State.COMPLETED
    assert plug.is_on


def test_a_clock_that_is_set_forward_holds_nothing_up(desk: PowerDesk, plug: Plug) -> None:
    desk.request()
    desk.step()
    desk.now += timedelta(hours=1)
    assert desk.step() == State.COMPLETED
    assert plug.is_on


def test_an_older_key_is_replaced_when_all_went_well(desk: PowerDesk, plug: Plug) -> None:
    present = Cipher("another key, which is long enough too")
    former = Cipher(
        "another key, which is long enough too", "a key for tests, which is long enough"
    )
    desk.tools = PlugTools(lambda: former, POLICY)
    desk.request()
    assert desk.step() == State.OFF
    plug.elapse()
    desk.wait(PAUSE)
    desk.tools = PlugTools(lambda: present, POLICY)
    assert desk.step() == State.COMPLETED


def test_a_mistake_of_ours_counts_as_an_order_that_may_have_gone_out(desk: PowerDesk) -> None:
    desk.request()
    task = desk.claim()
    assert task
    assert desk.store(task, plug_steps.unforeseen(task, ZeroDivisionError())) == State.OFF
    assert desk.last().error_code == "internal_error"
    desk.wait(PAUSE)
    task = desk.claim()
    assert task
    outcome = plug_steps.unforeseen(task, ZeroDivisionError())
    assert desk.store(task, outcome) == State.SWITCHING_ON


def test_a_task_does_not_tell_the_password(desk: PowerDesk) -> None:
    desk.request()
    task = desk.claim()
    assert task
    assert "s3cret" not in repr(task)
