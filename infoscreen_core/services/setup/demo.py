"""Seed a school to look at: groups, a week of events, holidays, and approved, named screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AcademicPeriod, Client, ClientGroup
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.db.queries.monitoring.fleet import find_active_period
from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.recurrence.rules import WEEKDAYS
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.files.incoming import Received
from infoscreen_core.formats.holiday_data import Choice, is_available
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.school import holidays, public_holidays
from infoscreen_core.services.school import periods as academic_periods
from infoscreen_core.services.screens import clients, groups
from infoscreen_core.services.setup import demo_media, demo_past, demo_week
from infoscreen_core.services.setup.demo_week import DemoEvent, DemoMedia

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DemoSeeded:
    """How much was new."""

    groups: int
    events: int
    players: int
    holidays: int = 0
    files: int = 0


def is_school_missing(session: Session) -> bool:
    """Whether `seed_demo` would fill the installation with a school."""
    return not list_groups(session)


def seed_demo(
    session: Session,
    *,
    players: Sequence[str],
    now: datetime,
    files: Mapping[DemoMedia, Received] = MappingProxyType({}),
) -> DemoSeeded:
    """Fill an empty installation with a school, and approve the unknown ones of `players` (UUIDs).

    `files` are those that its events show; without one, its event is left out, or shows a text. It
    can be called at every start: an installation that has groups keeps its groups and events as
    they are, and a known player stays where somebody put it.
    """
    before = list_groups(session)
    created = [] if before else _create_groups(session, now)
    today = _today(session, now)
    period = _find_period(session, today) if created else None
    holiday_count = _fill_holidays(session, period, now) if period else 0
    shown = demo_media.add_files(session, files, period, now=now) if created else {}
    plan = _Plan(session, today, period.id if period else None, shown)
    event_count = _create_events(plan, created, now) if created else 0
    hung = _hang_up(session, before or created, players, now)
    return DemoSeeded(len(created), event_count, hung, holiday_count, len(shown))


def _create_groups(session: Session, now: datetime) -> list[ClientGroup]:
    return [
        groups.create_group(session, name, description=description, actor=SYSTEM, now=now)
        for name, description in demo_week.GROUPS.items()
    ]


def _today(session: Session, now: datetime) -> datetime:
    """Return the naive midnight with which the day began at the school."""
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    return to_local(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _find_period(session: Session, today: datetime) -> AcademicPeriod | None:
    """Return the active period, or the next one: in the summer there may be no active one."""
    return find_active_period(session) or academic_periods.find_coming(session, today.date())


def _fill_holidays(session: Session, period: AcademicPeriod, now: datetime) -> int:
    if holidays.list_holidays(session, period.id) or not is_available():
        return 0
    place = Choice(*demo_week.COUNTRY)
    return public_holidays.fill_period(session, period.id, place, actor=SYSTEM, now=now).inserted


@dataclass(frozen=True)
class _Plan:
    """What the events are made of."""

    session: Session
    today: datetime
    """The naive midnight with which the day began at the school."""
    period_id: int | None
    files: Mapping[DemoMedia, int]
    """Ids of the files that are there."""

    @property
    def monday(self) -> datetime:
        """The midnight with which the week began."""
        return self.today - _DAY * self.today.weekday()

    def media_ids(self, wanted: Sequence[DemoMedia]) -> list[int]:
        """Return the ids of those of the files that are there."""
        return [self.files[one] for one in wanted if one in self.files]


def _create_events(plan: _Plan, created: Sequence[ClientGroup], now: datetime) -> int:
    _fill_settings(plan.session, now)
    ids = {group.name: group.id for group in created}
    drafts = [_welcome(plan, group) for group in created]
    drafts += [
        _draft(plan, ids[event.group], event)
        for event in demo_week.EVENTS
        if not event.files or plan.media_ids(event.files)
    ]
    for draft in drafts:
        events.create_events(plan.session, draft, actor=SYSTEM, now=now)
    return len(drafts)


def _fill_settings(session: Session, now: datetime) -> None:
    current = system_settings.read_all(session)
    missing = {key: value for key, value in demo_week.SETTINGS.items() if not current[key]}
    if missing:
        system_settings.set_settings(session, missing, actor=SYSTEM, now=now)


def _welcome(plan: _Plan, group: ClientGroup) -> EventDraft:
    files = plan.media_ids(demo_week.WELCOME_FILES.get(group.name, ()))
    return EventDraft(
        group_ids=[group.id],
        title="Willkommen",
        event_type=EventType.PRESENTATION if files else EventType.MESSAGE,
        start=plan.monday,
        end=plan.monday + _DAY,
        is_all_day=True,
        recurrence_rule="FREQ=DAILY",
        priority=Priority.BACKGROUND,
        message_text=None if files else demo_week.WELCOME[group.name],
        **_shown(files),
    )


def _draft(plan: _Plan, group_id: int, event: DemoEvent) -> EventDraft:
    day = plan.monday + _DAY * WEEKDAYS.index(event.days.partition(",")[0])
    is_message = event.kind is EventType.MESSAGE
    content: dict[str, Any] = {
        "message_text" if is_message else "website_url": event.content or None
    }
    return EventDraft(
        group_ids=[group_id],
        title=event.title,
        event_type=event.kind,
        start=datetime.combine(day, event.start),
        end=datetime.combine(day, event.end),
        recurrence_rule=f"FREQ=WEEKLY;BYDAY={event.days}" if event.is_weekly else None,
        skip_holidays=event.is_weekly and event.group not in demo_week.OPEN_IN_HOLIDAYS,
        academic_period_id=plan.period_id,
        message_severity=event.severity,
        **content,
        **_shown(plan.media_ids(event.files)),
    )


def _shown(media_ids: Sequence[int]) -> dict[str, Any]:
    return {
        "event_media_id": next(iter(media_ids), None),
        "further_media_ids": tuple(media_ids[1:]),
    }


def _hang_up(
    session: Session, into: Sequence[ClientGroup], players: Sequence[str], now: datetime
) -> int:
    known = set(session.scalars(select(Client.uuid).where(Client.uuid.in_(players))))
    new = [(place, uuid) for place, uuid in enumerate(players) if uuid not in known]
    session.add_all(Client(uuid=uuid, registration_time=now - demo_past.LENGTH) for _, uuid in new)
    session.flush()
    for place, uuid in new:
        group, room = _place(into, place)
        clients.approve_clients(session, [uuid], group_id=group.id, actor=SYSTEM, now=now)
        clients.describe_client(session, uuid, room, actor=SYSTEM, now=now)
    demo_past.give_past(session, [uuid for _, uuid in new], now)
    return len(new)


def _place(into: Sequence[ClientGroup], place: int) -> tuple[ClientGroup, str]:
    """Return where the fleet's player of this place hangs: its group and the screen's name."""
    by_name = {group.name: group for group in into}
    if place < len(demo_week.ROOMS) and demo_week.ROOMS[place][0] in by_name:
        name, room = demo_week.ROOMS[place]
        return by_name[name], room
    group = into[place % len(into)]
    return group, f"{group.name} {place // len(into) + 1}"
