"""Incidents and the wall on their pages, without a browser."""

from datetime import timedelta

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of


@pytest.fixture
def school(console: Console) -> Console:
    """A screen that is well, one that crashed, one that is silent; each in a group of its own."""
    now = utc_now()
    with console.sessions.begin() as session:
        for number, name in enumerate(("Foyer", "Labor", "Hof"), start=1):
            session.add(ClientGroup(id=number, name=name, sort_order=number, created_at=now))
        session.flush()
        for number, name, status in (
            (1, "Aula", ProcessStatus.RUNNING),
            (2, "Chemie", ProcessStatus.CRASHED),
            (3, "Physik", None),
        ):
            add_client(
                session,
                number,
                description=name,
                group_id=number,
                last_alive=now if status else now - timedelta(minutes=20),
                process_status=status,
            )
    return console


def test_an_incident_is_taken_with_a_note_and_everybody_sees_it(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = school.open()
    app = app.button(key=f"take-{uuid_of(3)}").click().run()
    app.text_input[-1].input("hole den Schlüssel")
    [button] = [one for one in app.button if one.label == "Ich kümmere mich" and one.form_id]
    app = button.click().run()
    assert [toast.value for toast in app.toast] == [
        "Sie kümmern sich jetzt um Physik; alle sehen das."
    ]
    assert "editor kümmert sich seit" in html_of(app)
    school.sign_in_as(Role.USER)
    page = school.open()
    assert ": hole den Schlüssel" in html_of(page)
    assert not [one for one in page.button if str(one.key).startswith(("take-", "release-"))]
    school.sign_in_as(Role.ADMIN)
    page = school.open().button(key=f"release-{uuid_of(3)}").click().run()
    assert "kümmert sich seit" not in html_of(page)


def test_the_far_wall_is_open_to_all_and_narrowed_by_its_address(school: Console) -> None:
    school.sign_in_as(Role.USER)
    text = html_of(school.open("wall"))
    assert text.count('<li class="is-far-') == 3
    assert "1 von 3 Bildschirmen laufen · 2 Vorfälle" in text
    text = html_of(school.open("wall", group="3"))
    assert "Physik" in text
    assert "Aula" not in text
