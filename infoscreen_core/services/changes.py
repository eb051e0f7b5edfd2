"""Tell other processes that something changed, in the transaction that changes it."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ChangeCounter

SCHEDULE = "schedule"
"""Events, occurrences, groups or settings that decide what plays changed."""
MEDIA = "media"
"""There is something to convert."""


def bump(session: Session, subject: str = SCHEDULE) -> None:
    """Raise the subject's counter; pollers see it once the caller commits."""
    session.flush()
    session.execute(
        update(ChangeCounter)
        .where(ChangeCounter.subject == subject)
        .values(value=ChangeCounter.value + 1)
        .execution_options(synchronize_session=False)
    )


def current(session: Session, subject: str = SCHEDULE) -> int:
    """Return the subject's counter (0 when it was never seeded)."""
    return session.scalar(select(ChangeCounter.value).where(ChangeCounter.subject == subject)) or 0


def add_counter(session: Session, subject: str = SCHEDULE) -> None:
    """Add the subject's counter if it is missing: without a row, no change would wake anybody."""
    if session.get(ChangeCounter, subject) is None:
        session.add(ChangeCounter(subject=subject))
