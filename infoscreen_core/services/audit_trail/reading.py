"""Entries of the audit trail, found: what of them an actor may see, a page at a time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, AuditSeal
from infoscreen_core.db.queries import groups as group_queries
from infoscreen_core.db.queries.people import audit as queries
from infoscreen_core.domain.people.audit import AuditFilter, AuditPlace, holds_text
from infoscreen_core.domain.people.audit_seals import Seal
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.audit_trail.views import Choices, EntryPage, EntryView, Names

_LOOKS: Final = (60, 400, 1_200)
"""How many entries are looked at for one page: most often the first few hold it."""
_LOOKS_FOR_TEXT: Final = (60, 400, 600)
"""The same where each has to be read for it."""
_LOOKS_FURTHER: Final = (1_000, 10_000, 20_000, 20_000)
"""The same for who goes on after that: a second is worth it, and twenty such make a million."""
_PORTION: Final = 1_000
_FIRST_PORTION: Final = 200
"""Of a file, so that it begins at once."""
_OF_SCREENS: Final = frozenset({"client", "plug"})
"""What entries are about whose ids are those of screens."""


def narrowed(session: Session, wanted: AuditFilter, *, actor: Actor) -> AuditFilter:
    """Return what is asked for without what the actor may not see: entries about superadmins."""
    actor.require(Role.ADMIN)
    if actor.role is Role.SUPERADMIN:
        return wanted
    return replace(wanted, hidden_users=frozenset(queries.list_superadmins(session)))


def find_entries(
    session: Session,
    wanted: AuditFilter,
    *,
    before: AuditPlace | None = None,
    limit: int,
    actor: Actor,
) -> EntryPage:
    """Return a page of entries, newest first.

    Only so many are looked at for it. When few of those match, the page has less than `limit` and
    says how far back it came; `next` goes on from there.
    """
    seen = narrowed(session, wanted, actor=actor)
    found: list[EntryView] = []
    place = before
    for size in _looks(wanted, before):
        most = limit + 1 - len(found)
        portion = queries.look(session, seen, before=place, size=size, most=most)
        found += _views(portion.found, seen)
        if len(found) > limit:
            return EntryPage(tuple(found[:limit]), found[limit - 1].place)
        place = portion.reached
        if place is None:
            return EntryPage(tuple(found), None)
    return EntryPage(tuple(found), place, searched_to=place.at if place else None)


def _looks(wanted: AuditFilter, before: AuditPlace | None) -> Sequence[int]:
    if not wanted.text:
        return _LOOKS
    return _LOOKS_FOR_TEXT if before is None else _LOOKS_FURTHER


def each_portion(
    session: Session, wanted: AuditFilter, *, limit: int | None = None, actor: Actor
) -> Iterator[list[EntryView]]:
    """Return all entries, newest first, some at a time, however many there are."""
    seen, place, left = narrowed(session, wanted, actor=actor), None, limit
    while left is None or left > 0:
        size = _PORTION if place else _FIRST_PORTION
        portion = queries.look(session, seen, before=place, size=size)
        views = list(_views(portion.found, seen))[:left]
        if views:
            yield views
        session.expunge_all()  # else they would all stay in memory
        place = portion.reached
        if place is None:
            return
        left = None if left is None else left - len(views)


def get_entry(session: Session, entry_id: int, *, actor: Actor) -> EntryView:
    """Return an entry; raise `NotFoundError` for one that is not, or not for this actor."""
    row = queries.find_entry(session, entry_id)
    if row is None or not _is_visible(session, row, actor):
        raise NotFoundError("There is no entry {number} in the audit trail.", number=entry_id)
    return view(row)


def find_seal(session: Session, entry_id: int) -> Seal | None:
    """Return the seal of an entry, None while it has none."""
    row = queries.find_seal_of(session, entry_id)
    return None if row is None else link(row)


def list_choices(session: Session, *, actor: Actor) -> Choices:
    """Return who acts, what is done and what it is done to, as it stands in the entries."""
    actor.require(Role.ADMIN)
    return Choices(
        tuple(queries.list_values(session, AuditEntry.actor_name)),
        tuple(queries.list_values(session, AuditEntry.action)),
        tuple(queries.list_values(session, AuditEntry.entity)),
    )


def read_names(session: Session, *, actor: Actor) -> Names:
    """Return the names of groups, periods and people whom the actor may see."""
    hidden = set() if actor.role is Role.SUPERADMIN else queries.list_superadmins(session)
    users = queries.map_user_names(session)
    return Names(
        group_queries.map_names(session),
        {key: name for key, name in users.items() if key not in hidden},
        queries.map_period_names(session),
    )


def read_screen_names(session: Session, entries: Iterable[EntryView]) -> dict[str, str]:
    """Return the names of the screens that the entries are about, by UUID."""
    uuids = {uuid for one in entries for uuid in _screens_of(one)}
    return queries.map_screen_names(session, uuids) if uuids else {}


def _screens_of(entry: EntryView) -> Iterator[str]:
    if entry.entity in _OF_SCREENS:
        yield entry.entity_id
    for values in (entry.before, entry.after):
        if isinstance(uuid := (values or {}).get("client_uuid"), str):
            yield uuid


def view(row: AuditEntry) -> EntryView:
    """Return an entry as readers see it."""
    return EntryView(
        id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        source=row.source,
        action=row.action,
        entity=row.entity,
        entity_id=row.entity_id,
        before=row.before,
        after=row.after,
    )


def link(row: AuditSeal) -> Seal:
    """Return a link of the chain as its rules take it."""
    return Seal(row.number, row.entry_id, row.previous, row.digest, row.sealed_at)


def _views(rows: Sequence[AuditEntry], wanted: AuditFilter) -> Iterator[EntryView]:
    text = wanted.text.casefold()
    for row in rows:
        if not text or _holds(row, text):
            yield view(row)


def _holds(row: AuditEntry, text: str) -> bool:
    own = {"actor": row.actor_name, "id": row.entity_id}
    return any(holds_text(values, text) for values in (own, row.before, row.after))


def _is_visible(session: Session, row: AuditEntry, actor: Actor) -> bool:
    around = AuditFilter(entity=row.entity, entity_id=row.entity_id)
    seen = narrowed(session, around, actor=actor)
    after = AuditPlace(row.at, row.id + 1)
    return any(one.id == row.id for one in queries.look(session, seen, before=after, size=1).found)
