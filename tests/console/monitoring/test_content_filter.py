"""The list of screens, narrowed to those that do not show what is planned."""

from datetime import timedelta

from sqlalchemy import update

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client
from infoscreen_core.domain.monitoring.content.states import PlannedEvent
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.monitoring.content.published import Publication, record
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group
from tests.support.people import add_client
from tests.support.record import judge_all


def test_the_address_leaves_those_that_are_not_as_planned(console: Console) -> None:
    now = utc_now()
    an_hour_ago, lately = now - timedelta(hours=1), now - timedelta(minutes=10)
    with console.sessions.begin() as session:
        group = add_group(session)
        for number, name, shown in ((1, "Aula links", 7), (2, "Aula rechts", 8)):
            client = add_client(
                session, number, description=name, group_id=group, last_alive=lately
            )
            client.process_status, client.current_event_id = ProcessStatus.RUNNING, shown
        listed = [PlannedEvent(7, "Mathe 3B", 0)]
        record(session, [Publication(group, an_hour_ago, listed)], now=an_hour_ago)
        judge_all(session, now=lately)
        judge_all(session, now=lately + timedelta(minutes=2))
        session.execute(update(Client).values(last_alive=now))
        judge_all(session, now=now)
    console.sign_in_as(Role.ADMIN)
    app = console.open("monitoring", content="behind")
    text = html_of(app)
    assert "Nicht wie geplant seit 10 min" in text
    assert "1 von 2 Bildschirmen" in text
    assert "Aula links" not in text
    assert "2 von 2 Bildschirmen laufen" in text
    app.selectbox(key="content").set_value("as_planned").run()
    assert "Aula links" in html_of(app)
    assert app.query_params["content"] == "as_planned"
