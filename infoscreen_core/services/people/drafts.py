"""What somebody is typing in a form, kept for a while in case their session or browser ends.

A draft belongs to one person, and nobody else is told of it; so it leaves no trace in the audit.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import FormDraft
from infoscreen_core.db.queries.people import users as queries

DRAFT_LIFE: Final = timedelta(hours=1)
_LIMIT: Final = 100_000
"""Characters of JSON; what is longer is no text of a form, and is not kept."""


@dataclass(frozen=True, slots=True)
class DraftView:
    """What was typed, in the shape that its form gave it, and when it was kept."""

    content: dict[str, Any]
    saved_at: datetime


def keep(
    session: Session, form: str, content: dict[str, Any], *, user_id: int, now: datetime
) -> None:
    """Keep what the person is typing in this form, in place of what was kept before."""
    user = queries.find_user(session, user_id, is_locked=True)
    if user is None or not user.is_active or len(json.dumps(content)) > _LIMIT:
        return
    queries.delete_drafts(session, before=now - DRAFT_LIFE)
    session.merge(FormDraft(user_id=user_id, form=form, content=content, saved_at=now))
    session.flush()


def find(session: Session, form: str, *, user_id: int, now: datetime) -> DraftView | None:
    """Return what the person was typing in this form within the last hour, or None."""
    draft = session.get(FormDraft, (user_id, form))
    if draft is None or now - draft.saved_at >= DRAFT_LIFE:
        return None
    return DraftView(draft.content, draft.saved_at)


def forget(session: Session, form: str, *, user_id: int) -> None:
    """Delete the draft: it was saved, or given up."""
    queries.delete_draft(session, user_id, form)
