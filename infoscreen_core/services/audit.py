"""The audit trail: every change is one append-only row."""

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from infoscreen_core.clock import to_zulu
from infoscreen_core.db.base import Base
from infoscreen_core.db.models import AuditEntry
from infoscreen_core.services.actor import Actor

_SECRET_COLUMNS = {
    "access_encrypted",
    "code_hash",
    "password_hash",
    "secret_encrypted",
    "token_hash",
}
_DERIVED_COLUMNS = {"search_text"}
"""What says nothing that other columns do not."""
_SECRET: Final = re.compile(
    r"(password|secret|token)$|(password|secret|token|code)_hash$|_encrypted$"
)
"""What fields with secrets are called, whichever table they are of."""


def record(  # noqa: PLR0913 - one row has this many facts
    session: Session,
    action: str,
    entity: str,
    entity_id: object,
    *,
    actor: Actor,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write one audit row; `action` is dotted and past tense (`event.created`).

    Secrets are left out of what was before and after, whoever put them there.
    """
    session.add(
        AuditEntry(
            at=now,
            actor_id=actor.user_id,
            actor_name=actor.name,
            source=actor.source,
            action=action,
            entity=entity,
            entity_id=str(entity_id),
            before=_without_secrets(before),
            after=_without_secrets(after),
        )
    )


def find_newest(session: Session, action: str, *, until: datetime) -> dict[str, Any] | None:
    """Return what the newest entry of an action holds that was written by then; None without."""
    query = select(AuditEntry.after).where(AuditEntry.action == action, AuditEntry.at <= until)
    newest = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1)
    found: dict[str, Any] | None = session.scalar(newest)
    return found


def map_sources(
    session: Session, action: str, entity: str, entity_ids: Collection[object]
) -> dict[str, str]:
    """Return where the same change of several things came from; unrecorded ones are left out."""
    query = select(AuditEntry.entity_id, AuditEntry.source).where(
        AuditEntry.entity == entity,
        AuditEntry.entity_id.in_([str(one) for one in entity_ids]),
        AuditEntry.action == action,
    )
    found = session.execute(query) if entity_ids else ()
    return {entity_id: source for entity_id, source in found}  # noqa: C416 - typed rows, not pairs


def audited_columns(row: Base) -> dict[str, Any]:
    """Return the row's columns as JSON-safe values, secrets left out."""
    left_out = _SECRET_COLUMNS | _DERIVED_COLUMNS
    names = [one.key for one in inspect(type(row)).column_attrs if one.key not in left_out]
    lists = {name: list(getattr(row, name)) for name in row.audited_lists}
    return {name: _plain(getattr(row, name)) for name in names} | lists


def _without_secrets(values: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if values is None else _harmless(values)


def _harmless(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {
            name: _harmless(one)
            for name, one in value.items()
            if not (isinstance(one, str) and _SECRET.search(name))
        }
    return [_harmless(one) for one in value] if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return to_zulu(value)
    return value.isoformat() if isinstance(value, date) else value
