"""Reads of the audit trail, each along one index, and of its seals."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from infoscreen_core.db.models import AcademicPeriod, AuditEntry, AuditSeal, Client, User
from infoscreen_core.domain.people.audit import PERSONAL, AuditFilter, AuditPlace
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import screen_name

_MOST_NAMES: Final = 500
_UNSURE: Final = re.compile(r'ss|[^ -~]|["\\%_/]')
"""What stands otherwise in a stored text: escaped, or in another case."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Entries along an index, newest first: those that were looked at, and those that match."""

    found: Sequence[AuditEntry]
    reached: AuditPlace | None
    """How far it was looked; None: to the end."""


def look(
    session: Session,
    wanted: AuditFilter,
    *,
    before: AuditPlace | None,
    size: int,
    most: int | None = None,
) -> Portion:
    """Look at the next `size` entries of the filter's index; return those that match.

    With `most` it ends at the last of so many that match.
    """
    along = _along(wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(size)
    if before is not None:
        along = along.where(*_is_older(before))
    last = session.execute(along.offset(size - 1).limit(1)).first()
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    looked = along.subquery()
    query = (
        select(AuditEntry)
        .join(looked, looked.c.id == AuditEntry.id)
        .where(*_rest(wanted, is_sqlite=is_sqlite))
    )
    query = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most)
    rows = session.scalars(query).all()
    if most is not None and len(rows) == most:
        return Portion(rows, AuditPlace(rows[-1].at, rows[-1].id))
    return Portion(rows, None if last is None else AuditPlace(last.at, last.id))


def find_entry(session: Session, entry_id: int) -> AuditEntry | None:
    """Return the entry of this number, or None."""
    return session.get(AuditEntry, entry_id)


def list_values(session: Session, column: InstrumentedAttribute[str]) -> list[str]:
    """Return the different values of an indexed column: as many looks as there are values.

    There are at most `_MOST_NAMES`.
    """
    if session.get_bind().dialect.name != "sqlite":  # MariaDB leaps by itself from each to the next
        return list(session.scalars(select(column).distinct().limit(_MOST_NAMES)))
    steps = select(func.min(column).label("value"), literal(0).label("n")).cte(
        "steps", recursive=True
    )
    entry = aliased(AuditEntry)
    following = (
        select(func.min(getattr(entry, column.key)))
        .where(getattr(entry, column.key) > steps.c.value)
        .scalar_subquery()
    )
    more = select(following, steps.c.n + 1)
    steps = steps.union_all(more.where(steps.c.value.is_not(None), steps.c.n < _MOST_NAMES))
    return list(session.scalars(select(steps.c.value).where(steps.c.value.is_not(None))))


def list_superadmins(session: Session) -> set[int]:
    """Return the ids of all superadmins, and of those who were it when they were deleted."""
    present = session.scalars(select(User.id).where(User.role == Role.SUPERADMIN))
    gone = select(AuditEntry.entity_id, AuditEntry.before).where(
        AuditEntry.action == "user.deleted"
    )
    former = [
        entity_id
        for entity_id, before in session.execute(gone)
        if (before or {}).get("role") == Role.SUPERADMIN
    ]
    return {*present, *(int(one) for one in former if one.isdecimal())}


def map_user_names(session: Session) -> dict[int, str]:
    """Return the names of all users by their ids."""
    found = session.execute(select(User.id, User.username))
    return {user_id: name for user_id, name in found}  # noqa: C416 - typed rows, not pairs


def map_period_names(session: Session) -> dict[int, str]:
    """Return the names of all academic periods by their ids."""
    found = session.execute(select(AcademicPeriod.id, AcademicPeriod.name))
    return {period_id: name for period_id, name in found}  # noqa: C416 - the same


def map_screen_names(session: Session, uuids: Collection[str]) -> dict[str, str]:
    """Return the names of these screens by their UUIDs, of those that there are."""
    query = select(Client.uuid, Client.description, Client.hostname).where(Client.uuid.in_(uuids))
    return {
        uuid: screen_name(uuid, given=given, hostname=hostname)
        for uuid, given, hostname in session.execute(query)
    }


def find_seal_of(session: Session, entry_id: int) -> AuditSeal | None:
    """Return the seal of an entry, or None while it has none."""
    return session.scalars(select(AuditSeal).where(AuditSeal.entry_id == entry_id)).one_or_none()


def find_last_seal(session: Session) -> AuditSeal | None:
    """Return the end of the chain, or None while there is none."""
    last = select(func.max(AuditSeal.number)).scalar_subquery()
    return session.scalars(select(AuditSeal).where(AuditSeal.number == last)).first()


def newest_sealed(session: Session) -> int:
    """Return the highest number of an entry that has a seal; 0 without any."""
    return session.scalar(select(func.max(AuditSeal.entry_id))) or 0


