"""Screens & groups, as an administrator uses the page, without a browser."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from console.words.groups import NO_GROUP
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientGroup
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.standing import Standing
from tests.support.console import Console, html_of
from tests.support.people import actions_of, add_client, outbox_of, uuid_of
from tests.support.screens.listing import is_ticked, lists_of, press, tell, tick

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
VIENNA = ZoneInfo("Europe/Vienna")
PAGE = "clients"


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups, two approved screens of which one is unassigned, two players that wait."""
    console.sign_in_as(Role.ADMIN)
    now = utc_now()
    with console.sessions.begin() as session:
        for place, name in enumerate(("Foyer", "Aula"), start=1):
            session.add(ClientGroup(name=name, sort_order=place, created_at=now))
        session.flush()
        add_client(session, 1, hostname="host-1", description="Eingang", group_id=1, last_alive=now)
        add_client(session, 2, hostname="host-2", last_alive=now)
        add_client(session, 3, hostname="host-3", is_approved=False, last_alive=now)
        add_client(session, 4, hostname="host-4", is_approved=False, last_alive=now)
    return console


def _client(console: Console, number: int) -> Client | None:
    with console.sessions() as session:
        return session.get(Client, uuid_of(number))


def _group_names(console: Console) -> list[str]:
    with console.sessions() as session:
        return [group.name for group in list_groups(session)]


def _press(app: AppTest, label: str) -> AppTest:
    """Press the last button of this label: a dialog's, when it is open."""
    [*_others, button] = [button for button in app.button if button.label == label]
    return button.click().run()


def _tick(app: AppTest, number: int) -> AppTest:
    return tick(app, uuid_of(number))


def _type(app: AppTest, key: str, text: str) -> None:
    """Type a new option into a list that accepts them."""
    box = app.selectbox(key=key)
    box.options = [*box.options, text]
    box.set_value(text)


def _toasts(app: AppTest) -> list[str]:
    return [toast.value.replace("\\", "") for toast in app.toast]


def test_new_players_stand_on_top_and_the_fleet_below(school: Console) -> None:
    text = html_of(school.open(PAGE))
    assert "2 Bildschirme · 2 Raumgruppen · 2 warten auf Freigabe" in text
    assert text.index("host-3") < text.index("Eingang") < text.index("host-2")


def test_all_new_players_are_let_in_with_names_and_a_group(school: Console) -> None:
    app = school.open(PAGE)
    app = app.button(key="clients-approve-many").click().run()
    app.text_input(key=f"clients-name-{uuid_of(3)}").input("Aula links")
    app.selectbox(key="clients-approve-group").set_value(2)
    app = _press(app, "2 Bildschirme freigeben")
    assert _toasts(app) == ["Aula links, host-4 sind freigegeben. Raumgruppe: Aula."]
    named, plain = _client(school, 3), _client(school, 4)
    assert named is not None
    assert plain is not None
    assert (named.display_name, named.group_id) == ("Aula links", 2)
    assert (plain.display_name, plain.group_id) == ("host-4", 2)
    with school.sessions() as session:
        topics = {topic for topic, _payload, _retain in outbox_of(session)}
    assert topics == {f"infoscreen/{uuid_of(3)}/group_id", f"infoscreen/{uuid_of(4)}/group_id"}


def test_one_of_the_new_players_is_let_in_and_the_other_waits_on(school: Console) -> None:
    app = school.open(PAGE)
    app = press(app, "approve", uuid_of(4))
    _press(app, "Bildschirm freigeben")
    let_in, waiting = _client(school, 4), _client(school, 3)
    assert let_in is not None
    assert waiting is not None
    assert let_in.approved_at is not None
    assert waiting.approved_at is None


def test_a_name_that_cannot_be_shown_is_refused_beside_its_field_and_nothing_is_written(
    school: Console,
) -> None:
    app = school.open(PAGE)
    app = press(app, "approve", uuid_of(3))
    app.text_input(key=f"clients-name-{uuid_of(3)}").input("Aula\x07")
    app = _press(app, "Bildschirm freigeben")
    assert "U+0007" in html_of(app)
    assert app.text_input(key=f"clients-name-{uuid_of(3)}").value == "Aula\x07"
    waiting = _client(school, 3)
    assert waiting is not None
    assert waiting.approved_at is None


def test_a_new_player_is_rejected_with_a_reason_and_approved_after_all(school: Console) -> None:
    app = press(school.open(PAGE), "reject", uuid_of(3))
    app = _press(app, "Bildschirm ablehnen")
    assert "warum der Bildschirm" in html_of(app)
    app.text_input(key=f"clients-reject-reason-{uuid_of(3)}").input("gehört <nebenan>")
    app = _press(app, "Bildschirm ablehnen")
    assert _toasts(app) == ["host-3 ist abgelehnt."]
    text = html_of(app)
    assert "1 wartet auf Freigabe" in text
    assert "gehört &lt;nebenan&gt;" in text
    assert "admin · " in text
    app = press(app, "approve", uuid_of(3))
    app = _press(app, "Bildschirm freigeben")
    client = _client(school, 3)
    assert client is not None
    assert client.standing is Standing.IN_SERVICE
    assert "nebenan" not in html_of(app)


