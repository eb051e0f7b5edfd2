"""The worker that speaks with plugs: it dies, others take over, and the plug is on in the end."""

import os
import signal
import subprocess
import threading
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import PlugCycle, WorkerStatus
from infoscreen_core.domain.commands.plugs import TERMINAL, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.plugs import plug_checks, plug_setup, plug_steps, plugs
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.encryption import load_cipher
from infoscreen_core.settings import Settings
from tests.support.at_once import at_once
from tests.support.commands.plugs import PASSWORD, POLICY, Plug, ShellyPlug, TasmotaPlug, running
from tests.support.commands.power_desk import TOOLS, PowerDesk
from tests.support.events.planning import Sessions
from tests.support.exchange.calendar_server import Answer, CalendarServer, Request
from tests.support.people import add_client
from tests.support.ports import wait_until
from workers.fetcher.plugs import PlugKeeper
from workers.runtime import Database, Worker
from workers.supervision import infoscreen_command

KEY = "a key for tests, which is long enough"


def keeper_on(sessions: Sessions, url: str) -> PlugKeeper:
    engine = make_engine(url)
    database = Database(engine, sessions, make_read_session_factory(engine))
    worker = Worker("fetcher", Settings(db_conn=url, _env_file=None), database)
    return PlugKeeper(worker, TOOLS)


def desk_on(
    sessions: Sessions, plug: Plug, server: CalendarServer, tools: PlugTools = TOOLS
) -> PowerDesk:
    with sessions.begin() as session:
        add_client(session, 1)
    desk = PowerDesk(sessions, utc_now(), tools=tools)
    desk.set_up(
        f"127.0.0.1:{server.port}", kind=plug.kind, password=plug.password or "", seconds_off=3
    )
    return desk


def hurry(sessions: Sessions) -> None:
    """Let what is due of the only cycle be due now."""
    with sessions.begin() as session:
        for cycle in session.scalars(select(PlugCycle)):
            if cycle.status not in TERMINAL:
                cycle.next_at = utc_now() - timedelta(seconds=1)


def is_in(desk: PowerDesk, state: State) -> bool:
    return desk.last().status is state


def until(keeper: PlugKeeper, desk: PowerDesk, state: State) -> None:
    def is_there() -> bool:
        keeper.step()
        return desk.last().status is state

    wait_until(is_there, seconds=60, what=state)


def test_it_carries_a_cycle_out(sqlite_sessions: Sessions, sqlite_url: str) -> None:
    plug = TasmotaPlug(password=PASSWORD)
    with running(plug) as server:
        desk = desk_on(sqlite_sessions, plug, server)
        keeper = keeper_on(sqlite_sessions, sqlite_url)
        assert not keeper.step()
        desk.request()
        until(keeper, desk, State.OFF)
        assert not plug.is_on
        assert not keeper.step()  # the plug is left alone while it counts
        plug.elapse()
        hurry(sqlite_sessions)
        until(keeper, desk, State.COMPLETED)
    assert (plug.is_on, plug.offs) == (True, 1)
    assert keeper.metrics() == {"plug_steps": 2, "plugs_under_way": 0}
    assert desk.trail()[-1] == "plug_cycle.completed"


def test_two_fetchers_take_each_step_of_a_cycle_once(sessions: Sessions, database_url: str) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_on(sessions, plug, server)
        keepers = [keeper_on(sessions, database_url) for _ in range(2)]

        def both_lead_to(state: State) -> None:
            def is_there() -> bool:
                for done in at_once(*(keeper.step for keeper in keepers)):
                    done.result()
                return desk.last().status is state

            wait_until(is_there, seconds=60, what=state)

        desk.request()
        both_lead_to(State.OFF)
        plug.elapse()
        hurry(sessions)
        both_lead_to(State.COMPLETED)
    assert (plug.is_on, plug.offs, plug.orders) == (True, 1, ["False 3"])
    assert sum(keeper.metrics()["plug_steps"] for keeper in keepers) == 2


def test_it_tests_a_plug_for_whoever_asks(sqlite_sessions: Sessions, sqlite_url: str) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_on(sqlite_sessions, plug, server)
        keeper = keeper_on(sqlite_sessions, sqlite_url)
        with sqlite_sessions.begin() as session:
            plug_checks.want(session, desk.uuid, actor=CLI, now=utc_now())

        def is_tested() -> bool:
            keeper.step()
            with sqlite_sessions() as session:
                return plug_setup.get_plug(session, desk.uuid).check is not None

        wait_until(is_tested, seconds=60, what="the test")
    with sqlite_sessions() as session:
        result = plug_setup.get_plug(session, desk.uuid).check
    assert result
    assert result.is_ok
    assert plug.offs == 0


