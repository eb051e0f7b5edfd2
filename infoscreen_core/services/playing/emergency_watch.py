"""The emergencies that are on now, and which screens are known to show them."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import emergencies as queries
from infoscreen_core.db.queries.emergencies import WatchedRow
from infoscreen_core.domain.monitoring.showing import ShowingFacts, Shown, judge_showing
from infoscreen_core.domain.screens.player import ObservedPower, screen_name
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.playing.views import EmergencyView, WatchedScreen


def list_emergencies(
    session: Session, *, now: datetime, grace: timedelta
) -> tuple[EmergencyView, ...]:
    """Return the emergencies that are on now, the one that began first first; one query.

    A player is offline after `grace`. What was planned as one in several groups is one.
    """
    together = defaultdict[tuple[datetime, datetime, str], list[WatchedRow]](list)
    for row in queries.list_watched(session, now):
        together[row.start, row.end, row.title].append(row)
    return tuple(_view(rows, now, grace) for _, rows in sorted(together.items()))


def _view(rows: list[WatchedRow], now: datetime, grace: timedelta) -> EmergencyView:
    first = rows[0]
    groups = {row.group_id: row.group_name for row in rows}
    places = {group_id: place for place, group_id in enumerate(groups)}
    screens = [(places[row.group_id], _screen(row, now, grace)) for row in rows if row.uuid]
    screens.sort(key=lambda one: (one[0], one[1].name.casefold(), one[1].uuid))
    return EmergencyView(
        title=first.title,
        text=first.message_text or "",
        look=first.message_severity,
        start=first.start,
        end=first.end,
        is_series=first.recurrence_rule is not None,
        event_ids=tuple(dict.fromkeys(row.event_id for row in rows)),
        group_names=tuple(groups.values()),
        screens=tuple(screen for _, screen in screens),
    )


def _screen(row: WatchedRow, now: datetime, grace: timedelta) -> WatchedScreen:
    uuid = row.uuid or ""
    name = screen_name(uuid, given=row.given_name, hostname=row.hostname)
    return WatchedScreen(uuid, name, row.group_name, _shown(row, now, grace))


def _shown(row: WatchedRow, now: datetime, grace: timedelta) -> Shown:
    facts = ShowingFacts(
        last_alive=row.last_alive,
        health_at=row.health_at,
        current_event_id=row.current_event_id,
        process_status=row.process_status,
        screen_health=row.screen_health or ScreenHealth.UNKNOWN,
        power_state=row.power_state or ObservedPower.UNKNOWN,
        is_held_off=row.held_off is not None,
        pictured_at=row.pictured_at,
    )
    return judge_showing(facts, event_id=row.event_id, began=row.start, now=now, grace=grace)
