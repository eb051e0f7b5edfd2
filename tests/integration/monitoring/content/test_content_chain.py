"""From the wire to the incident: a simulated player that ignores its list is found out."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from infoscreen_core.db.models import ClientStatus, Incident
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason, PlannedEvent
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.services.monitoring import fleet
from infoscreen_core.services.monitoring.content.history import list_content
from infoscreen_core.services.monitoring.content.published import Publication, record
from tests.support.listener.telemetry import Desk
from tests.support.monitoring.chain import Chain
from tests.support.screens.players import event
from workers.simulator.control import obey, parse_note

SECOND = timedelta(seconds=1)


class ContentChain(Chain):
    """A chain whose player may follow its list or not."""

    def publish(self, *numbers: int) -> None:
        """Do what the scheduler does when the broker confirms a list."""
        items = [event(number, group_id=self.group) for number in numbers]
        self.stage.tell(f"infoscreen/events/{self.group}", items)
        events = [PlannedEvent(number, f"Event {number}", 0) for number in numbers]
        with self.desk.sessions.begin() as session:
            record(session, [Publication(self.group, self.stage.now, events)], now=self.stage.now)

    def content(self) -> tuple[Content | None, ContentReason | None]:
        with self.desk.sessions() as session:
            row = session.get_one(ClientStatus, self.stage.uuid)
            return row.content, row.content_reason

    def incident(self) -> Incident | None:
        with self.desk.sessions() as session:
            query = select(Incident).where(Incident.kind == IncidentKind.WRONG_CONTENT)
            return session.scalars(query).one_or_none()


def test_a_screen_that_ignores_its_list_is_found_out_and_heals(desk: Desk, tmp_path: Path) -> None:
    chain = ContentChain(desk, tmp_path)
    chain.publish(1)
    chain.wait(20)
    as_planned = (Content.AS_PLANNED, ContentReason.REPORTED)
    assert chain.content() == as_planned
    obey(chain.stage.player, parse_note("stuck 1"), chain.stage.now)
    published = chain.stage.now
    chain.publish(2)
    chain.wait(70)
    assert chain.content() == as_planned  # it may not have had its turn to speak
    chain.wait(10)
    assert chain.content() == (Content.BEHIND, ContentReason.OTHER_EVENT)
    assert chain.incident() is None
    chain.wait(70)
    found = chain.incident()
    assert found is not None
    assert found.closed_at is None
    with desk.sessions() as session:
        reading = fleet.Reading(chain.stage.now, timedelta(hours=24), timedelta(minutes=2))
        view = fleet.find_client(session, chain.stage.uuid, reading)
    assert view is not None
    assert view.content is not None
    assert view.content.since == published
    obey(chain.stage.player, parse_note("recover 1"), chain.stage.now)
    chain.wait(20)
    assert chain.content() == as_planned
    found = chain.incident()
    assert found is not None
    assert found.closed_at is not None
    with desk.sessions() as session:
        spans = list_content(
            session, chain.stage.uuid, since=published - SECOND, until=chain.stage.now
        )
    assert [(one.state, one.planned_title, one.shown_title) for one in spans] == [
        (Content.AS_PLANNED, "Event 1", "Event 1"),
        (Content.BEHIND, "Event 2", "Event 1"),
        (Content.AS_PLANNED, "Event 2", "Event 2"),
    ]
