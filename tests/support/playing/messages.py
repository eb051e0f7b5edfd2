"""Messages on the screens of a group, planned and deleted at the present."""

from datetime import datetime, timedelta

from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from tests.support.events.planning import Sessions, plan


def show(
    sessions: Sessions,
    group_id: int,
    title: str,
    start: datetime | None = None,
    end: datetime | None = None,
    **more: object,
) -> int:
    """Plan a message from `start` (else: long ago) to `end` (else: far away)."""
    now = utc_now()
    with sessions.begin() as session:
        event = plan(
            session,
            group_id,
            now=now,
            title=title,
            timezone="UTC",
            start=(start or now - timedelta(days=1)).replace(tzinfo=None),
            end=(end or now + timedelta(days=1)).replace(tzinfo=None),
            **more,
        )
        return event.id


def remove(sessions: Sessions, event_id: int) -> None:
    with sessions.begin() as session:
        events.delete_event(session, event_id, actor=CLI, now=utc_now())
