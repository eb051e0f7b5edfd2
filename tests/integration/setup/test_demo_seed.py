from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    AcademicPeriod,
    Client,
    ClientCommand,
    ClientGroup,
    ClientLog,
    Event,
    Incident,
    Occurrence,
)
from infoscreen_core.db.queries.monitoring.fleet import find_active_period
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.monitoring.availability import measure_clients
from infoscreen_core.services.school.holidays import create_holiday, list_holidays
from infoscreen_core.services.screens import clients, groups
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.services.setup.demo import DemoSeeded, seed_demo
from infoscreen_core.services.system_settings import get_setting
from infoscreen_core.settings import Settings
from tests.support.monitoring.log_counts import recount, stored_counts

MONDAY = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
PLAYERS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 13)]
HOURS = [timedelta(hours=hour) for hour in range(7 * 24)]


@pytest.fixture
def session(sessions: sessionmaker[Session]) -> Iterator[Session]:
    with sessions() as session:
        yield session


def test_a_school_is_seeded_once(session: Session) -> None:
    first = seed_demo(session, players=PLAYERS, now=MONDAY)
    assert (first.groups, first.players) == (6, 12)
    assert first.events > 30
    assert seed_demo(session, players=PLAYERS, now=MONDAY + timedelta(days=9)) == DemoSeeded(
        0, 0, 0
    )


def test_players_hang_in_named_rooms_and_are_told_their_group(session: Session) -> None:
    seed_demo(session, players=PLAYERS, now=MONDAY)
    hung = list(session.scalars(select(Client)))
    assert len({client.description for client in hung}) == 12
    assert all(client.approved_at and client.group_id for client in hung)
    assert len({client.group_id for client in hung}) == 6


def test_every_group_shows_something_at_every_hour_of_the_week(session: Session) -> None:
    seed_demo(session, players=[], now=MONDAY)
    rows = session.execute(select(Occurrence.group_id, Occurrence.start, Occurrence.end)).all()
    for hour in HOURS:
        moment = MONDAY + hour
        assert len({row.group_id for row in rows if row.start <= moment < row.end}) == 6


def test_lessons_stand_above_the_welcome(session: Session) -> None:
    seed_demo(session, players=[], now=MONDAY)
    query = (
        select(Event.title)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .join(ClientGroup, ClientGroup.id == Occurrence.group_id)
        .where(ClientGroup.name == "Trakt A", Occurrence.start <= MONDAY, Occurrence.end > MONDAY)
        .order_by(Event.priority.desc())
    )
    assert session.scalars(query).all() == ["Biologie 1B", "Willkommen"]


def test_several_series_are_there(session: Session) -> None:
    seed_demo(session, players=[], now=MONDAY)
    rules = [rule for rule in session.scalars(select(Event.recurrence_rule)) if rule]
    assert len(set(rules)) > 5


def test_what_people_made_of_it_is_kept(session: Session) -> None:
    seed_demo(session, players=PLAYERS[:3], now=MONDAY)
    aula = groups.get_group_by_text(session, "Aula")
    clients.assign_clients(session, PLAYERS[:1], aula.id, actor=CLI, now=MONDAY)
    clients.describe_client(session, PLAYERS[0], "Mein Bildschirm", actor=CLI, now=MONDAY)
    assert seed_demo(session, players=PLAYERS[:4], now=MONDAY) == DemoSeeded(0, 0, 1)
    kept = clients.get_client(session, PLAYERS[0])
    assert (kept.description, kept.group_id) == ("Mein Bildschirm", aula.id)


def test_an_installation_with_groups_of_its_own_only_gains_the_players(session: Session) -> None:
    own = groups.create_group(session, "Turnsaal", actor=CLI, now=MONDAY)
    assert seed_demo(session, players=PLAYERS[:2], now=MONDAY) == DemoSeeded(0, 0, 2)
    hung = session.scalars(select(Client).order_by(Client.uuid)).all()
    assert [(client.description, client.group_id) for client in hung] == [
        ("Turnsaal 1", own.id),
        ("Turnsaal 2", own.id),
    ]
    assert get_setting(session, "supplement_table_url") == ""


def test_the_school_has_holidays_in_which_its_lessons_do_not_take_place(session: Session) -> None:
    bootstrap(session, Settings(), now=MONDAY)
    seeded = seed_demo(session, players=[], now=MONDAY)
    assert seeded.holidays > 10
    period = find_active_period(session)
    assert period
    names = [holiday.name for holiday in list_holidays(session, period.id)]
    assert {"Weihnachtsferien", "Semesterferien", "Osterferien", "Mariä Empfängnis"} <= set(names)
    feast = datetime(2026, 12, 8, 9, 15, tzinfo=UTC)
    query = (
        select(Event.title)
        .join(Occurrence)
        .where(Occurrence.start <= feast, Occurrence.end > feast)
    )
    shown = set(session.scalars(query))
    assert "Willkommen" in shown
    assert "Online-Katalog" in shown
    assert shown.isdisjoint({"Biologie 1B", "Schulfilm"})
    assert seed_demo(session, players=[], now=MONDAY) == DemoSeeded(0, 0, 0)


def test_in_a_summer_without_an_active_period_the_holidays_of_the_coming_one_are_kept(
    session: Session,
) -> None:
    summer = datetime(2027, 7, 20, 9, tzinfo=UTC)
    assert bootstrap(session, Settings(), now=summer).active_period is None
    assert seed_demo(session, players=[], now=summer).holidays > 10
    periods = (
        select(AcademicPeriod.name)
        .join(Event, Event.academic_period_id == AcademicPeriod.id)
        .distinct()
    )
    assert list(session.scalars(periods)) == ["Schuljahr 2027/28"]


def test_holidays_that_people_entered_are_kept(session: Session) -> None:
    bootstrap(session, Settings(), now=MONDAY)
    period = find_active_period(session)
    assert period
    free = Holiday(name="Schulfrei", start_date=date(2026, 12, 7), end_date=date(2026, 12, 7))
    create_holiday(session, period.id, free, actor=CLI, now=MONDAY)
    assert seed_demo(session, players=[], now=MONDAY).holidays == 0
    assert [one.name for one in list_holidays(session, period.id)] == ["Schulfrei"]


def test_its_screens_have_a_past(session: Session) -> None:
    seed_demo(session, players=PLAYERS, now=MONDAY)
    day_ago = MONDAY - timedelta(days=1)
    errors = select(func.max(ClientLog.ordered_at)).where(ClientLog.level == "ERROR")
    assert MONDAY - timedelta(days=5) < (session.scalar(errors) or MONDAY) < day_ago
    assert stored_counts(session) == recount(session)
    incidents = session.scalars(select(Incident)).all()
    assert len(incidents) > 10
    assert all(one.closed_at and one.opened_at < one.closed_at <= MONDAY for one in incidents)
    commands = session.scalars(select(ClientCommand)).all()
    assert {one.status for one in commands} == {State.COMPLETED, State.TIMED_OUT}
    assert all(one.completed_at or one.failed_at for one in commands)
    month = Span(MONDAY - timedelta(days=30), MONDAY)
    lit = measure_clients(session, month, leave_out_tv_off=True)
    assert {uuid for uuid, of in lit.items() if of.left_out} == {PLAYERS[5], PLAYERS[11]}
    before = session.scalar(select(func.count()).select_from(ClientLog))
    seed_demo(session, players=PLAYERS, now=MONDAY + timedelta(hours=1))
    assert session.scalar(select(func.count()).select_from(ClientLog)) == before
