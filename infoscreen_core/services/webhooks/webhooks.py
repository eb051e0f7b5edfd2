"""Receivers that are told what happens: made, changed, tried and looked at by administrators."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Webhook, WebhookDelivery
from infoscreen_core.db.queries import webhooks as queries
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.webhooks.address import read_webhook_address
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind, chosen_kinds
from infoscreen_core.domain.webhooks.retries import ROTATION
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError, Refusals
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.webhooks import news
from infoscreen_core.services.webhooks.views import DeliveryView, NewSecret, WebhookView
from infoscreen_core.services.webhooks.webhook_access import Access, new_secret, seal, unseal

NAME_LIMIT: Final = 100
MOST: Final = 20
_ENTITY: Final = "webhook"
_SHOWN: Final = 300


@dataclass(frozen=True)
class WebhookDraft:
    """What a person types; an empty address keeps the one there is."""

    name: str
    address: str
    kinds: Collection[str]


def list_webhooks(session: Session, *, actor: Actor) -> list[WebhookView]:
    """Return every webhook, by name."""
    actor.require(Role.ADMIN)
    pending = queries.count_pending(session)
    return [_view(row, pending.get(row.id, 0)) for row in queries.list_webhooks(session)]


def get_webhook(session: Session, webhook_id: int, *, actor: Actor) -> WebhookView:
    """Return a webhook; raise `NotFoundError` if there is none."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id)
    return _view(row, queries.count_pending(session).get(row.id, 0))


def create_webhook(
    session: Session, draft: WebhookDraft, *, cipher: Cipher, actor: Actor, now: datetime
) -> NewSecret:
    """Add a webhook; return it with its secret, which nobody sees again.

    Raises `InvalidInputError` with the fields, `ConflictError` when there are too many.
    """
    actor.require(Role.ADMIN)
    if queries.count_webhooks(session) >= MOST:
        raise ConflictError("There are {most} webhooks already; delete one first.", most=MOST)
    name, kinds = _checked(draft)
    access = Access(read_webhook_address(draft.address), new_secret())
    row = Webhook(
        name=name,
        access_encrypted=seal(access, cipher),
        address_shown=access.address.shown[:_SHOWN],
        kinds=list(kinds),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
        is_active=True,
    )
    session.add(row)
    session.flush()
    after = audit.audited_columns(row)
    audit.record(session, "webhook.created", _ENTITY, row.id, actor=actor, now=now, after=after)
    return NewSecret(_view(row, 0), access.secret)


def edit_webhook(
    session: Session,
    webhook_id: int,
    draft: WebhookDraft,
    *,
    cipher: Cipher,
    actor: Actor,
    now: datetime,
) -> WebhookView:
    """Change name, address and what is told; the secret stays."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id, is_locked=True)
    before = audit.audited_columns(row)
    name, kinds = _checked(draft, is_address_known=True)
    if draft.address.strip():
        address = read_webhook_address(draft.address)
        access = replace(unseal(row.access_encrypted, cipher), address=address)
        row.access_encrypted = seal(access, cipher)
        row.address_shown = address.shown[:_SHOWN]
        row.failing_since = None
    row.name, row.kinds = name, list(kinds)
    return _changed(session, "webhook.edited", row, before, actor=actor, now=now)


def pause_webhook(session: Session, webhook_id: int, *, actor: Actor, now: datetime) -> WebhookView:
    """Tell nothing from now on; what waits is given up."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id, is_locked=True)
    if not row.is_active:
        raise ConflictError("“{name}” is not told anything as it is.", name=row.name)
    before = audit.audited_columns(row)
    row.is_active, row.stop, row.stopped_at = False, None, now
    problem = Sentence("The webhook was paused before the message went out.")
    queries.give_up(session, row.id, problem.kept(), now=now)
    return _changed(session, "webhook.paused", row, before, actor=actor, now=now)


def resume_webhook(
    session: Session, webhook_id: int, *, actor: Actor, now: datetime
) -> WebhookView:
    """Tell what happens from now on, whoever or whatever had stopped that."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id, is_locked=True)
    if row.is_active:
        raise ConflictError("“{name}” is told what happens as it is.", name=row.name)
    before = audit.audited_columns(row)
    row.is_active, row.stop = True, None
    row.stopped_at = row.failing_since = None
    return _changed(session, "webhook.resumed", row, before, actor=actor, now=now)


def rotate_secret(
    session: Session, webhook_id: int, *, cipher: Cipher, actor: Actor, now: datetime
) -> NewSecret:
    """Give a webhook a new secret; for a day messages are signed with the former one, too."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id, is_locked=True)
    before = audit.audited_columns(row)
    access = unseal(row.access_encrypted, cipher).rotated()
    row.access_encrypted = seal(access, cipher)
    row.former_until = now + ROTATION
    view = _changed(session, "webhook.rotated", row, before, actor=actor, now=now)
    return NewSecret(view, access.secret)


