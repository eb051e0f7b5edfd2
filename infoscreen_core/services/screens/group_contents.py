"""Move what is in a group: its players, and the events that they show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientGroup
from infoscreen_core.db.queries import clients as client_queries
from infoscreen_core.db.queries import groups as queries
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens import assignments


def put_clients(
    session: Session,
    clients: Iterable[Client],
    group: ClientGroup | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Put players into a group, or into none, and tell each of them, even if nothing changed.

    Links to media end in the groups that they leave; the caller raises the counter of the plan.
    """
    group_id = group.id if group else None
    clients = list(clients)
    end_links(session, (client.group_id for client in clients if client.group_id != group_id))
    for client in clients:
        before = client.group_id
        client.group = group
        assignments.announce(session, client.uuid, group_id, now=now)
        _record(session, client, before, group, actor=actor, now=now)
    session.flush()


def lock_groups_of(session: Session, uuids: Iterable[str], target: int | None = None) -> None:
    """Lock the groups that players are in, and the one that they get, in the order of their ids.

    To be done before the players are locked: whoever moves or removes some changes both. Those that
    are moved at this very moment may be in another group than was locked; whoever then collides
    does it again.
    """
    known = {*client_queries.list_group_ids_of(session, list(uuids)), target} - {None}
    queries.lock_groups(session, [one for one in known if one is not None])


def end_links(session: Session, left: Iterable[int | None]) -> None:
    """End the links to media on the lists of groups that screens leave, so that those lose them.

    The screens that stay get new ones with their list, once the counter of the plan is raised.
    """
    if group_ids := {group_id for group_id in left if group_id is not None}:
        queries.end_links(session, group_ids)


def empty_group(
    session: Session, group: ClientGroup, *, into: ClientGroup | None, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Take everything out of a group; return what was in it, for the audit row.

    Clients and events go `into` another group; without one, clients become unassigned and events
    are deleted.
    """
    clients, event_ids = (
        queries.list_clients_of(session, group.id),
        queries.list_event_ids(session, group.id),
    )
    put_clients(session, clients, into, actor=actor, now=now)
    if into is None:
        queries.delete_events_of(session, group.id)
    else:
        queries.move_events(session, group.id, into.id, updated_by=actor.user_id, now=now)
    return {"client_uuids": [client.uuid for client in clients], "event_ids": event_ids}


def _record(
    session: Session,
    client: Client,
    before: int | None,
    group: ClientGroup | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    audit.record(
        session,
        "client.assigned",
        "client",
        client.uuid,
        actor=actor,
        now=now,
        before={"group_id": before},
        after={"group_id": group.id if group else None},
    )
