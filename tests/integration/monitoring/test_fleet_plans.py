"""How the databases find what pages show: never by reading a table that grows."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from console import runtime
from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_session_factory
from infoscreen_core.db.queries.monitoring.content import map_published, recent_titles
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.recovery_facts import Limits
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetOrder, FleetWish
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI, SYSTEM
from infoscreen_core.services.commands.recovery import recovery, recovery_record
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.monitoring import failed_services, fleet, measures, sight
from infoscreen_core.services.monitoring.content import history as content
from infoscreen_core.services.monitoring.screen.explain import explain_screen
from tests.support.big_fleet.fleet import Size, add_fleet, player_uuid
from tests.support.commands.maintenance import Duty, add_plan
from tests.support.console import console_on
from tests.support.sql.plans import full_reads, statements

SIZE = Size(
    players=60, groups=14, flips=4, pictures=3, logs=4000, days=8, incidents=2, commands=2, curves=3
)
UUID = player_uuid(3)
READING = fleet.Reading(utc_now(), window=timedelta(hours=24), priority_ttl=timedelta(minutes=2))
PAGES: dict[str, tuple[str, dict[str, str]]] = {
    "overview": ("", {}),
    "monitoring": ("monitoring", {"group": "2"}),
    "errors first": ("monitoring", {"order": "errors", "hours": "168", "incidents": "all"}),
    "a search": ("monitoring", {"search": "raum 0001", "view": "wall"}),
    "not as planned": ("monitoring", {"content": "behind"}),
    "screens": ("clients", {}),
    "groups": ("clients", {"list": "groups"}),
    "screen": ("client", {"uuid": UUID, "health": "1y", "hours": "168", "span": "7d"}),
    "logs": ("logs", {"level": "ERROR,WARN", "hours": "2160"}),
    "logs of a group": ("logs", {"group": "2", "hours": "168", "text": "frame"}),
    "log families": ("logs", {"view": "families", "hours": "2160"}),
    "log families of a group": ("logs", {"view": "families", "group": "2", "hours": "168"}),
    "analysis": ("analysis", {}),
    "commands": ("commands", {"text": "raum", "status": "bad", "days": "365"}),
    "commands of a group": ("commands", {"group": "2", "by": "system", "order": "slowest"}),
    "power cycles": ("commands", {"view": "power", "text": "raum", "days": "365"}),
    "figures of commands": ("commands", {"view": "figures", "divide": "version"}),
    "maintenance": ("commands", {"view": "maintenance"}),
}


@pytest.fixture
def big(engine: Engine) -> Engine:
    add_fleet(engine, SIZE, now=utc_now())
    return engine


def test_no_page_reads_a_growing_table_from_end_to_end(big: Engine, tmp_path: Path) -> None:
    url = big.url.render_as_string(hide_password=False)
    with (
        console_on(url, tmp_path) as made,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(runtime, "session_token", lambda: made.token)
        made.is_watched = False  # what is on record was written with the fleet
        made.keep_workers_alive()
        made.sign_in_as(Role.ADMIN, language="de")
        rollout = {"rollout": _start_rollout(big), "members": "failed"}
        _maintain(big)
        for name, (page, query) in {**PAGES, "roll-out": ("commands", rollout)}.items():
            with statements(runtime.resources().engine) as asked:
                app = made.open(page, **query)
            assert not app.exception, name
            _assert_quick(big, name, dict(asked))


def _start_rollout(engine: Engine) -> str:
    target = Target(client_uuids=(UUID,))
    request = RolloutRequest(action=Action.REBOOT_HOST, reason="Plan", target=target)
    with Session(engine) as session, session.begin():
        return start_rollout(session, request, actor=CLI, now=utc_now()).rollout_id


def _maintain(engine: Engine) -> None:
    """Let a plan of maintenance begin, after a day that was missed; no step may read a table."""
    now, sessions = utc_now(), make_session_factory(engine)
    add_plan(sessions, now - timedelta(days=2), window="00:00-24:00")
    with statements(engine) as asked:
        assert len(Duty(sessions, now).look()) > 1
    _assert_quick(engine, "maintenance, its turn", dict(asked))


def test_no_list_reads_a_growing_table_from_end_to_end(big: Engine) -> None:
    with Session(big) as session, statements(session.connection()) as asked:
        for order in FleetOrder:
            wish = FleetWish(FleetFilter.ANYTHING, order=order)
            fleet.list_players(session, wish, READING, limit=10)
        fleet.list_faces(session, [1, 2, None], READING)
        fleet.list_troubled(session, [1, 2], READING, limit=3)
    _assert_quick(big, "lists", dict(asked))


def test_no_answer_about_a_screen_reads_a_growing_table_from_end_to_end(big: Engine) -> None:
    now = utc_now()
    day = {"since": now - timedelta(days=1), "until": now}
    with Session(big) as session, statements(session.connection()) as asked:
        content.list_published(session, 1, **day)
        content.list_content(session, UUID, **day)
        map_published(session, {1, 2})
        recent_titles(session, 1)
        sight.blind_since(session)
        explain_screen(session, UUID, actor=SYSTEM, now=now)
        explain_screen(session, UUID, actor=SYSTEM, now=now, at=now - timedelta(days=20))
    _assert_quick(big, "answers", dict(asked))


def test_recovery_reads_no_growing_table_from_end_to_end(big: Engine) -> None:
    now, seen = utc_now() + timedelta(minutes=4), Sight()
    limits = Limits(may_cut_power=True)
    with Session(big) as session, statements(session.connection()) as asked:
        looked = recovery.look(session, limits, sight=seen, now=now)
        recovery.has_work(session, limits, sight=seen, now=now)
        recovery.look(session, limits, sight=seen, now=now + timedelta(minutes=1))
        recovery_record.list_candidates(session, limits, now=now)
        recovery_record.list_decisions(session, UUID, limit=20)
        recovery_record.list_recoveries(session)
        recovery_record.count_running(session)
        failed_services.list_failed(session, limit=10)
        assert looked.count > 1
    _assert_quick(big, "recovery", dict(asked))


def test_figures_of_everything_read_no_growing_table_from_end_to_end(big: Engine) -> None:
    with Session(big) as session, statements(session.connection()) as asked:
        measures.read(session, now=utc_now())
    assert len(asked) <= 12, "however many screens there are"
    _assert_quick(big, "figures of everything", dict(asked))


def _assert_quick(engine: Engine, name: str, asked: dict[str, object]) -> None:
    assert asked, name
    with engine.connect() as connection:
        for statement, values in asked.items():
            assert full_reads(connection, statement, values) == [], (name, statement)


def test_a_full_read_is_noticed(engine: Engine) -> None:
    with engine.connect() as connection:
        for statement in (
            "SELECT message FROM client_logs ORDER BY message",
            "SELECT l.message FROM client_logs AS l ORDER BY l.message",
        ):
            assert full_reads(connection, statement, ()), statement