def delete_webhook(session: Session, webhook_id: int, *, actor: Actor, now: datetime) -> str:
    """Delete a webhook with its messages; return its name."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id, is_locked=True)
    name, before = row.name, audit.audited_columns(row)
    queries.delete_webhook(session, row.id)
    audit.record(
        session, "webhook.deleted", _ENTITY, webhook_id, actor=actor, now=now, before=before
    )
    return name


def send_test(session: Session, webhook_id: int, *, actor: Actor, now: datetime) -> str:
    """Write a message that only tries whether it arrives; return its id."""
    actor.require(Role.ADMIN)
    row = _get(session, webhook_id)
    if not row.is_active:
        raise ConflictError("“{name}” is paused; resume it first.", name=row.name)
    facts = {"webhookName": row.name, "requestedBy": actor.name}
    message_id = news.tell_test(session, row.id, facts, now=now)
    after = {"name": row.name, "message_id": message_id}
    audit.record(session, "webhook.tested", _ENTITY, row.id, actor=actor, now=now, after=after)
    return message_id


def list_deliveries(
    session: Session, webhook_id: int, *, limit: int, actor: Actor
) -> list[DeliveryView]:
    """Return a webhook's newest messages; raise `NotFoundError` for an unknown one."""
    actor.require(Role.ADMIN)
    _get(session, webhook_id)
    return [delivery_view(row) for row in queries.list_latest(session, webhook_id, limit=limit)]


def send_again(session: Session, delivery_id: int, *, actor: Actor, now: datetime) -> DeliveryView:
    """Try a message again that is over; it keeps its id, so receivers may know it.

    Raises `ConflictError` while it waits anyway, or its webhook is paused.
    """
    actor.require(Role.ADMIN)
    row = queries.find_delivery(session, delivery_id, is_locked=True)
    if row is None:
        raise NotFoundError(
            "There is no message {id}; it may be too old.", field="id", id=delivery_id
        )
    if row.state is DeliveryState.PENDING:
        raise ConflictError("The message is on its way as it is.")
    webhook = _get(session, row.webhook_id)
    if not webhook.is_active:
        raise ConflictError("“{name}” is paused; resume it first.", name=webhook.name)
    row.state, row.next_at, row.tries, row.ended_at = DeliveryState.PENDING, now, 0, None
    session.flush()
    after = {"name": webhook.name, "message_id": row.message_id}
    audit.record(
        session, "webhook.repeated", _ENTITY, webhook.id, actor=actor, now=now, after=after
    )
    return delivery_view(row)


def delivery_view(row: WebhookDelivery) -> DeliveryView:
    """Return a message as people see it."""
    return DeliveryView(
        id=row.id,
        webhook_id=row.webhook_id,
        message_id=row.message_id,
        kind=row.kind,
        body=row.body,
        state=row.state,
        created_at=row.created_at,
        tries=row.tries,
        next_at=row.next_at if row.state is DeliveryState.PENDING else None,
        tried_at=row.tried_at,
        status=row.status,
        problem=Sentence.restored(row.problem) if row.problem else None,
        answer=row.answer or "",
        duration_seconds=row.duration_seconds,
    )


def _checked(draft: WebhookDraft, *, is_address_known: bool = False) -> tuple[str, list[EventKind]]:
    """Return name and kinds; raise what is wrong with any field, together."""
    refusals = Refusals()
    name, kinds = "", list[EventKind]()
    with refusals:
        name = clean_line(draft.name, field="name", limit=NAME_LIMIT)
        if not name:
            raise InvalidInputError("Give the webhook a name.", field="name")
    with refusals:
        if draft.address.strip() or not is_address_known:
            read_webhook_address(draft.address)
    with refusals:
        kinds = chosen_kinds(draft.kinds)
    refusals.raise_any()
    return name, kinds


def _get(session: Session, webhook_id: int, *, is_locked: bool = False) -> Webhook:
    row = queries.find_webhook(session, webhook_id, is_locked=is_locked)
    if row is None:
        raise NotFoundError("There is no webhook {id}.", field="id", id=webhook_id)
    return row


def _changed(
    session: Session,
    action: str,
    row: Webhook,
    before: dict[str, object],
    *,
    actor: Actor,
    now: datetime,
) -> WebhookView:
    row.updated_at = now
    session.flush()
    after = audit.audited_columns(row)
    audit.record(session, action, _ENTITY, row.id, actor=actor, now=now, before=before, after=after)
    return _view(row, queries.count_pending(session).get(row.id, 0))


def _view(row: Webhook, pending: int) -> WebhookView:
    return WebhookView(
        id=row.id,
        name=row.name,
        address_shown=row.address_shown,
        kinds=tuple(EventKind(kind) for kind in row.kinds),
        is_active=row.is_active,
        stop=row.stop,
        stopped_at=row.stopped_at,
        failing_since=row.failing_since,
        former_until=row.former_until,
        created_at=row.created_at,
        pending=pending,
    )
