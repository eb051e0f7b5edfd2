"""Two who want the same at the same moment, on a real MariaDB: each gets it, or a sentence."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    AcademicPeriod,
    CalendarFeed,
    ChangeCounter,
    Client,
    ClientCommand,
    LoginFailure,
    OutboxMessage,
    PowerOverride,
    SchoolHoliday,
    User,
)
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.school.periods import PeriodDraft
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.exchange import calendar_feeds
from infoscreen_core.services.people import lockout, password_hashing, sign_in, users
from infoscreen_core.services.school import holidays, periods
from infoscreen_core.services.screens import clients, groups, power
from infoscreen_core.services.system_settings import set_settings
from tests.support.at_once import at_once
from tests.support.databases import Lender, sessions_on
from tests.support.listener.telemetry import empty
from tests.support.people import NOW, acting_as, add_client, uuid_of
from tests.support.trials.mayhem import Mayhem, Tally, lay_out

Sessions = sessionmaker[Session]
UUID = uuid_of(1)
DAY = date(2026, 9, 7)


@pytest.fixture(scope="module")
def database(lender: Lender) -> Iterator[Sessions]:
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


@pytest.fixture
def sessions(database: Sessions) -> Sessions:
    empty(database)
    with database.begin() as session:
        session.add(ChangeCounter(subject=changes.SCHEDULE))
        add_client(session, 1)
    return database


def outcomes(sessions: Sessions, *works: Callable[[Session], object]) -> list[str]:
    """Do all at once, as people do it; return how each ended, in the order of the names."""

    def end_of(work: Callable[[Session], object]) -> str:
        try:
            in_transaction(sessions, work)
        except InfoscreenError as error:
            return type(error).__name__
        return "done"

    ends = at_once(*(lambda work=work: end_of(work) for work in works))
    return sorted(str(end.result()) for end in ends)


def count(sessions: Sessions, *what: object) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(*what)) or 0  # type: ignore[arg-type]


def reboot(session: Session) -> object:
    return issue_command(session, UUID, Action.REBOOT_HOST, reason=None, actor=CLI, now=NOW)


def test_of_many_reboots_at_once_three_go_out(sessions: Sessions) -> None:
    assert outcomes(sessions, *[reboot] * 12) == ["done"] * 12
    with sessions() as session:
        states = list(session.scalars(select(ClientCommand.status)))
    assert states.count(State.QUEUED) == 3
    assert states.count(State.BLOCKED_SAFETY) == 9


def test_two_who_wait_for_each_other_both_get_through(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_client(session, 2)
    met = threading.Barrier(2)

    def touch(first: int, second: int) -> Callable[[Session], object]:
        tries = iter((True,))

        def work(session: Session) -> None:
            change = text("UPDATE clients SET process_pid = process_pid + 1 WHERE uuid = :uuid")
            session.execute(change, {"uuid": uuid_of(first)})
            if next(tries, False):
                met.wait(10)
            session.execute(change, {"uuid": uuid_of(second)})

        return work

    with sessions.begin() as session:
        session.execute(text("UPDATE clients SET process_pid = 0"))
    assert outcomes(sessions, touch(1, 2), touch(2, 1)) == ["done", "done"]
    with sessions() as session:
        assert list(session.scalars(select(Client.process_pid))) == [2, 2]


def add_superadmins(sessions: Sessions, *names: str) -> list[Actor]:
    with sessions.begin() as session:
        added = [
            User(
                username=name,
                password_hash="-",
                role=Role.SUPERADMIN,
                created_at=NOW,
                updated_at=NOW,
            )
            for name in names
        ]
        session.add_all(added)
        session.flush()
        return [acting_as(user) for user in added]


def test_two_superadmins_who_demote_each_other_leave_one_and_a_sentence(
    sessions: Sessions,
) -> None:
    ada, bob = add_superadmins(sessions, "ada", "bob")

    def demote(user_id: int | None, actor: Actor) -> Callable[[Session], object]:
        return lambda session: users.set_role(
            session, user_id or 0, Role.ADMIN, actor=actor, now=NOW
        )

    ends = outcomes(sessions, demote(bob.user_id, ada), demote(ada.user_id, bob))
    assert ends == ["NotAllowedError", "done"]
    assert count(sessions, User) == 2


def test_a_group_gets_no_more_links_than_it_may_have(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar_feeds, "MAX_FEEDS", 2)
    with sessions.begin() as session:
        group = groups.create_group(session, "Aula", actor=CLI, now=NOW).id

    def link(session: Session) -> object:
        return calendar_feeds.create_feed(session, group, actor=CLI, now=NOW)

    assert outcomes(sessions, *[link] * 5) == ["InvalidInputError"] * 3 + ["done"] * 2
    assert count(sessions, CalendarFeed) == 2


def year_from(first: date, name: str | None = None) -> PeriodDraft:
    return PeriodDraft(
        name=name or str(first.year),
        period_type=PeriodType.SCHULJAHR,
        start_date=first,
        end_date=first + timedelta(days=300),
    )


def test_the_first_two_periods_do_not_share_days(sessions: Sessions) -> None:
    def create(name: str) -> Callable[[Session], object]:
        draft = year_from(DAY, name)
        return lambda session: periods.create_period(session, draft, actor=CLI, now=NOW)

    assert outcomes(sessions, create("a"), create("b")) == ["ConflictError", "done"]
    assert count(sessions, AcademicPeriod) == 1


def test_one_period_at_most_is_in_force(sessions: Sessions) -> None:
    with sessions.begin() as session:
        ids = [
            periods.create_period(session, year_from(date(year, 9, 1)), actor=CLI, now=NOW).id
            for year in (2026, 2027, 2028)
        ]

    def activate(period: int) -> Callable[[Session], object]:
        return lambda session: periods.activate_period(session, period, actor=CLI, now=NOW)

    assert outcomes(sessions, *map(activate, ids)) == ["done"] * 3
    with sessions() as session:
        assert sum(session.scalars(select(AcademicPeriod.is_active))) == 1


def test_holidays_of_no_period_do_not_overlap(sessions: Sessions) -> None:
    def create(name: str) -> Callable[[Session], object]:
        day = Holiday(name=name, start_date=DAY, end_date=DAY, region=None)
        return lambda session: holidays.create_holiday(session, None, day, actor=CLI, now=NOW)

    assert outcomes(sessions, create("Ferien"), create("Fest")) == ["ConflictError", "done"]
    assert count(sessions, SchoolHoliday) == 1


@pytest.mark.parametrize("is_stored", [True, False])
def test_the_second_to_save_a_setting_is_told_of_the_first(
    sessions: Sessions, *, is_stored: bool
) -> None:
    before = "Schule" if is_stored else str(SETTING_KEYS["organization_name"].default)
    if is_stored:
        with sessions.begin() as session:
            set_settings(session, {"organization_name": before}, actor=CLI, now=NOW)

    def save(name: str) -> Callable[[Session], object]:
        return lambda session: set_settings(
            session,
            {"organization_name": name},
            expected={"organization_name": before},
            actor=CLI,
            now=NOW,
        )

    assert outcomes(sessions, save("A"), save("B")) == ["ConflictError", "done"]


def test_many_wrong_passwords_at_once_are_as_many_as_one_after_the_other(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(password_hashing, "spend_time", lambda _password: None)

    def guess(session: Session) -> object:
        return sign_in.sign_in(session, "ada", "wrong", ip="10.0.0.1", user_agent=None, now=NOW)

    outcomes(sessions, *[guess] * 8)
    assert count(sessions, LoginFailure) == lockout.FAILURES_PER_NAME


def hold(session: Session) -> object:
    return power.set_override(
        session,
        UUID,
        DesiredPower.OFF,
        reason="a talk",
        lasting=timedelta(hours=1),
        actor=CLI,
        now=NOW,
    )


def remove(session: Session) -> object:
    return clients.remove_clients(session, [UUID], actor=CLI, now=NOW)


def describe(session: Session) -> object:
    return clients.describe_client(session, UUID, "Aula", actor=CLI, now=NOW)


def approve(session: Session) -> object:
    return clients.approve_clients(session, [UUID], actor=CLI, now=NOW)


def assign(session: Session) -> object:
    return clients.assign_clients(session, [UUID], None, actor=CLI, now=NOW)


@pytest.mark.parametrize(
    "pair",
    [
        (hold, hold),
        (remove, reboot),
        (remove, hold),
        (remove, describe),
        (remove, remove),
        (approve, assign, remove),
    ],
)
def test_what_two_do_to_one_screen_is_done_or_refused_with_a_sentence(
    sessions: Sessions, pair: tuple[Callable[[Session], object], ...]
) -> None:
    for _ in range(5):
        empty(sessions)
        with sessions.begin() as session:
            session.add(ChangeCounter(subject=changes.SCHEDULE))
            add_client(session, 1)
        ends = outcomes(sessions, *pair)
        assert set(ends) <= {"done", "NotFoundError"}
        assert "done" in ends
        gone = remove in pair
        assert count(sessions, Client) == (0 if gone else 1)
        assert count(sessions, PowerOverride) == (0 if gone else 1)
        if gone:
            topic = f"infoscreen/{UUID}/group_id"
            assert last_payload(sessions, topic) == b""


def last_payload(sessions: Sessions, topic: str) -> bytes | None:
    with sessions() as session:
        query = select(OutboxMessage.payload).where(OutboxMessage.topic == topic)
        return session.scalar(query.order_by(OutboxMessage.id.desc()).limit(1))


def test_whoever_loses_every_race_is_told_so(sessions: Sessions) -> None:
    """A name that our own rule does not find, but the database's: no error of the database."""
    with sessions.begin() as session:
        groups.create_group(session, "Kuche", actor=CLI, now=NOW)
    ends = outcomes(
        sessions,
        lambda session: groups.create_group(session, "Küche", actor=CLI, now=NOW),
        lambda session: groups.create_group(session, "KUCHE", actor=CLI, now=NOW),
    )
    assert ends == ["ConflictError"] * 2


def test_no_error_of_the_database_reaches_anybody(sessions: Sessions) -> None:
    """A small part of tests/trials/collisions.py."""
    empty(sessions)
    with sessions.begin() as session:
        session.add(ChangeCounter(subject=changes.SCHEDULE))
    lay_out(sessions)
    people = [Mayhem(sessions, seed) for seed in range(4)]
    for end in at_once(*(lambda one=one: one.run(40) for one in people)):
        end.result()
    tally = sum((one.tally for one in people), Tally())
    assert tally.errors == []
    assert sum(tally.done.values()) + sum(tally.refused.values()) == 160
    assert sum(tally.done.values()) > 80
