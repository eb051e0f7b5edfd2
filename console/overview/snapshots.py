"""Groups with what they play, and the school's year, as all browsers share them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from console.monitoring.snapshots import FRESH_SECONDS, clients_at
from console.overview.presenters.cards import GroupCard
from console.runtime import Session, now, read_session
from console.school.presenters.school import SchoolCalendar
from console.shared import shared
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.school.periods import find_coming, find_in_force
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.playing.playing import playing_overview
from infoscreen_core.services.playing.views import PlayingNow
from infoscreen_core.services.school.views import (
    find_active_period,
    list_holidays_near,
    list_periods,
)
from infoscreen_core.services.screens.roster import list_group_names


@dataclass(frozen=True)
class OverviewSnapshot:
    """Every group in the saved order, with its players and what plays; the unassigned last."""

    taken_at: datetime
    clients: tuple[ClientView, ...]
    cards: tuple[GroupCard, ...]


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True)
def overview() -> OverviewSnapshot:
    """Return groups, players and what plays."""
    taken_at = now()
    with read_session() as session:
        clients = clients_at(session, taken_at)
        return OverviewSnapshot(taken_at, clients, _cards(session, clients, taken_at))


@shared(seconds=FRESH_SECONDS, entries=8, is_kept_in_outage=True)
def school_calendar(today: date) -> SchoolCalendar:
    """Return the active period and the holidays that touch `today` or the days to come."""
    with read_session() as session:
        active = find_active_period(session)
        periods = list_periods(session, with_archived=False)
        return SchoolCalendar(
            today=today,
            active=active,
            holidays=list_holidays_near(
                session, active.id if active else None, today, today + LOOK_AHEAD
            ),
            covering=find_in_force(periods, today),
            coming=find_coming(periods, today),
        )


def _cards(session: Session, clients: Sequence[ClientView], at: datetime) -> tuple[GroupCard, ...]:
    members = defaultdict[int | None, list[ClientView]](list)
    for client in clients:
        members[client.group_id].append(client)
    plays = playing_overview(session, now=at, look_ahead=LOOK_AHEAD)
    cards = [
        _card(group_id, name, members[group_id], plays.get(group_id, PlayingNow()))
        for group_id, name in list_group_names(session).items()
    ]
    return (*cards, _card(None, "", members[None], PlayingNow()))


def _card(
    group_id: int | None, name: str, clients: Sequence[ClientView], plays: PlayingNow
) -> GroupCard:
    return GroupCard(group_id, name, tuple(clients), tuple(plays.current), plays.next)
