"""When too many wrong passwords shut somebody out, and whom.

Failures are counted by name and where they come from (`domain.people.origins`): those of strangers
together, those from an address or with a browser that the account knows each for itself. So wrong
passwords from elsewhere never keep out a person at their own desk (OWASP calls the browser's mark a
device cookie). One address that fails with many names is shut out, too, except for browsers that
an account knows. Where the current password is asked for within a session, wrong ones are counted
by that session alone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import KnownOrigin, LoginFailure, User
from infoscreen_core.db.queries.people import origins as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.origins import (
    MOST_ORIGINS,
    ORIGIN_LIFE,
    OriginKind,
    Standing,
    site_of,
)
from infoscreen_core.domain.text.elapsed import CLOCK_SLACK
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.services import turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.tokens import new_token, token_hash

LOCKOUT_WINDOW: Final = timedelta(minutes=15)
LOCKOUT_DURATION: Final = timedelta(minutes=15)
FAILURES_PER_NAME: Final = 5
FAILURES_PER_ADDRESS: Final = 20

_ADDRESS_LIMIT: Final = 45
_TOKEN_LENGTH: Final = len(new_token())


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who knocks: under which name, from where, with which browser."""

    name: str
    address: str
    user_agent: str | None
    device: str | None = None
    """What the browser's device cookie holds, whether it is known or not."""

    @classmethod
    def of(cls, name: str, address: str, user_agent: str | None, device: str | None) -> "Visitor":
        """Return the visitor with what can be stored of name and address."""
        return cls(
            storable(normalised(name), NAME_LIMIT),
            storable(address, _ADDRESS_LIMIT),
            user_agent,
            device if device and len(device) == _TOKEN_LENGTH and device.isascii() else None,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """What an attempt is counted as."""

    name: str
    """In lower case; of a known user or not."""
    site: str
    standing: Standing
    device: str | None

    @property
    def mark(self) -> str | None:
        """The browser or address that is counted for itself; None for strangers."""
        return {Standing.DEVICE: self.device, Standing.ADDRESS: self.site}.get(self.standing)


def door_of(session: Session, visitor: Visitor, user: User | None, *, now: datetime) -> Door:
    """Return what an attempt of this visitor is counted as; unknown names know nobody."""
    site, device = site_of(visitor.address), token_hash(visitor.device or "")
    user_id = user.id if user else 0
    standing = Standing.STRANGER
    if _is_known(session, user_id, OriginKind.ADDRESS, site, now):
        standing = Standing.ADDRESS
    if _is_known(session, user_id, OriginKind.DEVICE, device, now):
        standing = Standing.DEVICE
    known = device if standing is Standing.DEVICE else None
    return Door(visitor.name.lower()[:NAME_LIMIT], site, standing, known)


def door_within(user: User, actor: Actor) -> Door:
    """Return what a wrong password is counted as where the actor, who is in, is asked for it.

    As that of a known browser, told from others by the session or API token that was shown.
    """
    name, site = user.username.lower()[:NAME_LIMIT], site_of(actor.source)
    return Door(name, storable(site, _ADDRESS_LIMIT), Standing.DEVICE, actor.shown)


def take_turn(session: Session, door: Door) -> None:
    """Wait for others who try the same at once, so that no try goes uncounted."""
    turns.take_for_sign_in(session, f"{door.name} {door.standing} {door.mark}", door.site)


def locked_until(session: Session, door: Door, *, now: datetime) -> datetime | None:
    """Return when the lockout of this door ends; None while it is open."""
    ends = [_name_end(session, door.name, door.standing, door.mark, now)]
    if door.standing is not Standing.DEVICE:
        failures = queries.list_failures_from(
            session, door.site, until=now + CLOCK_SLACK, limit=FAILURES_PER_ADDRESS
        )
        ends.append(_lockout_end(failures, FAILURES_PER_ADDRESS))
    return max((end for end in ends if end is not None and end > now), default=None)


def note_failure(session: Session, door: Door, user: User | None, *, now: datetime) -> bool:
    """Count a failed try; return whether it locked the account for those who come from there."""
    session.add(
        LoginFailure(
            ip=door.site, username=door.name, standing=door.standing, device=door.device, at=now
        )
    )
    session.flush()
    if user is None:
        return False
    end = _name_end(session, door.name, door.standing, door.mark, now)
    user.failed_login_attempts += 1
    user.last_failed_login_at = now
    user.locked_until = max(filter(None, (end, _still(user.locked_until, now))), default=None)
    session.flush()
    return end is not None and end > now


def forgive(session: Session, door: Door, user: User, *, now: datetime) -> None:
    """Forget the failures from there: somebody had the right password. Others' still count."""
    queries.delete_failures_of(session, door.name, door.standing, mark=door.mark)
    user.failed_login_attempts = 0
    strangers = _name_end(session, door.name, Standing.STRANGER, None, now)
    user.locked_until = _still(strangers, now)


def unlock(session: Session, user: User) -> None:
    """Forget a user's failed sign-ins, wherever they came from."""
    user.failed_login_attempts, user.locked_until = 0, None
    user_queries.delete_failures_of(session, user.username.lower())


def remember(session: Session, visitor: Visitor, user: User, *, now: datetime) -> str:
    """Keep that the account was entered from there; return what the device cookie is to hold."""
    device = visitor.device or new_token()
    _note(session, user.id, OriginKind.DEVICE, token_hash(device), now)
    _note(session, user.id, OriginKind.ADDRESS, site_of(visitor.address), now)
    return device


def forget_origins(session: Session, user: User) -> None:
    """Know no browser and no address of the account any more."""
    queries.delete_origins_of(session, user.id)


def purge(session: Session, *, now: datetime) -> None:
    """Forget browsers and addresses that have not been used for long."""
    queries.delete_origins(session, before=now - ORIGIN_LIFE)


def storable(text: str, limit: int) -> str:
    """Return what can be stored of a text that anybody may have sent."""
    return text.encode("utf-8", "replace").decode().replace("\0", "?")[:limit]


def _is_known(session: Session, user_id: int, kind: OriginKind, mark: str, now: datetime) -> bool:
    found = queries.find_origin(session, user_id, kind, mark)
    return found is not None and now - found.last_seen_at < ORIGIN_LIFE


def _note(session: Session, user_id: int, kind: OriginKind, mark: str, now: datetime) -> None:
    found = queries.find_origin(session, user_id, kind, mark)
    if found:
        found.last_seen_at = now
    else:
        session.add(
            KnownOrigin(user_id=user_id, kind=kind, mark=mark, first_seen_at=now, last_seen_at=now)
        )
    session.flush()
    for old in queries.list_origins(session, user_id, kind)[MOST_ORIGINS:]:
        session.delete(old)


def _name_end(
    session: Session, name: str, standing: Standing, mark: str | None, now: datetime
) -> datetime | None:
    failures = queries.list_failures_of(
        session, name, standing, mark=mark, until=now + CLOCK_SLACK, limit=FAILURES_PER_NAME
    )
    return _lockout_end(failures, FAILURES_PER_NAME)


def _lockout_end(newest_first: list[datetime], threshold: int) -> datetime | None:
    if len(newest_first) < threshold or newest_first[0] - newest_first[-1] >= LOCKOUT_WINDOW:
        return None
    return newest_first[0] + LOCKOUT_DURATION


def _still(end: datetime | None, now: datetime) -> datetime | None:
    return end if end and end > now else None
