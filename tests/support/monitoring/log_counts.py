"""What is counted of log lines, and the same made anew from the lines."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientLog,
    LogCount,
    LogFamily,
    LogFamilyClient,
    LogFamilyDay,
    LogFamilyHour,
    LogHour,
)
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.logs.lines import hour_number
from infoscreen_core.domain.screens.player import LogLevel

_DAY_0 = date(1970, 1, 1).toordinal()
Counts = Mapping[str, Mapping[Any, Any]]


def stored_counts(session: Session) -> Counts:
    """What the tables of counts hold; rows that count nothing are left out."""
    return {
        "clients": {
            (row.client_uuid, row.hour, row.level): row.line_count
            for row in session.scalars(select(LogCount))
        },
        "hours": {
            (row.hour, row.level): row.line_count
            for row in session.scalars(select(LogHour).where(LogHour.line_count != 0))
        },
        "families": {
            (row.family_id, row.hour): row.line_count
            for row in session.scalars(select(LogFamilyHour).where(LogFamilyHour.line_count != 0))
        },
        "days": {
            (row.family_id, row.day): row.line_count
            for row in session.scalars(select(LogFamilyDay).where(LogFamilyDay.line_count != 0))
        },
        "shapes": {
            row.id: (row.level, row.shape, row.first_at, row.last_at)
            for row in session.scalars(select(LogFamily))
        },
        "seen": {
            (row.family_id, row.client_uuid): (row.first_at, row.last_at)
            for row in session.scalars(select(LogFamilyClient))
        },
    }


def recount(session: Session) -> Counts:
    """The same from the lines alone."""
    clients, hours = Counter[Any](), Counter[Any]()
    families, days = Counter[Any](), Counter[Any]()
    shapes: dict[int, tuple[Any, ...]] = {}
    seen: dict[Any, tuple[Any, Any]] = {}
    for line in session.scalars(select(ClientLog)):
        at, hour = line.ordered_at, hour_number(line.ordered_at)
        family = family_of(LogLevel(line.level), line.message)
        assert line.family_id == family.id
        clients[line.client_uuid, hour, line.level] += 1
        hours[hour, line.level] += 1
        families[family.id, hour] += 1
        days[family.id, at.toordinal() - _DAY_0] += 1
        first, last = shapes.get(family.id, (0, 0, at, at))[2:]
        shapes[family.id] = line.level, family.shape, min(first, at), max(last, at)
        key = family.id, line.client_uuid
        first, last = seen.get(key, (at, at))
        seen[key] = min(first, at), max(last, at)
    return {
        "clients": clients,
        "hours": hours,
        "families": families,
        "days": days,
        "shapes": shapes,
        "seen": seen,
    }
