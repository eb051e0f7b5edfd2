"""Groups with what they play, and the school's year, as all browsers share them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from console.monitoring.snapshots import FRESH_SECONDS, FleetSnapshot, fleet, reading_at
from console.overview.presenters.cards import MOST_TROUBLED, GroupCard
from console.runtime import now, read_session
from console.school.presenters.school import SchoolCalendar
from console.shared import shared
from infoscreen_core.domain.events.limits import LOOK_AHEAD
from infoscreen_core.domain.monitoring.fleet_count import FleetFigures
from infoscreen_core.domain.school.periods import find_coming, find_in_force
from infoscreen_core.services.monitoring import fleet as fleet_service
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.playing.playing import playing_overview
from infoscreen_core.services.playing.views import PlayingNow
from infoscreen_core.services.school.views import (
    find_active_period,
    list_holidays_near,
    list_periods,
)


@dataclass(frozen=True)
class Board:
    """The figures over the fleet, and the groups at the same instant."""

    fleet: FleetSnapshot
    cards: tuple[GroupCard, ...]
    """In the saved order, with what plays; the unassigned screens last."""


@shared(seconds=FRESH_SECONDS, entries=1, is_kept_in_outage=True, is_renewed=True)
def board() -> Board:
    """Return the figures, and each group with what plays there."""
    snapshot = fleet()
    with read_session() as session:
        plays = playing_overview(session, now=snapshot.taken_at, look_ahead=LOOK_AHEAD)
    names = [*snapshot.group_names.items(), (None, "")]
    return Board(
        snapshot,
        tuple(_card(group_id, name, snapshot.figures, plays) for group_id, name in names),
    )


def with_faces(cards: Sequence[GroupCard]) -> list[GroupCard]:
    """Return the groups with their picture and the screens that somebody should look at."""
    pictured, troubled = _faces(tuple(card.group_id for card in cards))
    return [
        replace(
            card,
            shown=pictured.get(card.group_id),
            troubled=tuple(one for one in troubled if one.group_id == card.group_id),
        )
        for card in cards
    ]


@shared(seconds=FRESH_SECONDS, entries=16, is_kept_in_outage=True, is_renewed=True)
def _faces(
    group_ids: tuple[int | None, ...],
) -> tuple[dict[int | None, ClientView], tuple[ClientView, ...]]:
    reading = reading_at(now())
    with read_session() as session:
        pictured = fleet_service.list_faces(session, group_ids, reading)
        troubled = fleet_service.list_troubled(session, group_ids, reading, limit=MOST_TROUBLED)
    return {one.group_id: one for one in pictured}, tuple(troubled)


@shared(seconds=FRESH_SECONDS, entries=8, is_kept_in_outage=True, is_renewed=True)
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


def _card(
    group_id: int | None,
    name: str,
    figures: FleetFigures,
    playing: Mapping[int, PlayingNow],
) -> GroupCard:
    nothing = PlayingNow()
    plays = nothing if group_id is None else playing.get(group_id, nothing)
    count = figures.of_groups((group_id,))
    return GroupCard(group_id, name, count, tuple(plays.current), plays.next)
