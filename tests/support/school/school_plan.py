"""A district's lessons: thousands of groups with twenty series each, and their index."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Column, Table, insert, literal, select
from sqlalchemy.orm import Session

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import ClientGroup, Event, Occurrence
from infoscreen_core.services.events import occurrences
from tests.support.events.planning import Sessions

SERIES_PER_GROUP: Final = 20
ZONE: Final = ZoneInfo("Europe/Vienna")
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LESSONS: Final = 9
"""Hours of a school day; the fifth goes on while the plan is made."""
_WEEKS_OLD: Final = range(1, 104)
_LESSON: Final = timedelta(minutes=50)
_SINCE_THE_BELL: Final = timedelta(minutes=5)


def add_plan(sessions: Sessions, groups: int, *, now: datetime, seed: int = 20260907) -> None:
    """Store groups 1, 2, … with their series, and index them as the nightly job does.

    `now` is five minutes into a lesson: most groups show something.
    """
    dice = random.Random(seed)
    with sessions.begin() as session:
        session.execute(
            insert(ClientGroup), [_group(number, now) for number in range(1, groups + 1)]
        )
        for first in range(1, groups + 1, 100):
            numbers = range(first, min(first + 100, groups + 1))
            session.execute(
                insert(Event),
                [_series(number, n, now, dice) for number in numbers for n in _plan()],
            )
    while _index_some(sessions, now):
        pass


def multiply_plan(sessions: Sessions, groups: int, times: int) -> None:
    """Copy the plan of that many groups until there are `times` as many, in the database itself."""
    steps: dict[Table, dict[str, int]] = {
        _table(ClientGroup): {"id": groups},
        _table(Event): {"id": groups * SERIES_PER_GROUP, "group_id": groups},
        _table(Occurrence): {"event_id": groups * SERIES_PER_GROUP, "group_id": groups},
    }
    for copy in range(1, times):
        with sessions.begin() as session:
            for table, shifts in steps.items():
                _copy(session, table, {name: by * copy for name, by in shifts.items()}, groups)


def _plan() -> range:
    return range(SERIES_PER_GROUP)


def _group(number: int, now: datetime) -> dict[str, Any]:
    return {"id": number, "name": f"Room {number}", "created_at": now}


def _series(group_id: int, number: int, now: datetime, dice: random.Random) -> dict[str, Any]:
    bell = now.astimezone(ZONE).replace(second=0, microsecond=0, tzinfo=None) - _SINCE_THE_BELL
    hour = timedelta(hours=number % _LESSONS - _LESSONS // 2)
    start = (
        (bell + hour - timedelta(weeks=dice.choice(_WEEKS_OLD)))
        .replace(tzinfo=ZONE)
        .astimezone(UTC)
    )
    return {
        "group_id": group_id,
        "title": f"Lesson {number}",
        "event_type": "website",
        "website_url": "https://example.org/plan",
        "start": start,
        "end": start + _LESSON,
        "timezone": ZONE.key,
        "recurrence_rule": _rule(dice),
        "created_at": now,
        "updated_at": now,
    }


def _rule(dice: random.Random) -> str:
    some_days = ",".join(dice.sample(_WEEKDAYS, dice.randrange(1, 4)))
    return dice.choice(
        (
            *4 * (f"FREQ=WEEKLY;BYDAY={some_days}",),
            *2 * ("FREQ=DAILY",),
            *2 * ("FREQ=WEEKLY",),
            f"FREQ=WEEKLY;INTERVAL=2;BYDAY={some_days}",
            "FREQ=MONTHLY;BYDAY=1MO,3TH",
        )
    )


def _index_some(sessions: Sessions, now: datetime) -> int:
    with sessions.begin() as session:
        return occurrences.extend_batch(session, now=now)


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def _copy(session: Session, table: Table, shifts: dict[str, int], groups: int) -> None:
    """Copy the first groups' rows; what is counted moves on, names get a number of their own."""
    columns = [
        column for column in table.columns if column.name in shifts or not column.primary_key
    ]
    group = table.c.id if table.name == ClientGroup.__tablename__ else table.c.group_id
    rows = select(*(_shifted(column, shifts) for column in columns)).where(group <= groups)
    session.execute(
        insert(table).from_select([column.name for column in columns], rows, include_defaults=False)
    )


def _shifted(column: Column[Any], shifts: dict[str, int]) -> Any:  # noqa: ANN401 - a column, or one and a number
    if column.name in shifts:
        return column + shifts[column.name]
    return column + literal(f" of copy {shifts['id']}") if column.name == "name" else column
