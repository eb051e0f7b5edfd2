"""What keeps the library in order: which contents nobody has, and figures counted anew."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.queries.media import library as queries

KEPT_CONVERSIONS: Final = timedelta(days=1)
"""So long it is remembered what was made of a content that the file has no more."""


def unused_contents(session: Session, checksums: Sequence[str]) -> list[str]:
    """Return those of these contents that no file has."""
    used: set[str] = set()
    for at in range(0, len(checksums), MAX_NAMED):
        used |= queries.list_used_contents(session, checksums[at : at + MAX_NAMED])
    return [one for one in checksums if one not in used]


def delete_old_conversions(session: Session, *, now: datetime) -> int:
    """Forget what was made of contents that their files do not have any more, some at a time."""
    ids: Collection[int] = queries.list_old_conversions(
        session, before=now - KEPT_CONVERSIONS, limit=MAX_NAMED
    )
    queries.delete_conversions(session, ids)
    return len(ids)
