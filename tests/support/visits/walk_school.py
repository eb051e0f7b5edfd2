"""A school whose names belong to no language, with something in every state that pages show."""

import hashlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    AcademicPeriod,
    BlindSpan,
    Client,
    ClientStatusChange,
    HeatWeek,
    SchoolHoliday,
    StormStretch,
    User,
    UserSession,
)
from infoscreen_core.domain.events.event import EventType, PeriodType, Priority
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.exchange.calendar_feeds import create_feed
from infoscreen_core.services.exchange.calendar_subscriptions import (
    SubscriptionDraft,
    create_subscription,
)
from infoscreen_core.services.monitoring.availability import monday_of
from infoscreen_core.services.screens import groups
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.events.calendar_page import MONDAY, TODAY
from tests.support.events.planning import plan
from tests.support.exchange.subscriptions import CIPHER
from tests.support.log_lines import store_lines
from tests.support.monitoring.weeks import count_weeks
from tests.support.people import uuid_of
from tests.support.screens.kept_pictures import keep_picture
from tests.support.visits.walk_commands import SCREEN, add_all_of_commands
from tests.support.visits.walk_library import add_library
from tests.support.visits.walk_webhooks import add_webhooks

GROUPS = ("Xa 1", "Xa 2", "Xa 3")
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_STATES: tuple[dict[str, object], ...] = (
    {},
    {"last_alive": None},
    {"process_status": ProcessStatus.CRASHED},
    {"screen_health_status": ScreenHealth.BLACK},
    {"service_failed_unit": "xq.service"},
    {"process_status": ProcessStatus.STOPPED},
    {"is_active": False},
    {"approved_at": None},
    {"approved_at": None},
    {"approved_at": None, "rejected_name": "Xu", "rejection_reason": "Xr"},
)


def add_walked_school(session: Session) -> None:
    """Fill a fresh database."""
    now = utc_now()
    bootstrap(session, Settings(_env_file=None), now=now)
    _add_year(session, now)
    ids = [groups.create_group(session, name, actor=SYSTEM, now=now).id for name in GROUPS]
    _add_events(session, ids, now)
    add_library(session, now)
    create_feed(session, ids[0], name="Xf", actor=SYSTEM, now=now)
    draft = SubscriptionDraft(address="https://x.test/x.ics", name="Xc")
    create_subscription(session, ids[0], draft, cipher=CIPHER, actor=SYSTEM, now=now)
    _add_screens(session, ids, now)
    add_all_of_commands(session, ids, now)
    add_webhooks(session, now)
    _add_past(session, now)
    for role in Role:
        _sign_in(session, role, now)