def test_ticked_screens_are_put_into_a_group(school: Console) -> None:
    app = _tick(_tick(school.open(PAGE), 1), 2)
    app = app.button(key="clients-assign-many").click().run()
    assert "wechseln sofort" in html_of(app)
    app.selectbox(key="clients-assign-group").set_value(2)
    app = _press(app, "2 Bildschirme zuordnen")
    assert _toasts(app) == ["Eingang, host-2 gehören jetzt zur Raumgruppe Aula."]
    clients = [_client(school, 1), _client(school, 2)]
    assert [client and client.group_id for client in clients] == [2, 2]
    assert not is_ticked(app, uuid_of(1))


def test_what_is_ticked_stays_ticked_behind_a_filter_and_is_told(school: Console) -> None:
    app = _tick(school.open(PAGE), 1)
    app = app.text_input(key="search").input("host-2").run()
    assert "1 ausgewählt, 1 davon ausgeblendet" in html_of(app)
    assert app.query_params["search"] == "host-2"
    app = app.button(key="clients-clear").click().run()
    assert "1 von 2 Bildschirmen" in html_of(app)


def test_several_ticked_at_once_are_all_heard_and_unticked_again(school: Console) -> None:
    app = tick(school.open(PAGE), uuid_of(1), uuid_of(2))
    assert "2 ausgewählt" in html_of(app)
    app = tick(app, uuid_of(1), uuid_of(2), is_on=False)
    assert "ausgewählt" not in html_of(app)


def test_a_tick_that_is_told_twice_counts_once(school: Console) -> None:
    app = tick(school.open(PAGE), uuid_of(1))
    said = [[1, uuid_of(1), True]]
    app = tell(app, "roster-list", [[2, uuid_of(1), False]])
    app = tell(app, "roster-list", [*said, [3, uuid_of(2), True]])
    assert not is_ticked(app, uuid_of(1))
    assert is_ticked(app, uuid_of(2))


def test_a_tick_is_heard_when_the_next_choice_already_hides_its_line(school: Console) -> None:
    app = school.open(PAGE)
    app.text_input(key="search").input("host-9")
    app = tick(app, uuid_of(1))
    assert "roster-list" not in lists_of(app)
    assert "1 ausgewählt, 1 davon ausgeblendet" in html_of(app)


