"""The record of statuses, brought up to date as a leading scheduler does it."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientStatus
from infoscreen_core.services.monitoring import status_history

GRACE = timedelta(seconds=180)


def catch_up(session: Session, *, now: datetime, grace: timedelta = GRACE) -> None:
    """Judge every player whose turn has come, new ones too."""
    status_history.add_players(session, now=now)
    while status_history.judge_due(session, now=now, grace=grace).is_more_due:
        session.flush()


def judge_all(session: Session, *, now: datetime, grace: timedelta = GRACE) -> None:
    """Judge every player, also where tests changed what is known of it without a word."""
    session.execute(update(ClientStatus).values(judge_at=now))
    session.expire_all()
    catch_up(session, now=now, grace=grace)
