"""Plugs set up and power cycles asked for: what is refused, what is blocked, and what is told."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from infoscreen_core.db.models import AuditEntry, Client, Plug, PlugCycle
from infoscreen_core.domain.commands.plugs import PlugKind, State
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.errors import (
    ConflictError,
    InfoscreenError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.fetching.plugs.conversation import PlugPolicy
from infoscreen_core.services.actor import CLI, SYSTEM
from infoscreen_core.services.commands.plugs import plug_access, plug_checks, plug_setup, plugs
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.events import events
from infoscreen_core.services.screens.clients import remove_clients
from tests.support.at_once import at_once
from tests.support.commands.plugs import PASSWORD, ShellyPlug, running
from tests.support.commands.power_desk import CIPHER, TOOLS, PowerDesk, desk_on, draft
from tests.support.events.planning import MONDAY, Sessions, lesson, utc
from tests.support.people import ADMIN, EDITOR, uuid_of

DURING = utc("2026-09-07T06:10")


@pytest.fixture
def desk(sqlite_sessions: Sessions) -> PowerDesk:
    return desk_on(sqlite_sessions)


def cut(desk: PowerDesk, minutes: int) -> None:
    """Let the power have been cut so many minutes ago."""
    cycle = desk.request()
    with desk.sessions.begin() as session:
        row = session.get_one(PlugCycle, cycle.cycle_id)
        row.status = State.COMPLETED
        row.off_at = row.completed_at = desk.now - timedelta(minutes=minutes)


def refused(desk: PowerDesk, **changed: object) -> InfoscreenError:
    with pytest.raises(InfoscreenError) as caught:
        desk.set_up(**changed)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)
    return caught.value


def test_a_plug_is_set_up_changed_and_removed(sessions: Sessions) -> None:
    desk = desk_on(sessions)
    view = desk.set_up(password=PASSWORD, relay=2, is_enabled=False)
    assert (view.address, view.relay, view.has_login, view.is_enabled) == (
        "127.0.0.1:8123",
        2,
        True,
        False,
    )
    assert desk.set_up(relay=1).has_login  # a stored password stays
    with sessions() as session:
        stored = session.get_one(Plug, uuid_of(1))
        assert plug_access.access_of(stored, TOOLS).login == ("admin", PASSWORD)
        assert stored.access_encrypted
        assert "s3cret" not in stored.access_encrypted
        assert [one.client_uuid for one in plug_setup.list_plugs(session)] == [uuid_of(1)]
    assert not desk.set_up(forgets_login=True).has_login
    with sessions.begin() as session:
        off = plug_setup.set_enabled(session, desk.uuid, is_enabled=False, actor=CLI, now=desk.now)
        assert (off.is_enabled, off.version) == (False, 4)
        plug_setup.remove_plug(session, desk.uuid, actor=CLI, now=desk.now)
        assert plug_setup.find_plug(session, desk.uuid) is None
    assert desk.trail() == [
        "plug.created",
        *["plug.updated"] * 3,
        "plug.removed",
    ]
    with sessions() as session:
        rows = session.execute(select(AuditEntry.before, AuditEntry.after)).all()
    assert "s3cret" not in json.dumps([list(row) for row in rows])
    assert "gAAAA" not in json.dumps([list(row) for row in rows])  # nor encrypted


WRONG: list[tuple[dict[str, object], str, str]] = [
    ({"address": "nowhere/at/all"}, "address", "no address of a plug"),
    ({"address": "10.0.0.1"}, "address", "PLUG_ALLOWED_ADDRESSES"),
    ({"relay": 0}, "relay", "between 1 and 16"),
    ({"relay": 17}, "relay", "between 1 and 16"),
    ({"seconds_off": 2}, "seconds_off", "between 3 and 120"),
    ({"seconds_off": 121}, "seconds_off", "between 3 and 120"),
    ({"username": "s3cret"}, "password", "belongs the plug's password"),
    ({"username": "a\tb", "password": "s3cret"}, "username", "all of them visible"),
    ({"password": "s3cret\n"}, "password", "all of them visible"),
    ({"password": "s3cret" * 20}, "password", "100 characters at most"),
]


def test_what_is_wrong_is_told_with_its_field(desk: PowerDesk) -> None:
    for changed, field, words in WRONG:
        error = refused(desk, **changed)
        assert isinstance(error, InvalidInputError)
        assert (error.field, changed) == (field, changed)
        assert words in str(error)


def test_all_that_is_wrong_is_told_at_once(desk: PowerDesk) -> None:
    error = refused(desk, address="x/y", relay=99, seconds_off=0, password="\n")
    assert [part.field for part in error.parts] == ["address", "relay", "seconds_off", "password"]


def test_nothing_can_be_set_up_before_addresses_are_allowed(desk: PowerDesk) -> None:
    desk.tools = PlugTools(lambda: CIPHER, PlugPolicy())
    assert "has to name their" in str(refused(desk))


def test_a_relay_belongs_to_one_screen(desk: PowerDesk) -> None:
    desk.set_up()
    other = PowerDesk(desk.sessions, uuid=uuid_of(2))
    assert "screen-1" in str(refused(other))
    assert other.set_up(relay=2).relay == 2
    assert desk.set_up(seconds_off=30).seconds_off == 30


def test_a_stored_password_does_not_go_to_another_machine(desk: PowerDesk) -> None:
    desk.set_up(password=PASSWORD)
    error = refused(desk, address="127.0.0.1:9999")
    assert (error.field, "former address" in str(error)) == ("password", True)
    assert desk.set_up("127.0.0.1:9999", password="new").has_login
    assert not desk.set_up("127.0.0.1:7777", forgets_login=True).has_login


def test_who_was_overtaken_is_told(desk: PowerDesk) -> None:
    view = desk.set_up()
    desk.set_up(seconds_off=20)
    with desk.sessions.begin() as session, pytest.raises(ConflictError, match="meanwhile"):
        plug_setup.set_plug(
            session,
            desk.uuid,
            draft(),
            version=view.version,
            tools=TOOLS,
            actor=ADMIN,
            now=desk.now,
        )


def test_only_admins_do_this(desk: PowerDesk) -> None:
    desk.set_up()
    with desk.sessions.begin() as session:
        for deed in (
            lambda: plug_setup.set_plug(
                session, desk.uuid, draft(), tools=TOOLS, actor=EDITOR, now=desk.now
            ),
            lambda: plug_setup.set_enabled(
                session, desk.uuid, is_enabled=True, actor=EDITOR, now=desk.now
            ),
            lambda: plug_setup.remove_plug(session, desk.uuid, actor=EDITOR, now=desk.now),
            lambda: plug_checks.want(session, desk.uuid, actor=EDITOR, now=desk.now),
            lambda: plugs.request_cycle(session, desk.uuid, reason="x", actor=EDITOR, now=desk.now),
            lambda: plugs.cancel_cycle(session, "x", actor=EDITOR, now=desk.now),
        ):
            with pytest.raises(NotAllowedError):
                deed()


def test_a_cycle_is_refused_without_plug_reason_or_leave(desk: PowerDesk) -> None:
    with pytest.raises(NotFoundError, match="has no plug"):
        desk.request()
    desk.set_up(is_enabled=False)
    with pytest.raises(ConflictError, match="not enabled"):
        desk.request()
    desk.set_up()
    with pytest.raises(InvalidInputError, match="Say why"):
        desk.request(" ")
    with pytest.raises(InvalidInputError, match="2000"):
        desk.request("x" * 2001)
    desk.uuid = uuid_of(9)
    with pytest.raises(NotFoundError, match="no screen"):
        desk.request()
    with desk.sessions() as session:
        assert session.scalar(select(func.count()).select_from(PlugCycle)) == 0
        assert not plugs.has_usable_plug(session, desk.uuid)
        assert plugs.has_usable_plug(session, uuid_of(1))


def test_a_request_can_be_taken_back_until_it_has_begun(sessions: Sessions) -> None:
    desk = desk_on(sessions)
    desk.set_up()
    canceled = desk.cancel(desk.request().cycle_id)
    assert (canceled.status, canceled.canceled_at) == (State.CANCELED, desk.now)
    cycle = desk.request()
    assert desk.claim()
    with pytest.raises(ConflictError, match="will be on again"):
        desk.cancel(cycle.cycle_id)
    with pytest.raises(NotFoundError, match="no power cycle"):
        desk.cancel("nonsense")
    assert desk.trail()[-3:] == [
        "plug_cycle.requested",
        "plug_cycle.canceled",
        "plug_cycle.requested",
    ]


def test_while_it_is_switched_nothing_else_happens_to_a_plug(desk: PowerDesk) -> None:
    desk.set_up()
    desk.request()
    second = desk.request()
    assert (second.status, second.error_code) == (State.BLOCKED_SAFETY, "already_running")
    assert "wait until it is on" in str(refused(desk))
    with desk.sessions.begin() as session:
        deeds: Any = (
            lambda: plug_setup.set_enabled(
                session, desk.uuid, is_enabled=False, actor=CLI, now=desk.now
            ),
            lambda: plug_setup.remove_plug(session, desk.uuid, actor=CLI, now=desk.now),
            lambda: plug_checks.want(session, desk.uuid, actor=CLI, now=desk.now),
        )
        for deed in deeds:
            with pytest.raises(ConflictError, match="wait until it is on"):
                deed()


def test_a_request_that_nobody_began_with_does_not_block_the_next(desk: PowerDesk) -> None:
    desk.set_up()
    first = desk.request()
    desk.wait(240)
    assert desk.request().status is State.REQUESTED
    with desk.sessions() as session:
        assert plugs.get_cycle(session, first.cycle_id).status is State.FAILED


def test_three_cuts_in_an_hour_are_enough(desk: PowerDesk) -> None:
    desk.set_up()
    for minutes in (59, 30):
        cut(desk, minutes)
    canceled = desk.request()
    desk.cancel(canceled.cycle_id)  # what cut nothing does not count
    cut(desk, 1)
    blocked = desk.request()
    assert (blocked.status, blocked.error_code) == (State.BLOCKED_SAFETY, "lockout_threshold")
    assert "3 times within 60 minutes" in str(blocked.error)
    desk.wait(60)
    assert desk.request().status is State.REQUESTED


def test_a_screen_that_shows_an_emergency_is_not_touched(desk: PowerDesk) -> None:
    desk.set_up()
    desk.now = DURING
    with desk.sessions.begin() as session:
        alarm = lesson(1, title="Feueralarm", priority=Priority.EMERGENCY)
        events.create_events(session, alarm, actor=CLI, now=MONDAY)
    blocked = desk.request()
    assert (blocked.status, blocked.error_code) == (State.BLOCKED_SAFETY, "emergency")
    with desk.sessions.begin() as session:
        session.get_one(Client, desk.uuid).group_id = None
    assert desk.request().status is State.REQUESTED


def test_many_who_ask_at_once_get_one_cycle(sessions: Sessions) -> None:
    desk = desk_on(sessions)
    desk.set_up()
    asked = at_once(*[desk.request] * 8)
    assert all(one.exception() is None for one in asked)
    with sessions() as session:
        found = plugs.list_cycles(session, desk.uuid, limit=20)
    assert sorted(one.status for one in found) == [State.BLOCKED_SAFETY] * 7 + [State.REQUESTED]


def test_two_who_carry_it_out_switch_off_once(sessions: Sessions) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_on(sessions)
        desk.set_up(f"127.0.0.1:{server.port}")
        desk.request()
        pair = [PowerDesk(sessions, desk.now, f"fetcher:{number}") for number in (1, 2)]
        done = at_once(*(one.step for one in pair))
    assert sorted(str(one.result()) for one in done) == ["None", "off"]
    assert plug.offs == 1


def test_what_the_system_asks_for_has_no_name(desk: PowerDesk) -> None:
    desk.set_up(kind=PlugKind.TASMOTA)
    with desk.sessions.begin() as session:
        cycle = plugs.request_cycle(
            session, desk.uuid, reason="no heartbeat", actor=SYSTEM, now=desk.now
        )
    assert (cycle.requested_by, cycle.reason) == (None, "no heartbeat")


def test_a_plug_goes_with_its_screen(sessions: Sessions) -> None:
    desk = desk_on(sessions)
    desk.set_up()
    desk.request()
    with sessions.begin() as session:
        remove_clients(session, [desk.uuid], actor=CLI, now=desk.now)
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Plug)) == 0
        assert session.scalar(select(func.count()).select_from(PlugCycle)) == 0
    assert desk.claim() is None
