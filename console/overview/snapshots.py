"""Groups with what they play, and the school's year, as all browsers share them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from console.monitoring.presenters.fleet import ClientView
from console.monitoring.snapshots import FRESH_SECONDS, STATUS_WINDOW_HOURS, clients_at
from console.overview.presenters.cards import GroupCard
from console.runtime import now, read_session
from console.school.presenters.school import SchoolCalendar, holiday_view, period_view
from console.shared import shared
from infoscreen_core.db.queries.fleet import find_active_period, list_holidays
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.db.queries.periods import list_periods
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.school.periods import find_in_force
from infoscreen_core.services.playing.playing import PlayingNow, playing_overview


@dataclass(frozen=True)
class OverviewSnapshot:
    """Every group in the saved order with its players and what it plays; the unassigned ones last."""

    taken_at: datetime
    clients: tuple[ClientView, ...]
    cards: tuple[GroupCard, ...]


@shared(seconds=FRESH_SECONDS, entries=1)
def overview() -> OverviewSnapshot:
    """Return groups, players and what plays."""
    taken_at = now()
    with read_session() as session:
        clients = clients_at(session, STATUS_WINDOW_HOURS, taken_at)
        return OverviewSnapshot(taken_at, clients, _cards(session, clients, taken_at))


@shared(seconds=FRESH_SECONDS, entries=8)
def school_calendar(today: date) -> SchoolCalendar:
    """Return the active period and the holidays that touch `today` or the days to come."""
    with read_session() as session:
        active = find_active_period(session)
        rows = list_holidays(
            session, period_id=active.id if active else None, first=today, last=today + LOOK_AHEAD
        )
        periods = [period_view(row) for row in list_periods(session, with_archived=False)]
        return SchoolCalendar(
            today=today,
            active=period_view(active) if active else None,
            holidays=tuple(holiday_view(row) for row in rows),
            covering=find_in_force(periods, today),
        )


def _cards(session: Session, clients: Sequence[ClientView], at: datetime) -> tuple[GroupCard, ...]:
    members = defaultdict[int | None, list[ClientView]](list)
    for client in clients:
        members[client.group_id].append(client)
    plays = playing_overview(session, now=at, look_ahead=LOOK_AHEAD)
    cards = [
        _card(group.id, group.name, members[group.id], plays.get(group.id, PlayingNow()))
        for group in list_groups(session)
    ]
    return (*cards, _card(None, "", members[None], PlayingNow()))


def _card(group_id: int | None, name: str, clients: Sequence[ClientView], plays: PlayingNow) -> GroupCard:
    return GroupCard(group_id, name, tuple(clients), tuple(plays.current), plays.next)