def _add_past(session: Session, now: datetime) -> None:
    """Let the first screen have been down for a while last week, and others have had their own."""
    for at, status, reason in (
        (now - 9 * _DAY, Status.HEALTHY, StatusReason.ALL_WELL),
        (now - 8 * _DAY, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
        (now - 7 * _DAY, Status.HEALTHY, StatusReason.ALL_WELL),
    ):
        session.add(ClientStatusChange(client_uuid=SCREEN, at=at, status=status, reason=reason))
    session.add_all(
        StormStretch(at=at, group_id=None, screens=4, members=9, reconnects=5)
        for at in (now - 6 * _DAY, now - 3 * _DAY)
    )
    session.add(
        BlindSpan(cause=BlindCause.BROKER, began_at=now - 3 * _DAY - _HOUR, ended_at=now - 3 * _DAY)
    )
    week = monday_of(TODAY)
    session.add_all(
        HeatWeek(monday=week, group_id=None, degrees=degrees, hours=hours, crashes=crashes)
        for degrees, hours, crashes in ((45, 900, 3), (65, 90, 9))
    )
    session.flush()
    count_weeks(session, ZoneInfo("Europe/Vienna"), now=now)


def token_of(role: Role) -> str:
    """Return what the session's cookie of the person of this role holds."""
    return f"token-of-{role.value}"


def add_pictures(session: Session, data_dir: Path) -> None:
    """Let the first player have sent two pictures."""
    now = utc_now()
    for age, color in ((_HOUR, "#a63"), (timedelta(), "#345")):
        keep_picture(session, data_dir, SCREEN, color, at=now - age)


def _add_year(session: Session, now: datetime) -> None:
    session.execute(delete(SchoolHoliday))
    for number, period in enumerate(session.scalars(select(AcademicPeriod))):
        period.name, period.display_name = f"Xp {number}", f"Xp {number}"
    old = AcademicPeriod(
        name="Xp 9",
        period_type=PeriodType.SCHULJAHR,
        start_date=date(TODAY.year - 9, 9, 1),
        end_date=date(TODAY.year - 8, 7, 1),
        archived_at=now,
        created_at=now,
        updated_at=now,
    )
    active = session.scalar(select(AcademicPeriod).where(AcademicPeriod.is_active))
    holiday = SchoolHoliday(
        name="Xh 1",
        academic_period_id=active.id if active else None,
        start_date=MONDAY + 5 * _DAY,
        end_date=MONDAY + 6 * _DAY,
        created_at=now,
        updated_at=now,
    )
    session.add_all([old, holiday])
    session.flush()


def _add_events(session: Session, ids: list[int], now: datetime) -> None:
    day = datetime.combine(TODAY, time())
    monday = datetime.combine(MONDAY, time(8))
    plan(
        session,
        ids[0],
        now=now,
        title="Xe 1",
        message_text="Xm",
        is_all_day=True,
        start=day,
        end=day + _DAY,
        recurrence_rule="FREQ=DAILY",
    )
    plan(
        session,
        ids[0],
        now=now,
        title="Xe 2",
        message_text="Xm",
        start=monday,
        end=monday + _HOUR,
        recurrence_rule="FREQ=WEEKLY;BYDAY=MO,SA;COUNT=9",
        skip_holidays=True,
    )
    plan(
        session,
        ids[1],
        now=now,
        title="Xe 3",
        event_type=EventType.WEBSITE,
        website_url="https://x.test/",
        message_text=None,
        is_all_day=True,
        start=day,
        end=day + _DAY,
        recurrence_rule="FREQ=DAILY",
        priority=Priority.EMERGENCY,
    )
    hidden = monday + _HOUR
    plan(
        session, ids[1], now=now, title="Xe 6", message_text="Xm", start=hidden, end=hidden + _HOUR
    )
    # Two short ones stand side by side on each day of this week and the next, so that the timeline
    # has no room for them, whatever today is.
    for title, minutes in (("Xe 4", 600), ("Xe 5", 635)):
        start = day + timedelta(days=-TODAY.weekday(), minutes=minutes)
        plan(
            session,
            ids[0],
            now=now,
            title=title,
            message_text="Xm",
            start=start,
            end=start + _HOUR / 2,
            recurrence_rule="FREQ=DAILY;COUNT=14",
        )


def _add_screens(session: Session, ids: list[int], now: datetime) -> None:
    for place, changes in enumerate(_STATES):
        values = {
            "uuid": uuid_of(place + 1),
            "description": f"Xs {place + 1}",
            "hostname": f"xs-{place + 1}",
            "ip": f"10.0.0.{place + 1}",
            "group_id": None if place > 6 else ids[place % 2],
            "registration_time": now - _DAY,
            "approved_at": now - _DAY,
            "last_alive": now,
            "health_at": now,
            "process_status": ProcessStatus.RUNNING,
            "current_process": "xq",
            "cpu_percent": 12.5,
            "temperature_c": 48.0,
            "screen_on": True,
            **changes,
        }
        if "service_failed_unit" in changes:
            values["service_failed_at"] = now - _HOUR
        if "rejection_reason" in changes:
            values["rejected_at"] = now - _HOUR
        session.add(Client(**values))
    session.flush()
    store_lines(
        session,
        [
            (SCREEN, level, now - number * _HOUR, f"xl {number}")
            for number, level in enumerate((LogLevel.ERROR, LogLevel.WARN, LogLevel.INFO))
        ],
    )


def _sign_in(session: Session, role: Role, now: datetime) -> None:
    user = User(
        username=f"x-{list(Role).index(role)}",
        password_hash="never matches",
        role=role,
        ui_language="de",
        created_at=now,
        updated_at=now,
    )
    session.add(user)
    session.flush()
    session.add(
        UserSession(
            token_hash=hashlib.sha256(token_of(role).encode()).hexdigest(),
            user_id=user.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + 12 * _HOUR,
        )
    )
