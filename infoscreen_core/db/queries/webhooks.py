"""Reads, claims and steps of webhooks and their messages; nothing here commits."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    CursorResult,
    Update,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    ClientGroup,
    Incident,
    User,
    Webhook,
    WebhookDelivery,
)
from infoscreen_core.domain.webhooks.kinds import DeliveryState

_D: Final = WebhookDelivery


class ScreenRow(NamedTuple):
    """How people call a player and its group."""

    client: Client
    group_name: str | None


class IncidentRow(NamedTuple):
    """An incident with its player, unless it is an outage of ours, and the group of then."""

    incident: Incident
    client: Client | None
    group_name: str | None


class CommandRow(NamedTuple):
    """A command with its player, that one's group, and who asked for it."""

    command: ClientCommand
    client: Client
    group_name: str | None
    requested_by: str | None


def list_wanting(session: Session) -> list[tuple[int, list[Any]]]:
    """Return every active webhook's id, and what it is told."""
    query = select(Webhook.id, Webhook.kinds).where(Webhook.is_active).order_by(Webhook.id)
    return [(webhook_id, kinds) for webhook_id, kinds in session.execute(query)]


def add_deliveries(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add messages."""
    if rows:
        session.execute(insert(_D), rows)


def list_screens(session: Session, uuids: Collection[str]) -> list[ScreenRow]:
    """Return players with the names of their groups."""
    query = (
        select(Client, ClientGroup.name)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .where(Client.uuid.in_(uuids))
    )
    return [ScreenRow(*row) for row in session.execute(query)]


def list_incidents(
    session: Session,
    *,
    ids: Collection[int] = (),
    keys: Collection[str] = (),
    is_open: bool = False,
) -> list[IncidentRow]:
    """Return incidents by their ids or keys, the oldest first; those still open, if asked for."""
    query = (
        select(Incident, Client, ClientGroup.name)
        .outerjoin(Client, Client.uuid == Incident.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Incident.group_id)
        .where(Incident.id.in_(ids) if ids else Incident.open_key.in_(keys))
        .order_by(Incident.id)
        .execution_options(populate_existing=True)
    )
    if is_open:
        query = query.where(Incident.closed_at.is_(None))
    return [IncidentRow(*row) for row in session.execute(query)]


def list_commands(session: Session, command_ids: Collection[str]) -> list[CommandRow]:
    """Return commands by their ids, as the database has them now."""
    requester = aliased(User)
    query = (
        select(ClientCommand, Client, ClientGroup.name, requester.username)
        .join(Client, Client.uuid == ClientCommand.client_uuid)
        .outerjoin(ClientGroup, ClientGroup.id == Client.group_id)
        .outerjoin(requester, requester.id == ClientCommand.requested_by)
        .where(ClientCommand.command_id.in_(command_ids))
        .order_by(ClientCommand.command_id)
        .execution_options(populate_existing=True)
    )
    return [CommandRow(*row) for row in session.execute(query)]


def list_webhooks(session: Session) -> list[Webhook]:
    """Return every webhook, by name."""
    return list(session.scalars(select(Webhook).order_by(Webhook.name, Webhook.id)))


def count_webhooks(session: Session) -> int:
    """Count webhooks."""
    return session.scalar(select(func.count()).select_from(Webhook)) or 0


def find_webhook(session: Session, webhook_id: int, *, is_locked: bool = False) -> Webhook | None:
    """Return a webhook or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(Webhook, webhook_id, with_for_update=True, populate_existing=True)
    return session.get(Webhook, webhook_id)


def count_pending(session: Session) -> dict[int, int]:
    """Count the messages that wait, by webhook: of each from the index that finds what is due."""
    waiting = select(func.count()).where(
        _D.webhook_id == Webhook.id, _D.state == DeliveryState.PENDING
    )
    found = session.execute(select(Webhook.id, waiting.correlate(Webhook).scalar_subquery()))
    return {webhook_id: number or 0 for webhook_id, number in found}


def list_latest(session: Session, webhook_id: int, *, limit: int) -> list[WebhookDelivery]:
    """Return a webhook's newest messages."""
    query = select(_D).where(_D.webhook_id == webhook_id).order_by(_D.id.desc())
    return list(session.scalars(query.limit(limit)))


def find_delivery(
    session: Session, delivery_id: int, *, is_locked: bool = False
) -> WebhookDelivery | None:
    """Return a message or None; `is_locked` keeps others from changing it until the commit."""
    if is_locked:
        return session.get(_D, delivery_id, with_for_update=True, populate_existing=True)
    return session.get(_D, delivery_id)


def list_due(session: Session, webhook_id: int, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of a webhook's messages whose turn has come, the longest due first."""
    query = (
        select(_D.id)
        .where(
            _D.webhook_id == webhook_id,
            _D.state == DeliveryState.PENDING,
            _D.next_at <= now,
            or_(_D.claimed_until.is_(None), _D.claimed_until <= now),
        )
        .order_by(_D.next_at, _D.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def claim(
    session: Session, ids: Sequence[int], owner: str, *, now: datetime, until: datetime
) -> list[WebhookDelivery]:
    """Take messages for sending; return those that nobody else sends and that are due, in order."""
    _step(
        session,
        update(_D)
        .where(
            _D.id.in_(ids),
            _D.state == DeliveryState.PENDING,
            _D.next_at <= now,
            or_(_D.claimed_until.is_(None), _D.claimed_until <= now),
        )
        .values(claimed_by=owner, claimed_until=until),
    )
    query = select(_D).where(_D.id.in_(ids), _D.claimed_by == owner, _D.claimed_until == until)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return sorted(rows, key=lambda row: ids.index(row.id))


def lock_deliveries(session: Session, ids: Collection[int]) -> dict[int, WebhookDelivery]:
    """Return messages by their ids, and keep others from changing them until the commit."""
    query = select(_D).where(_D.id.in_(ids)).order_by(_D.id).with_for_update()
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {row.id: row for row in rows}


def release(session: Session, owner: str, ids: Collection[int] | None = None) -> None:
    """Give back what one sender has claimed: these messages, or all."""
    ours = and_(_D.state == DeliveryState.PENDING, _D.claimed_by == owner)
    if ids is not None:
        ours = and_(ours, _D.id.in_(ids))
    _step(session, update(_D).where(ours).values(claimed_by=None, claimed_until=None))


def give_up(
    session: Session, webhook_id: int, problem: Mapping[str, Any], *, now: datetime
) -> None:
    """Let everything fail that waits for a webhook."""
    _step(
        session,
        update(_D)
        .where(_D.webhook_id == webhook_id, _D.state == DeliveryState.PENDING)
        .values(
            state=DeliveryState.FAILED,
            problem=dict(problem),
            ended_at=now,
            claimed_by=None,
            claimed_until=None,
        ),
    )


def delete_ended(session: Session, before: datetime, *, limit: int) -> int:
    """Delete messages that ended before then; return how many."""
    ended = (DeliveryState.DELIVERED, DeliveryState.FAILED)
    query = select(_D.id).where(_D.state.in_(ended), _D.ended_at < before).limit(limit)
    ids = list(session.scalars(query))
    if ids:
        session.execute(
            delete(_D).where(_D.id.in_(ids)).execution_options(synchronize_session=False)
        )
    return len(ids)


def delete_webhook(session: Session, webhook_id: int) -> None:
    """Delete a webhook with its messages."""
    session.execute(delete(_D).where(_D.webhook_id == webhook_id))
    session.execute(delete(Webhook).where(Webhook.id == webhook_id))
    session.expire_all()


def _step(session: Session, step: Update) -> bool:
    result = session.execute(step.execution_options(synchronize_session=False))
    return isinstance(result, CursorResult) and result.rowcount > 0
