"""Reads of the installation's settings and of who changed them."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, SystemSetting


def list_stored(session: Session) -> dict[str, SystemSetting]:
    """Return the settings that are stored, by key; the others have their defaults."""
    return {row.key: row for row in session.scalars(select(SystemSetting))}


def lock_stored(session: Session, keys: Collection[str]) -> None:
    """Lock those of the settings that are stored, in the order of their keys; read them anew."""
    query = select(SystemSetting).where(SystemSetting.key.in_(keys)).order_by(SystemSetting.key)
    query = query.with_for_update().execution_options(populate_existing=True)
    session.scalars(query).all()


def find_stored(session: Session, key: str) -> SystemSetting | None:
    """Return the setting as it is stored, or None while it has its default."""
    return session.get(SystemSetting, key)


def list_changes(session: Session, *, limit: int) -> list[AuditEntry]:
    """Return the latest changes of settings, newest first."""
    query = select(AuditEntry).where(AuditEntry.action == "setting.changed")
    newest_first = query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    return list(session.scalars(newest_first.limit(limit)))