def test_who_is_told_to_stop_stores_what_it_has_begun(
    sqlite_sessions: Sessions, sqlite_url: str
) -> None:
    plug = ShellyPlug()
    release = threading.Event()

    def answer(request: Request) -> Answer:
        release.wait(60)
        return plug.answer(request)

    with running(plug) as server:
        server.answering = answer
        desk = desk_on(sqlite_sessions, plug, server)
        keeper = keeper_on(sqlite_sessions, sqlite_url)
        keeper.finish()  # there is nothing to wait for
        desk.request()
        assert keeper.step()
        threading.Timer(0.2, release.set).start()

        def has_stored() -> bool:
            keeper.finish()
            return desk.last().status is State.OFF

        wait_until(has_stored, what="the end")
    assert desk.last().is_off_proven
    assert plug.offs == 1


def test_a_mistake_of_ours_leaves_no_plug_off(
    sqlite_sessions: Sessions, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_on(sqlite_sessions, plug, server)
        keeper = keeper_on(sqlite_sessions, sqlite_url)
        desk.request()

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(plug_steps, "open_plug", fail)
        until(keeper, desk, State.OFF)
        assert desk.last().is_off_proven is False
        monkeypatch.undo()
        plug.on.clear()
        hurry(sqlite_sessions)
        until(keeper, desk, State.COMPLETED)
    assert plug.is_on


def test_what_the_database_does_not_take_is_stored_later(
    sqlite_sessions: Sessions, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_on(sqlite_sessions, plug, server)
        keeper = keeper_on(sqlite_sessions, sqlite_url)
        desk.request()
        assert keeper.step()

        def fail(*_: object, **__: object) -> None:
            message = "disk I/O error"
            raise OperationalError(message, {}, Exception(message))

        with monkeypatch.context() as patch:
            patch.setattr(plug_steps, "store", fail)
            with pytest.raises(OperationalError):
                wait_until(keeper.step, seconds=60, what="the result")
        until(keeper, desk, State.OFF)
        assert desk.last().is_off_proven


@pytest.mark.server
def test_a_fetcher_killed_in_the_middle_leaves_no_screen_dark(
    sqlite_sessions: Sessions, sqlite_url: str, tmp_path: Path
) -> None:
    """Killed after the order, and the plug forgets its pause: the next one switches it on."""
    plug = ShellyPlug(password=PASSWORD)
    environment = {
        **os.environ,
        "DB_CONN": sqlite_url,
        "SECRET_KEY": KEY,
        "PLUG_ALLOWED_ADDRESSES": "127.0.0.1/32",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "debug",
    }
    tools = PlugTools(
        lambda: load_cipher(Settings(secret_key=KEY, _env_file=None)),
        POLICY,
    )
    log = tmp_path / "fetcher.log"

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                infoscreen_command("fetcher"), env=environment, stderr=output, cwd=tmp_path
            )

    with running(plug) as server:
        desk = desk_on(sqlite_sessions, plug, server, tools)
        first = start()

        def answer(request: Request) -> Answer:
            given = plug.answer(request)
            if plug.offs and first.poll() is None:
                first.kill()
                first.wait()
                plug.pause = None
            return given

        server.answering = answer
        with sqlite_sessions.begin() as session:
            plugs.request_cycle(session, desk.uuid, reason="stuck", actor=CLI, now=utc_now())
        wait_until(lambda: first.poll() is not None, seconds=60, what="its death")
        assert desk.last().status is State.SWITCHING_OFF
        assert not plug.is_on
        second = start()
        for state in (State.OFF, State.COMPLETED):
            hurry(sqlite_sessions)
            wait_until(partial(is_in, desk, state), seconds=60, what=state)
        assert (plug.is_on, plug.offs) == (True, 1)
    with sqlite_sessions() as session:
        figures = session.get_one(WorkerStatus, "fetcher").metrics
    assert figures
    assert "plug_steps" in figures
    second.send_signal(signal.SIGTERM)
    assert second.wait(20) == 0
    said = log.read_text()
    assert '"plug.stepped"' in said
    assert "s3cret" not in said
    assert "Traceback" not in said
