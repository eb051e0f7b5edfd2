"""Judging screens as the leading scheduler does, where none runs."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.services.monitoring import status_history

GRACE = timedelta(minutes=3)


def judge_all(session: Session, *, now: datetime, grace: timedelta = GRACE) -> None:
    """Judge every player, so that statuses and incidents are on record."""
    status_history.add_players(session, now=now)
    while status_history.judge_due(session, now=now, grace=grace).is_more_due:
        pass
