"""Rows of players' health, as the listener writes them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientHealth, ClientHealthHour
from infoscreen_core.domain.monitoring.health import STRETCH, Figures, Metric, Stretch
from infoscreen_core.services.monitoring import health

NOW = datetime.fromisoformat("2026-11-23T08:07:00+00:00")


def add_players(sessions: sessionmaker[Session], *uuids: str) -> None:
    with sessions.begin() as session:
        session.add_all(Client(uuid=uuid, registration_time=NOW) for uuid in uuids)


def stretch(at: datetime, value: float = 50, *, count: int = 60, reconnects: int = 0) -> Stretch:
    figures = {metric: Figures(value - 1, value, value + 2, count) for metric in Metric}
    return Stretch(at, figures, reconnects)


def varied(since: datetime, count: int, seed: int) -> list[Stretch]:
    """Stretches in a row with gaps, some without a metric."""
    luck = random.Random(seed)
    return [
        Stretch(
            since + STRETCH * number,
            {
                metric: Figures(low, low + 3, low + 9, luck.randint(1, 60))
                for metric in Metric
                if luck.random() < 0.8
                for low in (luck.uniform(-10, 80),)
            },
            luck.randint(0, 2),
        )
        for number in range(count)
        if luck.random() < 0.9
    ]


def write(sessions: sessionmaker[Session], uuid: str, stretches: Sequence[Stretch]) -> None:
    with sessions.begin() as session:
        health.store(session, {(uuid, one.at): one for one in stretches})


def stored(
    sessions: sessionmaker[Session], table: type[ClientHealth | ClientHealthHour], uuid: str
) -> list[Stretch]:
    with sessions() as session:
        found: Any = session.scalars(
            select(table).where(table.client_uuid == uuid).order_by(table.at)
        )
        return [health.stretch_of(vars(row)) for row in found]


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)