def newest_entry(session: Session) -> int:
    """Return the highest number of an entry; 0 without any."""
    return session.scalar(select(func.max(AuditEntry.id))) or 0


def list_unsealed(session: Session, *, after: int, until: int, limit: int) -> list[AuditEntry]:
    """Return entries without a seal by their numbers, from `after` (without it) to `until`."""
    is_sealed = select(AuditSeal.number).where(AuditSeal.entry_id == AuditEntry.id).exists()
    query = select(AuditEntry).where(AuditEntry.id > after, AuditEntry.id <= until, ~is_sealed)
    return list(session.scalars(query.order_by(AuditEntry.id).limit(limit)))


def list_links(
    session: Session, *, after: int, limit: int
) -> Sequence[Row[AuditSeal, AuditEntry | None]]:
    """Return the next links of the chain, each with its entry if that is still there."""
    query = (
        select(AuditSeal, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.id == AuditSeal.entry_id)
        .where(AuditSeal.number > after)
    )
    return session.execute(query.order_by(AuditSeal.number).limit(limit)).all()


def _along(wanted: AuditFilter) -> Select[int, Any]:
    """Return the query along the index that narrows most."""
    index, conditions = _driver(wanted)
    query = select(AuditEntry.id, AuditEntry.at).where(*conditions, *_in_span(wanted))
    # MariaDB may hope to find a page's entries early along another index, and read millions.
    for dialect in ("mysql", "mariadb"):
        query = query.with_hint(AuditEntry, f"FORCE INDEX (ix_audit_log_{index})", dialect)
    return query.with_hint(AuditEntry, f"INDEXED BY ix_audit_log_{index}", "sqlite")


def _driver(wanted: AuditFilter) -> tuple[str, list[ColumnElement[bool]]]:
    if wanted.entity is not None and wanted.entity_id is not None:
        return "entity", [
            AuditEntry.entity == wanted.entity,
            AuditEntry.entity_id == wanted.entity_id,
        ]
    for index, column, value in (
        ("source", AuditEntry.source, wanted.source),
        ("actor", AuditEntry.actor_name, wanted.actor),
        ("action", AuditEntry.action, wanted.action),
        ("kind", AuditEntry.entity, wanted.entity),
    ):
        if value is not None:
            return index, [column == value]
    return "at", []


def _rest(wanted: AuditFilter, *, is_sqlite: bool) -> Iterator[ColumnElement[bool]]:
    """Return all that is asked for: the index has answered some of it already."""
    for column, value in (
        (AuditEntry.source, wanted.source),
        (AuditEntry.actor_name, wanted.actor),
        (AuditEntry.action, wanted.action),
        (AuditEntry.entity, wanted.entity),
    ):
        if value is not None:
            yield column == value
    if wanted.hidden_users:
        yield from _not_about(wanted.hidden_users)
    if wanted.text:
        yield _may_hold(wanted.text, is_sqlite=is_sqlite)


def _in_span(wanted: AuditFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.start is not None:
        yield AuditEntry.at >= wanted.start
    if wanted.end is not None:
        yield AuditEntry.at < wanted.end


def _is_older(place: AuditPlace) -> Iterator[ColumnElement[bool]]:
    yield AuditEntry.at <= place.at  # lets the index begin where the page does
    yield or_(
        AuditEntry.at < place.at, and_(AuditEntry.at == place.at, AuditEntry.id < place.entry_id)
    )


def _not_about(users: frozenset[int]) -> Iterator[ColumnElement[bool]]:
    ids = [str(one) for one in sorted(users)]
    yield not_(and_(AuditEntry.entity == "user", AuditEntry.entity_id.in_(ids)))
    own = and_(AuditEntry.entity.in_(sorted(PERSONAL)), AuditEntry.actor_id.in_(sorted(users)))
    # Without an actor the comparison is neither true nor false.
    yield or_(AuditEntry.actor_id.is_(None), not_(own))


def _may_hold(text: str, *, is_sqlite: bool) -> ColumnElement[bool]:
    """Return a condition that leaves out most of what a text is no part of, and no other entry.

    What is looked for is most often nowhere, so this is what a search costs: one look for the
    longest piece that is stored as it is typed, in any case. MariaDB matches a regular expression
    in half the time of `LIKE`, which would also need a copy in lower case.
    """
    piece = max(_UNSURE.split(text.casefold()), key=len)
    columns = (AuditEntry.actor_name, AuditEntry.entity_id, AuditEntry.before, AuditEntry.after)
    texts = [type_coerce(column, String) for column in columns]
    if is_sqlite:
        return or_(*(one.like(f"%{piece}%") for one in texts))
    return or_(*(one.regexp_match(f"(?i){re.escape(piece)}") for one in texts))
