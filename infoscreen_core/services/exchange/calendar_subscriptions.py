"""Subscribed calendars: add, change, pause and remove them. `subscription_reading` reads them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import CalendarSubscription
from infoscreen_core.db.queries import subscriptions as queries
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.exchange.subscriptions import DEFAULT_MINUTES, checked_interval
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.exchange.subscription_access import (
    Access,
    checked_access,
    find_access,
    seal,
    unseal,
)
from infoscreen_core.services.exchange.subscription_import import remove_held
from infoscreen_core.services.exchange.subscription_views import (
    SubscriptionView,
    subscription_view,
)
from infoscreen_core.services.screens.groups import get_group

NAME_LENGTH: Final = 100
MAX_SUBSCRIPTIONS: Final = 20
"""How many calendars a group may subscribe to."""
_AUDITED: Final = (
    "group_id",
    "name",
    "address_shown",
    "has_login",
    "interval_minutes",
    "is_active",
    "event_type",
    "takes_private",
)


@dataclass(frozen=True, kw_only=True)
class SubscriptionDraft:
    """A subscription as a form holds it; without an address, a stored one keeps its access."""

    name: str = ""
    """Empty: the host's name."""
    address: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    interval_minutes: int = DEFAULT_MINUTES
    event_type: EventType | None = None
    takes_private: bool = False


def create_subscription(
    session: Session,
    group_id: int,
    draft: SubscriptionDraft,
    *,
    cipher: Cipher,
    actor: Actor,
    now: datetime,
) -> SubscriptionView:
    """Subscribe a group to a calendar, which is read from the next instant on.

    Raises `InvalidInputError` with the field that is wrong, `NotFoundError` for an unknown group.
    """
    actor.require(Role.EDITOR)
    group = get_group(session, group_id, is_locked=True)
    if len(queries.list_of_group(session, group.id)) >= MAX_SUBSCRIPTIONS:
        raise InvalidInputError(
            "The group {group} subscribes to {limit} calendars already; remove those that nobody "
            "needs.",
            field="group_id",
            group=group.name,
            limit=MAX_SUBSCRIPTIONS,
        )
    access = checked_access(draft.address, draft.username, draft.password)
    subscription = CalendarSubscription(
        group_id=group.id,
        next_check_at=now,
        created_by=actor.user_id,
        created_at=now,
        is_active=True,
        failures=0,
        version=1,
        **_columns(draft, access.address.host),
    )
    _set_access(session, subscription, access, cipher)
    session.add(subscription)
    session.flush()
    _record(session, "subscription.created", subscription, actor=actor, now=now)
    return get_subscription(session, subscription.id, actor=actor, now=now)


def update_subscription(
    session: Session,
    subscription_id: int,
    draft: SubscriptionDraft,
    *,
    version: int,
    cipher: Cipher,
    actor: Actor,
    now: datetime,
) -> SubscriptionView:
    """Make a subscription what the draft says; another address is read at once.

    Raises `ConflictError` when somebody changed it since `version`.
    """
    subscription = _get_for_update(session, subscription_id, actor=actor)
    if subscription.version != version:
        raise ConflictError(
            "Somebody changed the calendar {name} meanwhile; load it again and repeat your change.",
            field="version",
            name=subscription.name,
        )
    before = _said(subscription)
    host = subscription.address_shown.partition("/")[0]
    access = _changed_access(subscription, draft, cipher)
    if access is not None:
        _set_access(session, subscription, access, cipher)
        host = access.address.host
        _forget_state(subscription, now)
    has_new_meaning = (
        draft.takes_private != subscription.takes_private
        or draft.event_type is not subscription.event_type
    )
    if has_new_meaning:
        _forget_state(subscription, now)
    for column, value in _columns(draft, host).items():
        setattr(subscription, column, value)
    subscription.version += 1
    session.flush()
    _record(session, "subscription.updated", subscription, actor=actor, now=now, before=before)
    return get_subscription(session, subscription_id, actor=actor, now=now)


def set_active(
    session: Session, subscription_id: int, *, is_active: bool, actor: Actor, now: datetime
) -> SubscriptionView:
    """Pause a subscription, whose events then stay as they are, or go on reading it at once."""
    subscription = _get_for_update(session, subscription_id, actor=actor)
    if subscription.is_active != is_active:
        before = _said(subscription)
        subscription.is_active = is_active
        subscription.version += 1
        if is_active:
            subscription.failures, subscription.next_check_at = 0, now
        session.flush()
        action = "subscription.resumed" if is_active else "subscription.paused"
        _record(session, action, subscription, actor=actor, now=now, before=before)
    return get_subscription(session, subscription_id, actor=actor, now=now)


