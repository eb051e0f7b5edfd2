"""Which version's news somebody has seen.

It is nobody's business but theirs and changes nothing for others; so it leaves no trace in the
audit.
"""

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.people import users as queries
from infoscreen_core.services.actor import Actor


def note_seen(session: Session, version: str, *, actor: Actor) -> None:
    """Note that the actor looked at what is new in this version."""
    user = queries.find_user(session, actor.user_id or 0)
    if user is not None:
        user.notes_seen = version
        session.flush()