def test_all_that_a_search_finds_are_ticked_at_once_on_every_page(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    with console.sessions.begin() as session:
        for number in range(1, 61):
            add_client(
                session, number, description=f"{'Raum' if number % 2 else 'Hof'} {number:02}"
            )
    app = _tick(console.open(PAGE, search="raum"), 1)
    assert app.button(key="clients-pick-found").label == "Alle 30 gefundenen auswählen"
    app = app.button(key="clients-pick-found").click().run()
    assert "30 ausgewählt" in html_of(app)
    assert "clients-pick-found" not in [button.key for button in app.button]
    app = app.text_input(key="search").input("raum 01").run()
    assert "30 ausgewählt, 29 davon ausgeblendet" in html_of(app)
    app = app.button(key="clients-remove-many").click().run()
    _press(app, "30 Bildschirme entfernen")
    with console.sessions() as session:
        assert session.query(Client).count() == 30


def test_of_very_many_that_wait_the_first_are_shown_and_all_are_counted(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    with console.sessions.begin() as session:
        for number in range(1, 53):
            add_client(session, number, is_approved=False)
    app = console.open(PAGE)
    assert "Die ersten 50 von 52" in html_of(app)
    assert lists_of(app)["roster-pending-list"]["html"].count('data-deed="reject"') == 50


def test_removing_is_said_first_and_done_at_the_second_click(school: Console) -> None:
    app = _tick(school.open(PAGE), 1)
    app = app.button(key="clients-remove-many").click().run()
    assert "endgültig gelöscht" in html_of(app)
    assert _client(school, 1) is not None
    app = _press(app, "Bildschirm entfernen")
    assert _toasts(app) == ["Eingang ist entfernt."]
    assert _client(school, 1) is None


def test_cancelling_leaves_everything_as_it_was(school: Console) -> None:
    app = _tick(school.open(PAGE), 1)
    app = app.button(key="clients-remove-many").click().run()
    app = _press(app, "Abbrechen")
    assert "endgültig gelöscht" not in html_of(app)
    assert _client(school, 1) is not None


def test_a_screen_gets_another_name_a_new_group_and_leaves_service(school: Console) -> None:
    uuid = uuid_of(1)
    app = press(school.open(PAGE), "edit", uuid)
    app.text_input(key=f"clients-edit-name-{uuid}").input("Eingang Nord")
    _type(app, f"clients-edit-group-{uuid}", "Mensa")
    app.toggle(key=f"clients-edit-active-{uuid}").set_value(False)
    app = _press(app, "Bildschirm speichern")
    assert _toasts(app) == ["Eingang Nord ist gespeichert."]
    client = _client(school, 1)
    assert client is not None
    assert client.group is not None
    assert (client.description, client.group.name, client.is_active) == (
        "Eingang Nord",
        "Mensa",
        False,
    )


def test_saving_what_did_not_change_writes_nothing(school: Console) -> None:
    app = press(school.open(PAGE), "edit", uuid_of(1))
    _press(app, "Bildschirm speichern")
    with school.sessions() as session:
        assert actions_of(session) == []
        assert outbox_of(session) == []


def test_a_screen_that_somebody_else_removed_meanwhile_is_told(school: Console) -> None:
    app = press(school.open(PAGE), "edit", uuid_of(2))
    with school.sessions.begin() as session:
        session.delete(session.get_one(Client, uuid_of(2)))
    app = app.run()
    assert "jemand anderes" in html_of(app)
    app = app.button(key="clients-gone").click().run()
    assert "jemand anderes" not in html_of(app)


def test_a_group_is_created_and_a_taken_name_is_refused_beside_its_field(school: Console) -> None:
    app = school.open(PAGE, list="groups").button(key="groups-new").click().run()
    app.text_input(key="groups-name-new").input("foyer")
    app.text_input(key="groups-description-new").input("Eingang")
    app = _press(app, "Raumgruppe anlegen")
    assert "gibt es schon" in html_of(app)
    assert app.text_input(key="groups-description-new").value == "Eingang"
    app.text_input(key="groups-name-new").input("Mensa")
    app = _press(app, "Raumgruppe anlegen")
    assert _toasts(app) == ["Die Raumgruppe Mensa ist angelegt."]
    assert _group_names(school) == ["Foyer", "Aula", "Mensa"]


def test_a_group_is_renamed_and_described(school: Console) -> None:
    app = press(school.open(PAGE, list="groups"), "edit", "1")
    app.text_input(key="groups-name-1").input("Halle")
    app.text_input(key="groups-description-1").input("Erdgeschoss")
    app = _press(app, "Raumgruppe speichern")
    assert _toasts(app) == ["Halle ist gespeichert."]
    assert "Erdgeschoss" in html_of(app)
    assert _group_names(school) == ["Halle", "Aula"]


def test_the_order_of_groups_is_kept_and_the_unassigned_stand_last(school: Console) -> None:
    app = school.open(PAGE, list="groups")
    assert lists_of(app)["groups-list"]["html"].count(" disabled") == 2  # first up, last down
    app = press(app, "down", "1")
    assert _toasts(app) == ["Foyer steht jetzt an Stelle 2."]
    assert _group_names(school) == ["Aula", "Foyer"]
    text = html_of(app)
    assert text.index("Aula") < text.index("Foyer") < text.index("Nicht zugeordnet")
    overview = html_of(school.open())
    assert overview.index("Aula") < overview.index("Foyer")


def test_a_group_that_is_not_empty_goes_only_when_its_contents_go_elsewhere(
    school: Console,
) -> None:
    app = press(school.open(PAGE, list="groups"), "remove", "1")
    app = _press(app, "Raumgruppe löschen")
    assert "verlegen Sie sie zuerst" in html_of(app)
    assert _group_names(school) == ["Foyer", "Aula"]
    app.selectbox(key="groups-target-1").set_value(2)
    app = _press(app, "Raumgruppe löschen")
    assert _toasts(app) == ["Die Raumgruppe Foyer ist gelöscht."]
    client = _client(school, 1)
    assert client is not None
    assert client.group_id == 2


def test_a_bookmarked_view_opens_as_it_was(school: Console) -> None:
    text = html_of(school.open(PAGE, group=NO_GROUP, order="name"))
    assert "host-2" in text
    assert "Eingang" not in text


@pytest.mark.parametrize("page", ["2", "9", "none"])
def test_a_long_list_is_turned_page_by_page(school: Console, page: str) -> None:
    with school.sessions.begin() as session:
        for number in range(10, 40):
            add_client(session, number, hostname=f"more-{number}")
    text = html_of(school.open(PAGE, page=page, order="host"))
    assert "32 Bildschirme" in text
    assert ("more-39" in text) is (page != "none")


def test_an_empty_installation_says_what_to_do_first(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    app = console.open(PAGE)
    assert [heading.value for heading in app.header] == [
        "Noch keine Raumgruppe",
        "Noch keine Bildschirme",
    ]
    assert app.button(key="groups-new").label == "Raumgruppe anlegen"


def test_the_page_speaks_english_too(console: Console) -> None:
    console.sign_in_as(Role.ADMIN, language="en")
    assert "0 screens · 0 groups" in html_of(console.open(PAGE))


def test_nobody_below_admin_finds_the_page(console: Console) -> None:
    console.sign_in_as(Role.EDITOR)
    assert "Raumgruppen" not in html_of(console.open(PAGE))
