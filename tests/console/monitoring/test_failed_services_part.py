"""The list of failed services on its page, without a browser."""

from datetime import timedelta

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of
from tests.support.record import judge_all


@pytest.fixture
def school(console: Console) -> Console:
    """Two screens, a service of each of which failed; one that is well."""
    now = utc_now()
    with console.sessions.begin() as session:
        for number, name in enumerate(("Aula", "Labor", "Hof"), start=1):
            add_client(session, number, description=name, last_alive=now)
        for number, unit in ((1, "old.service"), (2, "new<b>.service")):
            client = session.get_one(Client, uuid_of(number))
            client.service_failed_at = now - timedelta(hours=3 - number)
            client.service_failed_unit = unit
        judge_all(session, now=now)
    return console


def test_the_newest_failure_comes_first_and_is_acknowledged_with_a_note(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("monitoring")
    text = html_of(app)
    assert "2 ausgefallene Dienste" in [one.label for one in app.expander]
    assert 0 < text.index("new&lt;b&gt;.service") < text.index("old.service</code>")
    assert "seither nicht neu gestartet" in text
    app = app.button(key=f"acknowledge-{uuid_of(2)}").click().run()
    app.text_input[-1].input("neue Karte")
    [button] = [one for one in app.button if one.label == "Quittieren" and one.form_id]
    app = button.click().run()
    assert [toast.value for toast in app.toast] == ["Der Dienstausfall von Labor ist quittiert."]
    with school.sessions() as session:
        assert session.get_one(Client, uuid_of(2)).service_failed_at is None
        assert session.get_one(Client, uuid_of(1)).service_failed_at is not None


def test_who_may_only_look_has_the_list_without_buttons(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("monitoring")
    assert "old.service" in html_of(app)
    assert not [one for one in app.button if str(one.key).startswith("acknowledge-")]
