"""What operators order for single TVs, and what a TV should do compared with what it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, PowerOverride
from infoscreen_core.db.queries import power as queries
from infoscreen_core.db.queries.monitoring import power_record
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.power import (
    MAX_OVERRIDE,
    MIN_OVERRIDE,
    DesiredPower,
    PowerReason,
    is_in_force,
)
from infoscreen_core.domain.text.plain_text import clean_line, said
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.clients import get_client, refuse_pending
from infoscreen_core.services.screens.views import Desired, ObservedTv, OrderView, TvView

REASON_LIMIT = 500


@dataclass(frozen=True)
class OverrideRow:
    """An order in force, and the player it is for."""

    override: PowerOverride
    client: Client


def set_override(
    session: Session,
    uuid: str,
    desired_state: DesiredPower,
    *,
    reason: str,
    lasting: timedelta,
    actor: Actor,
    now: datetime,
) -> PowerOverride:
    """Hold a player's TV on or off for a while, whatever its group's plan says.

    A later order replaces it. Raises `InvalidInputError` without a reason, or for a time that is
    too short or too long.
    """
    actor.require(Role.ADMIN)
    client = get_client(session, uuid, is_locked=True)
    refuse_pending([client])
    why, ends = _checked_reason(reason), now + _checked_length(lasting)
    override = queries.find_override_for_update(session, client.uuid)
    before = audit.audited_columns(override) if override and is_in_force(override, now) else None
    if override is None:
        override = PowerOverride(client_uuid=client.uuid)
        session.add(override)
    if before is None or override.desired_state is not desired_state:
        override.intent_id, override.desired_state = str(uuid4()), desired_state
    override.reason, override.expires_at = why, ends
    override.set_by, override.set_at = actor.user_id, now
    power_record.note_client(session, client.uuid, desired_state, at=now, until=ends)
    session.flush()
    audit.record(
        session,
        "power.override_set",
        "client",
        client.uuid,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(override),
    )
    changes.bump(session)
    return override


def clear_override(session: Session, uuid: str, *, actor: Actor, now: datetime) -> None:
    """End an order early, so that the group's plan is in force again.

    Raises `NotFoundError` when there is none.
    """
    actor.require(Role.ADMIN)
    client = get_client(session, uuid, is_locked=True)
    override = queries.find_override_for_update(session, client.uuid)
    if override is None or not is_in_force(override, now):
        raise NotFoundError(
            "The TV of {name} follows its group's plan already; there is nothing to end.",
            field="uuid",
            name=client.display_name,
        )
    before = audit.audited_columns(override)
    override.expires_at = now  # the scheduler clears the retained message, then forgets the row
    power_record.note_client(session, client.uuid, None, at=now)
    audit.record(
        session,
        "power.override_cleared",
        "client",
        client.uuid,
        actor=actor,
        now=now,
        before=before,
    )
    changes.bump(session)


def list_overrides(session: Session, *, now: datetime) -> list[OverrideRow]:
    """Return the orders in force, ordered by their end."""
    return [OverrideRow(*row) for row in queries.list_overrides_in_force(session, now)]


def get_tv(session: Session, uuid: str, *, now: datetime) -> TvView:
    """Return what a player's TV should do and does; raise `NotFoundError` for an unknown one."""
    client = get_client(session, uuid)
    observed = ObservedTv(client.power_state, client.power_state_at, client.power_state_since)
    return TvView(desired_power(session, client, now=now), observed)


def desired_power(session: Session, client: Client, *, now: datetime) -> Desired:
    """Return what a player's TV should do: by an operator's order, else by its group's plan."""
    override = queries.find_override(session, client.uuid)
    if override is not None and is_in_force(override, now):
        reason = PowerReason.OPERATOR_OVERRIDE
        return Desired(override.desired_state, reason, override.set_at, _order_view(override))
    if client.group_id is None:
        return Desired()
    kept = queries.map_group_intents(session, [client.group_id]).get(client.group_id)
    return Desired(kept.desired_state, kept.reason, kept.since) if kept else Desired()


def _order_view(override: PowerOverride) -> OrderView:
    author = override.author.username if override.author else None
    return OrderView(override.desired_state, override.reason, author, override.expires_at)


def _checked_reason(reason: str) -> str:
    return said(clean_line(reason, field="reason", limit=REASON_LIMIT))


def _checked_length(lasting: timedelta) -> timedelta:
    if not MIN_OVERRIDE <= lasting <= MAX_OVERRIDE:
        raise InvalidInputError(
            "A TV may be held on or off for {low} seconds to {high} days; then the plan is in "
            "force again.",
            field="duration",
            low=int(MIN_OVERRIDE.total_seconds()),
            high=MAX_OVERRIDE.days,
        )
    return lasting
