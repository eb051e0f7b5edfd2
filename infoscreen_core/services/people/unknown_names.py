"""Failed sign-ins under names that nobody has, in the audit trail: who guesses, and how much.

Anybody may try any name as often as they like, and entries stay for good. So there is one entry for
each address and quarter of an hour, with numbers, and one together for all addresses beyond the
busiest. The names themselves never stand in it: people type passwords there by mistake.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.clock import to_zulu
from infoscreen_core.db.queries.people import origins as queries
from infoscreen_core.db.queries.people import users as user_queries
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import audit, turns
from infoscreen_core.services.actor import SYSTEM, Actor
from infoscreen_core.services.turns import Turn

QUARTER: Final = timedelta(minutes=15)
MOST_ADDRESSES: Final = 50
"""In a quarter of an hour; all beyond are told together."""
OTHERS: Final = "*"
"""Stands for those."""
_ACTION: Final = "address.names_guessed"
_DELAY: Final = timedelta(minutes=1)
"""A try that began in a quarter may be stored a moment after its end."""
_LOOK_BACK: Final = timedelta(days=1)
"""So long failed sign-ins are kept at least."""
_ID_LIMIT: Final = 36


@dataclass(frozen=True, slots=True)
class _Guesses:
    """What came from an address, or from several, within a quarter of an hour."""

    address: str
    tries: int
    names: int
    addresses: int = 1


def settled_until(now: datetime) -> datetime:
    """Return the end of the last quarter of an hour of which every try is stored."""
    seconds = (now - _DELAY).timestamp()
    return datetime.fromtimestamp(seconds - seconds % QUARTER.total_seconds(), UTC)


def note(session: Session, *, now: datetime) -> int:
    """Write entries for the quarters of an hour that have none yet; return how many entries."""
    turns.take(session, Turn.UNKNOWN_NAMES)
    end = settled_until(now)
    start = max(_noted_until(session, now) or end - _LOOK_BACK, end - _LOOK_BACK)
    known = {name.lower()[:NAME_LIMIT] for name in user_queries.list_all_names(session)}
    count = 0
    while (first := queries.find_failure_at(session, start, end)) is not None:
        quarter = settled_until(first + _DELAY)
        start = quarter + QUARTER
        for guesses in _guesses(session, quarter, known):
            _record(session, guesses, quarter, now)
            count += 1
    session.flush()
    return count


def _noted_until(session: Session, now: datetime) -> datetime | None:
    """Return how far the entries reach that were written by now, if there are any."""
    after = audit.find_newest(session, _ACTION, until=now)
    return datetime.fromisoformat(after["end"]) if after else None


def _guesses(session: Session, quarter: datetime, known: set[str]) -> Iterator[_Guesses]:
    names: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for address, name, tries in queries.count_strangers(session, quarter, quarter + QUARTER):
        if name not in known:
            names[address][name] += tries
    found = [_Guesses(one, tried.total(), len(tried)) for one, tried in names.items()]
    found.sort(key=lambda one: (-one.tries, one.address))
    yield from found[:MOST_ADDRESSES]
    if rest := found[MOST_ADDRESSES:]:
        different = set[str]().union(*(names[one.address] for one in rest))
        yield _Guesses(OTHERS, sum(one.tries for one in rest), len(different), len(rest))


def _record(session: Session, guesses: _Guesses, quarter: datetime, now: datetime) -> None:
    audit.record(
        session,
        _ACTION,
        "address",
        guesses.address[:_ID_LIMIT],
        actor=Actor(None, SYSTEM.name, Role.SUPERADMIN, guesses.address),
        now=now,
        after={
            "start": to_zulu(quarter),
            "end": to_zulu(quarter + QUARTER),
            "failed_login_attempts": guesses.tries,
            "unknown_names": guesses.names,
            "addresses": guesses.addresses,
        },
    )
