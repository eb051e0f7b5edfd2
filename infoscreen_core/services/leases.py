"""Which of several equal programs leads: a lease that its holder renews.

No clock decides. Whoever wants the lease watches it by its own monotonic clock, and takes it only
after it has seen it unrenewed for `LEASE`; the holder stops leading, by its own, `MARGIN` before
that. So neither clocks that disagree nor a clock that is set makes two lead, or none for longer
than the lease. `expires_at` tells readers when it runs out, by the database's clock; one further
ahead than a lease is long was written before that clock was set, and means nothing.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import operations as queries

LEASE: Final = timedelta(seconds=5)
MARGIN: Final = timedelta(seconds=0.5)
"""How long before others may begin its holder stops: the two never lead at once."""

_SLACK: Final = timedelta(seconds=1)
"""How far a reader's clock may be behind all the same."""


class LeaseView(NamedTuple):
    """A lease as somebody saw it; each renewal changes it."""

    holder: str
    expires_at: datetime


def find(session: Session, name: str) -> LeaseView | None:
    """Return the lease, or None when nobody holds it."""
    lease = queries.find_lease(session, name)
    return LeaseView(lease.holder, lease.expires_at) if lease else None


def renew(session: Session, name: str, holder: str, *, now: datetime) -> bool:
    """Renew the lease; False when somebody else has taken it, or nobody holds it."""
    return queries.renew_lease(session, name, holder, until=_expiry(session, now))


def take(
    session: Session, name: str, holder: str, *, seen: LeaseView | None, now: datetime
) -> bool:
    """Take a lease that was last seen like this; False when it is no longer so."""
    until = _expiry(session, now)
    if seen is None:
        return queries.add_lease(session, name, holder, until=until)
    return queries.take_lease(session, name, holder, seen=seen, until=until)


def release(session: Session, name: str, holder: str) -> None:
    """Give the lease back before it runs out, if it is still this holder's."""
    queries.release_lease(session, name, holder)


def is_held(session: Session, name: str, *, now: datetime) -> bool:
    """Whether somebody holds the lease; `now` by the database's clock."""
    lease = find(session, name)
    return lease is not None and timedelta() < lease.expires_at - now <= LEASE + _SLACK


def _expiry(session: Session, now: datetime) -> datetime:
    return (queries.database_time_now(session) or now) + LEASE
