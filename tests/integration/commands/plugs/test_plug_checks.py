"""Tests of plugs that people ask for: what they say, and that they switch nothing."""

from typing import Any

import pytest

from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.plugs import plug_checks, plug_setup
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from tests.support.commands.plugs import PASSWORD, ShellyPlug, running
from tests.support.commands.power_desk import TOOLS, PowerDesk, desk_on
from tests.support.events.planning import Sessions, utc

DURING = utc("2026-09-07T06:10")


@pytest.fixture
def desk(sqlite_sessions: Sessions) -> PowerDesk:
    return desk_on(sqlite_sessions)


def check(desk: PowerDesk, owner: str = "fetcher:1") -> bool:
    """Make the test that is wanted, if any; return whether there was one to make."""
    with desk.sessions.begin() as session:
        wanted = plug_checks.list_wanted(session, now=desk.now, limit=5)
        claimed = wanted and plug_checks.claim(session, wanted[0], owner, desk.tools, now=desk.now)
    if not claimed:
        return False
    found = plug_checks.carry_out(claimed, desk.tools)
    with desk.sessions.begin() as session:
        return plug_checks.store(session, claimed, found, now=desk.now)


def want(desk: PowerDesk) -> None:
    with desk.sessions.begin() as session:
        plug_checks.want(session, desk.uuid, actor=CLI, now=desk.now)


def test_a_test_says_what_was_found_and_switches_nothing(sessions: Sessions) -> None:
    desk = desk_on(sessions)
    plug = ShellyPlug(password=PASSWORD)
    with running(plug) as server:
        desk.set_up(f"127.0.0.1:{server.port}", password=PASSWORD, is_enabled=False)
        assert not check(desk)
        want(desk)
        assert check(desk)
        assert not check(desk)
        with sessions() as session:
            view = plug_setup.get_plug(session, desk.uuid)
        assert view.check
        assert str(view.check.sentence) == (
            "Reached: Shelly PlusPlugS, firmware 1.4.4; relay 1 is on."
        )
        assert (view.check.is_ok, view.check.is_on, view.check.firmware) == (True, True, "1.4.4")
        assert (view.checked_at, view.check_wanted_at) == (desk.now, None)
        plug.on.clear()
        want(desk)
        assert check(desk)
        plug.password = "another"
        with sessions() as session:
            assert "is off" in str(plug_setup.get_plug(session, desk.uuid).check)
        want(desk)
        assert check(desk)
    with sessions() as session:
        result = plug_setup.get_plug(session, desk.uuid).check
    assert result
    assert (result.is_ok, result.problem, result.is_on) == (False, "unauthorised", None)
    assert plug.offs == 0


def test_a_test_whose_maker_died_is_made_by_another(desk: PowerDesk) -> None:
    desk.set_up()
    want(desk)
    with desk.sessions.begin() as session:
        lost = plug_checks.claim(session, desk.uuid, "dead", TOOLS, now=desk.now)
    assert lost
    assert not check(desk)
    desk.wait(30)
    assert check(desk)
    with desk.sessions.begin() as session:
        late = plug_checks.unforeseen(ZeroDivisionError())
        assert not plug_checks.store(session, lost, late, now=desk.now)


def test_a_plug_that_is_tested_is_switched_off_later(desk: PowerDesk) -> None:
    """A question in the wrong moment would cut the pause of a Tasmota plug short."""
    desk.set_up()
    want(desk)
    with desk.sessions.begin() as session:
        assert plug_checks.claim(session, desk.uuid, "tester", TOOLS, now=desk.now)
    desk.request()
    assert desk.claim() is None
    desk.wait(30)
    assert desk.claim()
    assert not check(desk)  # and now the test waits


def test_another_set_up_forgets_what_the_test_said(desk: PowerDesk) -> None:
    desk.set_up()
    want(desk)
    assert check(desk)
    assert desk.set_up(relay=2).check is None


def test_tools_come_from_the_settings() -> None:
    class Given:
        plug_allowed_addresses = "192.168.10.0/24"

    given: Any = Given()  # no key is asked for yet
    tools = PlugTools.of(given)
    assert tools.policy.allowed == AllowedHosts.read("192.168.10.0/24")
