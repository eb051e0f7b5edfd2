"""A school whose names belong to no language, with something in every state that pages show."""

import hashlib
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    AcademicPeriod,
    BlindSpan,
    Client,
    ClientCommand,
    ClientStatusChange,
    HeatWeek,
    MaintenanceFiring,
    Plug,
    PlugCycle,
    RecoveryDecision,
    SchoolHoliday,
    StormStretch,
    User,
    UserSession,
)
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.commands.on_site import Need
from infoscreen_core.domain.commands.plugs import PlugKind
from infoscreen_core.domain.commands.plugs import State as PlugState
from infoscreen_core.domain.commands.recovery_facts import Outcome, Verdict
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.events.event import EventType, PeriodType, Priority
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.commands.maintenance.plans import PlanDraft, create_plan
from infoscreen_core.services.commands.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollout_start import start_rollout
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

SCREEN = uuid_of(1)
"""A player with pictures, commands and logs."""
GIVEN_UP = uuid_of(3)
"""A player that crashed, and that recovery restarted in vain; its plug is left to people."""
WAITING = uuid_of(8)
"""A player that nobody approved yet."""
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
    create_feed(session, ids[0], name="Xf", actor=SYSTEM, now=now)
    draft = SubscriptionDraft(address="https://x.test/x.ics", name="Xc")
    create_subscription(session, ids[0], draft, cipher=CIPHER, actor=SYSTEM, now=now)
    _add_screens(session, ids, now)
    _add_commands(session, now)
    _add_rollout(session, now)
    _add_maintenance(session, ids, now)
    _add_recovery(session, now)
    _add_plug(session, now)
    _add_past(session, now)
    for role in Role:
        _sign_in(session, role, now)


def _add_recovery(session: Session, now: datetime) -> None:
    """Let recovery have given a screen up."""
    evidence = {"last_alive": now.isoformat(), "strikes": 3, "attempts": 3, "need": Need.NOT_BACK}
    of_both: dict[str, Any] = {
        "client_uuid": GIVEN_UP,
        "trouble": CrashReason.HEARTBEAT_STALE,
        "evidence": evidence,
    }
    session.add_all(
        (
            RecoveryDecision(
                **of_both,
                at=now - _HOUR,
                until=now - _HOUR / 2,
                verdict=Verdict.REBOOTING,
                outcome=Outcome.FAILED,
            ),
            RecoveryDecision(
                **of_both,
                at=now - _HOUR / 2,
                verdict=Verdict.NEEDS_PERSON,
                is_person_called=True,
                look_at=now + _HOUR,
                open_key=GIVEN_UP,
            ),
        )
    )


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


def _add_commands(session: Session, now: datetime) -> None:
    for hours, state in ((1, State.FAILED), (2, State.COMPLETED), (3, State.EXPIRED)):
        at = now - hours * _HOUR
        session.add(
            ClientCommand(
                command_id=str(uuid4()),
                client_uuid=SCREEN,
                action=Action.REBOOT_HOST,
                status=state,
                reason="Xr",
                issued_at=at,
                expires_at=at + _HOUR / 12,
                published_at=at,
                failed_at=at if state is State.FAILED else None,
                completed_at=at if state is State.COMPLETED else None,
                created_at=at,
                updated_at=at,
            )
        )


def _add_rollout(session: Session, now: datetime) -> None:
    """Let two screens wait for their turns, and one be left out."""
    target = Target(client_uuids=(uuid_of(2), uuid_of(4), WAITING))
    request = RolloutRequest(action=Action.RESTART_APP, reason="Xr", target=target)
    start_rollout(session, request, actor=SYSTEM, now=now)


def _add_maintenance(session: Session, ids: list[int], now: datetime) -> None:
    """Plan a restart each night, of which the last was missed."""
    window = LocalWindow(120, 300, "Europe/Vienna")
    draft = PlanDraft(name="Xm", action=Action.RESTART_APP, window=window, group_ids=tuple(ids[:2]))
    made = create_plan(session, draft, actor=SYSTEM, now=now)
    yesterday = window.local_day(now) - _DAY
    opens_at, closes_at = window.span_on(yesterday)
    session.add(
        MaintenanceFiring(
            plan_id=made.id,
            day=yesterday,
            opens_at=opens_at,
            closes_at=closes_at,
            status=FiringStatus.SKIPPED,
            reason=SkipReason.SERVER_OFF,
            updated_at=now,
        )
    )


def _add_plug(session: Session, now: datetime) -> None:
    """Let two screens hang on plugs that were tested; the first's could not be reached lately."""
    found = Sentence(
        "Reached: {name}, firmware {firmware}; relay {relay} is on.",
        name="Shelly",
        firmware="1.4.4",
        relay=1,
    )
    for uuid, host in ((SCREEN, "10.0.0.90"), (GIVEN_UP, "10.0.0.91")):
        session.add(
            Plug(
                client_uuid=uuid,
                kind=PlugKind.SHELLY_GEN2,
                host=host,
                port=80,
                relay=1,
                access_encrypted="x",
                seconds_off=10,
                is_enabled=True,
                checked_at=now - _HOUR,
                check_result=found.kept(),
                created_at=now - _DAY,
                updated_at=now - _DAY,
                version=1,
            )
        )
    away = Sentence("The plug {host} did not answer in time.", host="10.0.0.90")
    for hours, state in ((1, PlugState.FAILED), (2, PlugState.COMPLETED)):
        at = now - hours * _HOUR
        is_failed = state is PlugState.FAILED
        session.add(
            PlugCycle(
                cycle_id=str(uuid4()),
                client_uuid=SCREEN,
                status=state,
                reason="Xr",
                seconds_off=10,
                next_at=at,
                attempts=0,
                requested_at=at,
                switching_off_at=at,
                off_at=None if is_failed else at,
                switching_on_at=None if is_failed else at,
                completed_at=None if is_failed else at,
                failed_at=at if is_failed else None,
                error_code="unreachable" if is_failed else None,
                error=away.kept() if is_failed else None,
            )
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
