"""Add what a fresh database needs before anybody can work; running it again changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import SecretStr
from sqlalchemy import insert
from sqlalchemy.orm import Session

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import AcademicPeriod, ChangeCounter, SystemSetting
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS, format_setting
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import changes, system_settings
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import users
from infoscreen_core.services.people.tokens import new_password
from infoscreen_core.services.people.views import NewUser
from infoscreen_core.services.school import periods as academic_periods


class FirstSuperadmin(Protocol):
    """The part of the programs' settings that names the first superadmin."""

    @property
    def default_superadmin_username(self) -> str:
        """Its user name."""

    @property
    def default_superadmin_password(self) -> SecretStr | None:
        """Its password; if None, a random one is made."""


@dataclass(frozen=True)
class Bootstrapped:
    """What the caller should tell people."""

    admin_username: str
    created_password: str | None
    """A new superadmin's random password, stored nowhere: to be shown once."""
    active_period: AcademicPeriod | None
    """None when no academic period covers today."""
    coming_period: AcademicPeriod | None = None
    """The next one to begin."""

    def period_warning(self, remedy: str) -> str | None:
        """Return a sentence if no academic period covers today, with `remedy` if none will."""
        if self.active_period is not None:
            return None
        if self.coming_period is None:
            return f"No academic period covers today; {remedy}."
        coming = self.coming_period
        return (
            f"No academic period covers today; the next one, {coming.name}, "
            f"begins on {coming.start_date}."
        )


def bootstrap(session: Session, settings: FirstSuperadmin, *, now: datetime) -> Bootstrapped:
    """Add what is missing of settings, change counters, superadmin and first school years.

    Raises `InvalidInputError` or `ConflictError` when DEFAULT_SUPERADMIN_USERNAME or
    DEFAULT_SUPERADMIN_PASSWORD cannot be used for the first superadmin.
    """
    _add_missing(
        session,
        ChangeCounter,
        [{"subject": subject, "value": 0} for subject in (changes.SCHEDULE, changes.MEDIA)],
    )
    _add_missing(
        session,
        SystemSetting,
        [
            {"key": key, "value": format_setting(key, known.default), "updated_at": now}
            for key, known in SETTING_KEYS.items()
        ],
    )
    password = _add_superadmin(session, settings, now)
    today = now.astimezone(
        load_zone(system_settings.get_setting(session, "default_timezone"))
    ).date()
    academic_periods.seed_school_years(session, today, actor=SYSTEM, now=now)
    period = academic_periods.activate_covering(session, today, actor=SYSTEM, now=now)
    coming = academic_periods.find_coming(session, today)
    return Bootstrapped(user_queries.first_superadmin(session).username, password, period, coming)


def _add_superadmin(session: Session, settings: FirstSuperadmin, now: datetime) -> str | None:
    # An inactive one counts too: somebody deactivated it on purpose.
    if user_queries.has_superadmin(session):
        return None
    name, given = settings.default_superadmin_username, settings.default_superadmin_password
    password = given.get_secret_value() if given else new_password()
    try:
        # Whoever reads the random one on their own screen is its only reader: it is theirs.
        superadmin = NewUser(name, Role.SUPERADMIN, password)
        users.create_user(session, superadmin, actor=SYSTEM, now=now)
    except (InvalidInputError, ConflictError) as error:
        variable = (
            "DEFAULT_SUPERADMIN_PASSWORD"
            if error.field == "password"
            else "DEFAULT_SUPERADMIN_USERNAME"
        )
        raise type(error)("{variable}: {problem}", variable=variable, problem=str(error)) from None
    return None if given else password


def _add_missing(session: Session, model: type[Base], rows: list[dict[str, object]]) -> None:
    # Duplicates are ignored by the database, so that two programs may start together.
    statement = insert(model)
    for dialect, word in (("sqlite", "OR IGNORE"), ("mysql", "IGNORE"), ("mariadb", "IGNORE")):
        statement = statement.prefix_with(word, dialect=dialect)
    session.execute(statement, rows)
