"""Groups of players: create, name, order, delete."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.contracts.events import event_list_payload
from infoscreen_core.contracts.topics import events_topic, retained_group_topics
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.db.queries import groups as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.names import folded, normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError, Refusals
from infoscreen_core.services import audit, changes, outbox, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens import group_contents
from infoscreen_core.services.unique_names import taken_is

NAME_LIMIT = 100
DESCRIPTION_LIMIT = 500


def create_group(
    session: Session, name: str, *, description: str | None = None, actor: Actor, now: datetime
) -> ClientGroup:
    """Create a group; it stands last in every list until somebody moves it."""
    actor.require(Role.ADMIN)
    text, about = _checked_texts(name, description)
    _refuse_taken(session, text)
    place = queries.last_sort_order(session) + 1
    group = ClientGroup(name=text, description=about, sort_order=place, created_at=now)
    with taken_is(session, _taken(text)):
        session.add(group)
    audit.record(
        session,
        "group.created",
        "group",
        group.id,
        actor=actor,
        now=now,
        after=audit.audited_columns(group),
    )
    changes.bump(session)
    return group


def rename_group(
    session: Session, group_id: int, name: str, *, actor: Actor, now: datetime
) -> ClientGroup:
    """Give a group another name."""
    actor.require(Role.ADMIN)
    group = get_group(session, group_id, is_locked=True)
    text = _checked_name(name)
    _refuse_taken(session, text, besides=group)
    before = audit.audited_columns(group)
    with taken_is(session, _taken(text)):
        group.name = text
    _record_change(session, "group.renamed", group, before, actor=actor, now=now)
    return group


def describe_group(
    session: Session, group_id: int, description: str | None, *, actor: Actor, now: datetime
) -> ClientGroup:
    """Change a group's description; an empty text removes it."""
    actor.require(Role.ADMIN)
    group = get_group(session, group_id, is_locked=True)
    before = audit.audited_columns(group)
    group.description = _clean_description(description)
    session.flush()
    _record_change(session, "group.described", group, before, actor=actor, now=now)
    return group


def delete_group(
    session: Session,
    group_id: int,
    *,
    actor: Actor,
    now: datetime,
    move_to: int | None = None,
    is_forced: bool = False,
) -> None:
    """Delete a group, and clear what the broker retains for it.

    Raises `ConflictError` while clients or events are in it, unless they go to the group `move_to`,
    or `is_forced`: then its clients become unassigned and its events are deleted with it.
    """
    actor.require(Role.ADMIN)
    queries.lock_groups(session, [group_id] if move_to is None else [group_id, move_to])
    group = get_group(session, group_id)
    before: dict[str, Any] = audit.audited_columns(group)
    if move_to is None and not is_forced:
        _refuse_unless_empty(session, group)
    else:
        into = None if move_to is None else _other_group(session, move_to, group)
        before |= group_contents.empty_group(session, group, into=into, actor=actor, now=now)
    session.delete(group)
    session.flush()
    _withdraw(session, group_id, now)
    audit.record(session, "group.deleted", "group", group_id, actor=actor, now=now, before=before)
    changes.bump(session)


def set_group_order(
    session: Session, group_ids: Sequence[int], *, actor: Actor, now: datetime
) -> list[ClientGroup]:
    """Put groups in this order, which every list follows; those not named come after, as before."""
    actor.require(Role.EDITOR)
    found = queries.lock_groups(session).values()
    groups = {group.id: group for group in sorted(found, key=lambda group: group.order)}
    _check_order(group_ids, groups)
    ordered = [groups[i] for i in group_ids] + [
        group for i, group in groups.items() if i not in set(group_ids)
    ]
    for place, group in enumerate(ordered, start=1):
        group.sort_order = place
    session.flush()
    ids = [group.id for group in ordered]
    system_settings.write_setting(session, system_settings.GROUP_ORDER, ids, actor=actor, now=now)
    return ordered


def get_group(session: Session, group_id: int, *, is_locked: bool = False) -> ClientGroup:
    """Return the group; raise `NotFoundError` when there is none.

    With `is_locked` nobody else can change it until the commit.
    """
    group = queries.find_group(session, group_id, is_locked=is_locked)
    if group is None:
        raise NotFoundError("There is no group with the id {id}.", field="group_id", id=group_id)
    return group


def get_group_by_text(session: Session, text: str) -> ClientGroup:
    """Return the group that a person gave by name or id; raise `NotFoundError` for none."""
    group = queries.find_group_by_text(session, text)
    if group is None:
        raise NotFoundError(
            "There is no group called {name}; see the list of groups.",
            field="group",
            name=shown(text),
        )
    return group


def _checked_texts(name: str, description: str | None) -> tuple[str, str | None]:
    text, about, refusals = name, description, Refusals()
    with refusals:
        text = _checked_name(name)
    with refusals:
        about = _clean_description(description)
    refusals.raise_any()
    return text, about


def _checked_name(name: str) -> str:
    text = clean_line(normalised(name), field="name", limit=NAME_LIMIT)
    if not text:
        raise InvalidInputError("The group needs a name.", field="name")
    return text


def _refuse_taken(session: Session, text: str, *, besides: ClientGroup | None = None) -> None:
    others = [group for group in queries.list_groups(session) if group is not besides]
    if any(folded(group.name) == folded(text) for group in others):
        raise _taken(text)


def _taken(name: str) -> ConflictError:
    return ConflictError(
        "There is a group called {name} already; choose another name.", field="name", name=name
    )


def _clean_description(description: str | None) -> str | None:
    return clean_line(description or "", field="description", limit=DESCRIPTION_LIMIT) or None


def _other_group(session: Session, group_id: int, group: ClientGroup) -> ClientGroup:
    if group_id == group.id:
        raise InvalidInputError(
            "The contents of {name} must go to another group.", field="move_to", name=group.name
        )
    return get_group(session, group_id)


def _refuse_unless_empty(session: Session, group: ClientGroup) -> None:
    row = queries.count_contents(session, group)
    if row.all_screens or row.event_count:
        raise ConflictError(
            "The group {name} still has {clients} screens and {events} events; move them "
            "elsewhere first.",
            name=group.name,
            clients=row.all_screens,
            events=row.event_count,
        )


def _withdraw(session: Session, group_id: int, now: datetime) -> None:
    nothing_plays = {events_topic(group_id): event_list_payload([])}
    for topic in retained_group_topics(group_id):
        outbox.enqueue(session, topic, nothing_plays.get(topic, b""), now=now, retain=True)


def _check_order(group_ids: Sequence[int], groups: dict[int, ClientGroup]) -> None:
    unknown = next((i for i in group_ids if i not in groups), None)
    if unknown is not None:
        raise NotFoundError("There is no group with the id {id}.", field="group_ids", id=unknown)
    if len(set(group_ids)) != len(group_ids):
        raise InvalidInputError("Each group stands only once in the order.", field="group_ids")


def _record_change(
    session: Session,
    action: str,
    group: ClientGroup,
    before: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        session,
        action,
        "group",
        group.id,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(group),
    )
    changes.bump(session)
