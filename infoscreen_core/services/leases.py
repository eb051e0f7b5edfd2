"""Which of several equal programs leads: a lease that its holder renews before it runs out."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import operations as queries


def claim(session: Session, name: str, holder: str, *, now: datetime, duration: timedelta) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    Whoever gets True leads for `duration` from `now` on, by the clock of the machine that asked.
    """
    return queries.claim_lease(session, name, holder, now=now, until=now + duration)


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back before it runs out, if it is still this holder's."""
    queries.release_lease(session, name, holder)
