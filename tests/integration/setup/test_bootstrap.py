"""What a fresh database gets, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import AcademicPeriod, ChangeCounter, SystemSetting, User
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.people.sign_in import SignedIn, sign_in
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.people import ADMIN, NOW, SUPERADMIN, add_user


def _settings(password: str | None = None, name: str = "admin") -> Settings:
    secret = SecretStr(password) if password else None
    return Settings(default_superadmin_username=name, default_superadmin_password=secret)


def _row_counts(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables
    }


def _active_names(session: Session) -> list[str]:
    return list(session.scalars(select(AcademicPeriod.name).where(AcademicPeriod.is_active)))


def test_a_second_run_changes_nothing(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        first = bootstrap(session, _settings(), now=NOW)
        counts = _row_counts(session)
    with sessions.begin() as session:
        second = bootstrap(session, _settings(), now=NOW)
        assert _row_counts(session) == counts
    assert first.created_password
    assert second.created_password is None
    assert first.admin_username == second.admin_username == "admin"


def test_the_random_password_signs_the_first_superadmin_in(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        password = bootstrap(session, _settings(), now=NOW).created_password
        assert password
        result = sign_in(session, "admin", password, ip="::1", user_agent=None, now=NOW)
        assert isinstance(result, SignedIn)
        assert result.user.role is Role.SUPERADMIN


def test_a_given_password_is_used_and_not_told(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        result = bootstrap(session, _settings("vier rote Fahrräder", "chefin"), now=NOW)
        assert (result.admin_username, result.created_password) == ("chefin", None)
        signed_in = sign_in(
            session, "chefin", "vier rote Fahrräder", ip="::1", user_agent=None, now=NOW
        )
        assert isinstance(signed_in, SignedIn)


def test_a_weak_given_password_stops_the_start_and_names_the_variable(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(InvalidInputError) as caught:
        bootstrap(session, _settings("kurz"), now=NOW)
    assert str(caught.value).startswith("DEFAULT_SUPERADMIN_PASSWORD: ")
    assert "kurz" not in str(caught.value)


def test_a_name_taken_by_somebody_else_stops_the_start(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        add_user(session, "Admin", "vier rote Fahrräder", Role.USER, actor=ADMIN, now=NOW)
        with pytest.raises(ConflictError, match="DEFAULT_SUPERADMIN_USERNAME"):
            bootstrap(session, _settings(), now=NOW)


def test_an_existing_superadmin_is_enough(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        add_user(session, "root", "vier rote Fahrräder", Role.SUPERADMIN, actor=SUPERADMIN, now=NOW)
        result = bootstrap(session, _settings(), now=NOW)
        assert (result.admin_username, result.created_password) == ("root", None)
        assert list(session.scalars(select(User.username))) == ["root"]


def test_settings_and_counters_are_there_and_changed_ones_stay(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        bootstrap(session, _settings(), now=NOW)
        assert set(session.scalars(select(SystemSetting.key))) == set(SETTING_KEYS)
        assert "schedule" in set(session.scalars(select(ChangeCounter.subject)))
        system_settings.set_setting(session, "ui_language", "en", actor=ADMIN, now=NOW)
        bootstrap(session, _settings(), now=NOW)
        assert system_settings.get_setting(session, "ui_language") == "en"


def test_the_school_year_of_the_day_is_active(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        period = bootstrap(session, _settings(), now=NOW).active_period
        assert period
        assert period.name == "Schuljahr 2026/27"
        rows = session.execute(
            select(AcademicPeriod.start_date, AcademicPeriod.end_date, AcademicPeriod.period_type)
        )
        assert list(rows) == [
            (date(2024, 9, 2), date(2025, 7, 4), PeriodType.SCHULJAHR),
            (date(2025, 9, 1), date(2026, 7, 3), PeriodType.SCHULJAHR),
            (date(2026, 9, 7), date(2027, 7, 2), PeriodType.SCHULJAHR),
        ]


@pytest.mark.parametrize(
    ("today", "active", "coming", "later"),
    [
        (date(2027, 7, 2), "Schuljahr 2026/27", None, []),
        (date(2027, 7, 20), None, "Schuljahr 2027/28", ["Schuljahr 2027/28", "Schuljahr 2028/29"]),
        (
            date(2029, 6, 1),
            "Schuljahr 2028/29",
            "Schuljahr 2029/30",
            ["Schuljahr 2028/29", "Schuljahr 2029/30"],
        ),
    ],
)
def test_an_installation_of_later_years_gets_those_that_are_not_over(
    sqlite_sessions: sessionmaker[Session],
    today: date,
    active: str | None,
    coming: str | None,
    later: list[str],
) -> None:
    with sqlite_sessions.begin() as session:
        now = datetime.combine(today, time(9), UTC)
        done = bootstrap(session, _settings(), now=now)
        assert (done.active_period and done.active_period.name) == active
        assert (done.coming_period and done.coming_period.name) == coming
        names = session.scalars(select(AcademicPeriod.name).order_by(AcademicPeriod.start_date))
        assert list(names) == [
            "Schuljahr 2024/25",
            "Schuljahr 2025/26",
            "Schuljahr 2026/27",
            *later,
        ]


def test_an_installation_with_periods_gets_no_further_years(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        bootstrap(session, _settings(), now=NOW)
        done = bootstrap(session, _settings(), now=datetime(2029, 6, 1, tzinfo=UTC))
        assert (done.active_period, done.coming_period) == (None, None)
        assert len(list(session.scalars(select(AcademicPeriod)))) == 3
        assert done.period_warning("do so") == "No academic period covers today; do so."


def test_in_the_summer_the_coming_year_is_named(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        done = bootstrap(session, _settings(), now=datetime(2026, 8, 1, tzinfo=UTC))
        assert done.period_warning("do so") == (
            "No academic period covers today; "
            "the next one, Schuljahr 2026/27, begins on 2026-09-07."
        )
        assert bootstrap(session, _settings(), now=NOW).period_warning("do so") is None


def test_the_new_year_takes_over_and_between_years_the_old_one_stays(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        bootstrap(session, _settings(), now=datetime(2026, 6, 1, tzinfo=UTC))
        assert _active_names(session) == ["Schuljahr 2025/26"]
        assert (
            bootstrap(session, _settings(), now=datetime(2026, 8, 1, tzinfo=UTC)).active_period
            is None
        )
        assert _active_names(session) == ["Schuljahr 2025/26"]
        bootstrap(session, _settings(), now=datetime(2026, 9, 8, tzinfo=UTC))
        assert _active_names(session) == ["Schuljahr 2026/27"]


def test_the_day_is_that_of_the_installations_time_zone(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        late_evening_utc = datetime(2026, 9, 6, 22, 30, tzinfo=UTC)  # 7 September, 00:30 in Vienna
        period = bootstrap(session, _settings(), now=late_evening_utc).active_period
        assert period
        assert period.name == "Schuljahr 2026/27"


def test_periods_of_ones_own_are_left_alone_and_archived_ones_never_activated(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        session.add(
            AcademicPeriod(
                name="altes Jahr",
                period_type=PeriodType.SCHULJAHR,
                start_date=date(2026, 1, 1),
                end_date=date(2026, 12, 31),
                archived_at=NOW,
                created_at=NOW,
                updated_at=NOW,
            )
        )
        session.flush()
        assert bootstrap(session, _settings(), now=NOW).active_period is None
        assert list(session.scalars(select(AcademicPeriod.name))) == ["altes Jahr"]


def test_an_active_semester_stays_before_its_school_year(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        bootstrap(session, _settings(), now=datetime(2026, 8, 1, tzinfo=UTC))
        session.add(
            AcademicPeriod(
                name="Wintersemester",
                period_type=PeriodType.SEMESTER,
                start_date=date(2026, 9, 7),
                end_date=date(2027, 2, 5),
                is_active=True,
                created_at=NOW,
                updated_at=NOW,
            )
        )
        session.flush()
        bootstrap(session, _settings(), now=NOW)
        assert _active_names(session) == ["Wintersemester"]


def test_two_programs_that_start_together_seed_once(sessions: sessionmaker[Session]) -> None:
    def start(_: int) -> str | None:
        with sessions.begin() as session:
            return bootstrap(session, _settings("vier rote Fahrräder"), now=NOW).admin_username

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(start, range(4))) == {"admin"}
    with sessions() as session:
        names = list(
            session.scalars(select(AcademicPeriod.name).order_by(AcademicPeriod.start_date))
        )
        assert names == ["Schuljahr 2024/25", "Schuljahr 2025/26", "Schuljahr 2026/27"]
        assert _active_names(session) == ["Schuljahr 2026/27"]