def remove_subscription(
    session: Session, subscription_id: int, *, with_events: bool, actor: Actor, now: datetime
) -> SubscriptionView:
    """End a subscription and return what it was; its events go too, or become people's own."""
    subscription = _get_for_update(session, subscription_id, actor=actor)
    removed = get_subscription(session, subscription_id, actor=actor, now=now)
    _record(
        session,
        "subscription.removed",
        subscription,
        actor=actor,
        now=now,
        before={**_said(subscription), "with_events": with_events},
    )
    if with_events and (held := queries.list_held_events(session, subscription_id)):
        remove_held(session, held, actor=actor, now=now)
        changes.bump(session)
    session.delete(subscription)  # the links go with it: what is left belongs to people
    session.flush()
    return removed


def list_subscriptions(
    session: Session, *, group_id: int | None = None, actor: Actor, now: datetime
) -> list[SubscriptionView]:
    """Return the subscribed calendars by group, the oldest first."""
    actor.require(Role.EDITOR)
    rows = queries.list_rows(session, group_id=group_id)
    return [subscription_view(row, now=now) for row in rows]


def get_subscription(
    session: Session, subscription_id: int, *, actor: Actor, now: datetime
) -> SubscriptionView:
    """Return a subscribed calendar; raise `NotFoundError` when there is none."""
    actor.require(Role.EDITOR)
    rows = queries.list_rows(session, subscription_id=subscription_id)
    if not rows:
        raise _unknown(subscription_id)
    return subscription_view(rows[0], now=now)


def find_calendar_name(session: Session, event_id: int) -> str | None:
    """Return the name of the subscribed calendar that holds an event; None: people plan it."""
    return queries.find_calendar_name(session, event_id)


def _get_for_update(
    session: Session, subscription_id: int, *, actor: Actor
) -> CalendarSubscription:
    actor.require(Role.EDITOR)
    subscription = queries.find_subscription(session, subscription_id, is_locked=True)
    if subscription is None:
        raise _unknown(subscription_id)
    return subscription


def _columns(draft: SubscriptionDraft, host: str) -> dict[str, Any]:
    return {
        "name": clean_line(draft.name, field="name", limit=NAME_LENGTH) or host[:NAME_LENGTH],
        "interval_minutes": checked_interval(draft.interval_minutes),
        "event_type": draft.event_type,
        "takes_private": draft.takes_private,
    }


def _changed_access(
    subscription: CalendarSubscription, draft: SubscriptionDraft, cipher: Cipher
) -> Access | None:
    """Return the access that was typed; a login alone belongs to the stored address."""
    if draft.address.strip():
        return checked_access(draft.address, draft.username, draft.password)
    if draft.username.strip() or draft.password:
        known = unseal(subscription.access_encrypted, cipher)
        return checked_access(str(known.address), draft.username, draft.password)
    return None


def _set_access(
    session: Session, subscription: CalendarSubscription, access: Access, cipher: Cipher
) -> None:
    for other in queries.list_of_group(session, subscription.group_id):
        known = None if other is subscription else find_access(other.access_encrypted, cipher)
        if known is not None and known.address == access.address:
            raise InvalidInputError(
                "This group subscribes to this calendar already, as {name}.",
                field="address",
                name=other.name,
            )
    subscription.access_encrypted = seal(access, cipher)
    subscription.address_shown = access.address.shown
    subscription.has_login = access.login is not None


def _forget_state(subscription: CalendarSubscription, now: datetime) -> None:
    """Let the calendar be read whole, and soon: what is known of it may not hold any more."""
    subscription.etag = subscription.last_modified = subscription.body_digest = None
    subscription.removal_held_at = None
    subscription.failures, subscription.next_check_at = 0, now


def _said(subscription: CalendarSubscription) -> dict[str, Any]:
    return {name: getattr(subscription, name) for name in _AUDITED}


def _record(
    session: Session,
    action: str,
    subscription: CalendarSubscription,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
) -> None:
    after = None if action == "subscription.removed" else _said(subscription)
    audit.record(
        session,
        action,
        "subscription",
        subscription.id,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )


def _unknown(subscription_id: int) -> NotFoundError:
    return NotFoundError(
        "There is no subscribed calendar with the number {id}; somebody may have removed it.",
        field="subscription_id",
        id=subscription_id,
    )
