"""`/api/groups`: groups, their order, and who is in them."""

from collections.abc import Callable

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, Event
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api, pages_of, problem_of
from tests.support.people import actions_of, add_client, uuid_of

AsRole = Callable[[Role], Api]


@pytest.fixture(autouse=True)
def _groups(console: Console) -> None:
    """Foyer before Aula; two players in Aula, one in none."""
    with console.sessions.begin() as session:
        for group_id, name, place in ((1, "Aula", 2), (2, "Foyer", 1)):
            session.add(ClientGroup(id=group_id, name=name, sort_order=place, created_at=utc_now()))
        session.flush()
        add_client(session, 1, group_id=1)
        add_client(session, 2, group_id=1, is_active=False)
        add_client(session, 3)


@pytest.fixture
def admin(as_role: AsRole) -> Api:
    return as_role(Role.ADMIN)


def test_groups_come_in_their_order_with_what_is_in_them(admin: Api) -> None:
    foyer, aula = admin.read("/groups")
    assert (foyer["name"], foyer["screenCount"], foyer["sortOrder"]) == ("Foyer", 0, 1)
    assert (aula["screenCount"], aula["outOfServiceCount"], aula["eventCount"]) == (1, 1, 0)
    assert aula["createdAt"].endswith("Z")
    assert [[one["id"] for one in page] for page in pages_of(admin, "/groups?limit=1")] == [
        [2],
        [1],
    ]


@pytest.mark.parametrize("role", list(Role))
def test_editors_look_and_order_and_admins_change(as_role: AsRole, role: Role) -> None:
    script = as_role(role)
    of_editors = (
        ("GET", "/groups", None),
        ("GET", "/groups/with_clients", None),
        ("GET", "/groups/order", None),
        ("POST", "/groups/order", {"order": [1]}),
    )
    of_admins = (
        ("POST", "/groups", {"name": "Mensa"}),
        ("PUT", "/groups/2", {"name": "Halle"}),
        ("DELETE", "/groups/2", None),
    )
    looked = [script.call(*call).status_code for call in of_editors]
    changed = [script.call(*call).status_code for call in of_admins]
    assert looked == ([403] * 4 if role is Role.USER else [200] * 4)
    assert changed == ([403] * 3 if role in {Role.USER, Role.EDITOR} else [201, 200, 200])


def test_players_stand_in_their_groups_and_those_of_none_last(admin: Api) -> None:
    found = admin.read("/groups/with_clients")
    assert [(one["id"], one["name"]) for one in found] == [
        (2, "Foyer"),
        (1, "Aula"),
        (None, "Nicht zugeordnet"),
    ]
    assert [[client["uuid"] for client in one["clients"]] for one in found] == [
        [],
        [uuid_of(1), uuid_of(2)],
        [uuid_of(3)],
    ]
    assert found[1]["clients"][0]["isAlive"] is False
    walked = pages_of(admin, "/groups/with_clients?limit=1&lang=en")
    assert [[one["name"] for one in page] for page in walked] == [["Foyer"], ["Aula", "Unassigned"]]


def test_the_order_is_set_and_read(admin: Api) -> None:
    assert admin.read("/groups/order") == {"order": [2, 1]}
    assert admin.call("POST", "/groups/order", {"order": [1]}).json() == {"order": [1, 2]}
    assert admin.read("/groups/order") == {"order": [1, 2]}
    twice = admin.call("POST", "/groups/order", {"order": [1, 1]})
    assert problem_of(twice) == (422, "invalid")
    assert problem_of(admin.call("POST", "/groups/order", {"order": [9]})) == (404, "not_found")


def test_a_group_is_made_changed_and_deleted(admin: Api, console: Console) -> None:
    made = admin.call("POST", "/groups", {"name": " Mensa ", "description": "Erdgeschoß"})
    assert made.status_code == 201, made.text
    group = made.json()
    assert (group["name"], group["description"], group["sortOrder"]) == ("Mensa", "Erdgeschoß", 3)
    path = f"/groups/{group['id']}"
    changed = admin.call("PUT", path, {"name": "Kantine", "description": None}).json()
    assert (changed["name"], changed["description"]) == ("Kantine", "")
    assert admin.call("PUT", path, {"description": "Keller"}).json()["name"] == "Kantine"
    taken = admin.call("PUT", path, {"name": "AULA"})
    assert problem_of(taken) == (409, "conflict")
    assert taken.json()["details"][0]["field"] == "name"
    assert admin.call("DELETE", path).json()["success"] is True
    assert problem_of(admin.call("DELETE", path)) == (404, "not_found")
    with console.sessions() as session:
        assert actions_of(session) == [
            "group.created",
            "group.renamed",
            "group.described",
            "group.described",
            "group.deleted",
        ]


def test_what_is_in_a_group_goes_elsewhere_before_it_goes(admin: Api, console: Console) -> None:
    assert problem_of(admin.call("DELETE", "/groups/1")) == (409, "conflict")
    assert problem_of(admin.call("DELETE", "/groups/1?move_to=1")) == (422, "invalid")
    assert problem_of(admin.call("DELETE", "/groups/1?move_to=9")) == (404, "not_found")
    assert admin.call("DELETE", "/groups/1?move_to=2").status_code == 200
    assert len(admin.read("/groups/with_clients")[0]["clients"]) == 2
    assert admin.call("DELETE", "/groups/2?force=true").status_code == 200
    [left] = admin.read("/groups/with_clients")
    assert (left["id"], len(left["clients"])) == (None, 3)
    with console.sessions() as session:
        assert session.query(Event).all() == []


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": None}, {"name": "x" * 101}])
def test_a_change_that_cannot_be_is_refused(admin: Api, body: object) -> None:
    assert problem_of(admin.call("PUT", "/groups/1", body)) == (422, "invalid")
