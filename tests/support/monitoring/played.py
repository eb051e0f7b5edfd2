"""A record of what screens showed, written as the workers write it, to be read as proof of play."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import BlindSpan, ClientContentChange, PicturedEvent
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
)
from infoscreen_core.services.monitoring.content.published import Publication, record

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Played:
    """Writes the record."""

    sessions: sessionmaker[Session]

    def publish(
        self,
        group_id: int,
        at: datetime,
        *event_ids: int,
        files: dict[int, list[str]] | None = None,
    ) -> None:
        """Note that a group's players have this list now."""
        events = [PlannedEvent(one, f"Event {one}", 0) for one in event_ids]
        with self.sessions.begin() as session:
            record(session, [Publication(group_id, at, events, files or {})], now=at)

    def say(
        self,
        uuid: str,
        at: datetime,
        event_id: int | None,
        reason: ContentReason = ContentReason.REPORTED,
    ) -> None:
        """Note that a screen is found to show this from now on."""
        with self.sessions.begin() as session:
            session.add(
                ClientContentChange(
                    client_uuid=uuid,
                    at=at,
                    state=Content.AS_PLANNED if event_id else Content.UNKNOWN,
                    reason=reason,
                    shown_event_id=event_id,
                    shown_title=event_id and f"Event {event_id}",
                )
            )

    def picture(self, uuid: str, at: datetime, event_id: int) -> None:
        with self.sessions.begin() as session:
            session.add(PicturedEvent(client_uuid=uuid, at=at, event_id=event_id))

    def blind(self, start: datetime, end: datetime) -> None:
        with self.sessions.begin() as session:
            session.add(BlindSpan(began_at=start, ended_at=end, cause=BlindCause.BROKER))
