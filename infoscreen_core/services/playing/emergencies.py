"""Write the beginning and the end of each emergency on the screens to the audit trail, once."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import RunningEmergency
from infoscreen_core.db.queries import emergencies as queries
from infoscreen_core.services import audit
from infoscreen_core.services.actor import SYSTEM

BEGAN, ENDED = "emergency.began", "emergency.ended"


@dataclass(frozen=True)
class EmergencyNote:
    """What was noted of one emergency, in all groups that it is shown in together."""

    action: str
    title: str
    groups: int
    screens: int


def note(session: Session, on_screen: AbstractSet[int], *, now: datetime) -> list[EmergencyNote]:
    """Note the emergencies that began or ended since the last time, and return them.

    `on_screen` are the ids of the emergencies that screens show now. What runs is remembered in the
    transaction that notes it, so nothing is noted twice: not after a restart, and not by two
    schedulers.
    """
    running = {row.event_id: row for row in queries.list_running(session)}
    ended = [row for event_id, row in running.items() if event_id not in on_screen]
    began = _begin(session, on_screen - running.keys(), now)
    for row in ended:
        session.delete(row)
    session.flush()
    return [
        *(_record(session, ENDED, rows, now) for rows in _together(ended)),
        *(_record(session, BEGAN, rows, now) for rows in _together(began)),
    ]


def _begin(session: Session, event_ids: Collection[int], now: datetime) -> list[RunningEmergency]:
    shown = {row.event_id: row for row in queries.list_active(session, event_ids, now)}
    screens = queries.count_screens(session, {row.group_id for row in shown.values()})
    rows = [
        RunningEmergency(
            event_id=row.event_id,
            group_id=row.group_id,
            title=row.title,
            start=row.start,
            end=row.end,
            screens=screens.get(row.group_id, 0),
            began_at=now,
        )
        for row in shown.values()
    ]
    session.add_all(rows)
    return rows


def _together(rows: Iterable[RunningEmergency]) -> list[list[RunningEmergency]]:
    """Group the rows that were planned as one: an emergency is a separate event in each group."""
    planned_together = defaultdict[tuple[str, datetime, datetime], list[RunningEmergency]](list)
    for row in sorted(rows, key=lambda row: row.event_id):
        planned_together[row.title, row.start, row.end].append(row)
    return list(planned_together.values())


def _record(
    session: Session, action: str, rows: list[RunningEmergency], now: datetime
) -> EmergencyNote:
    first, screens = rows[0], sum(row.screens for row in rows)
    facts = {
        "title": first.title,
        "start": first.start.isoformat(),
        "end": first.end.isoformat(),
        "event_ids": [row.event_id for row in rows],
        "group_ids": [row.group_id for row in rows],
        "groups": len(rows),
        "screens": screens,
    }
    if action == ENDED:
        facts["is_early"] = now < first.end
    before, after = (facts, None) if action == ENDED else (None, facts)
    audit.record(
        session, action, "event", first.event_id, actor=SYSTEM, now=now, before=before, after=after
    )
    return EmergencyNote(action, first.title, len(rows), screens)
