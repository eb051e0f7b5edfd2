"""`/api/system-settings`: typed values, by whoever may."""

from collections.abc import Callable

import pytest

from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.people import actions_of

AsRole = Callable[[Role], Api]


def test_every_setting_is_listed_with_its_default(as_role: AsRole) -> None:
    listed = as_role(Role.ADMIN).read("/system-settings")
    assert [one["key"] for one in listed] == sorted(SETTING_KEYS)
    assert all(one["value"] == one["default"] and one["updatedAt"] is None for one in listed)


def test_one_setting_is_changed_and_audited(as_role: AsRole, console: Console) -> None:
    admin = as_role(Role.ADMIN)
    answer = admin.call("PUT", "/system-settings/presentation_interval", {"value": 15})
    assert answer.status_code == 200, answer.text
    assert answer.json() == admin.read("/system-settings/presentation_interval")
    assert answer.json()["value"] == 15
    assert answer.json()["updatedAt"].endswith("Z")
    with console.sessions() as session:
        assert actions_of(session)[-1] == "setting.changed"


def test_several_settings_are_changed_all_or_none(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    wrong = {"video_volume": 0.5, "presentation_interval": 0, "video_muted": "yes"}
    answer = admin.call("PUT", "/system-settings", wrong)
    assert problem_of(answer) == (422, "invalid")
    assert admin.read("/system-settings/video_volume")["value"] == 0.8
    answer = admin.call("PUT", "/system-settings", {"video_volume": 1, "video_muted": True})
    values = {one["key"]: one["value"] for one in answer.json()}
    assert (values["video_volume"], values["video_muted"]) == (1, True)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("presentation_interval", "15"),
        ("presentation_interval", 15.0),
        ("presentation_interval", True),
        ("video_muted", 1),
        ("video_volume", "0.5"),
        ("organization_name", 5),
        ("organization_name", None),
        ("group_order", "[1]"),
        ("group_order", [1]),
    ],
)
def test_a_value_of_another_type_is_refused(as_role: AsRole, key: str, value: object) -> None:
    answer = as_role(Role.ADMIN).call("PUT", f"/system-settings/{key}", {"value": value})
    assert problem_of(answer) == (422, "invalid")


def test_an_unknown_key_is_not_found(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    for answer in (
        admin.call("GET", "/system-settings/nothing"),
        admin.call("PUT", "/system-settings/nothing", {"value": 1}),
        admin.call("PUT", "/system-settings", {"nothing": 1}),
    ):
        assert problem_of(answer) == (404, "not_found")


def test_the_supplement_table_has_a_route_of_its_own(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    assert admin.read("/system-settings/supplement-table") == {"url": "", "enabled": False}
    table = {"url": "https://example.org/plan", "enabled": True}
    assert admin.call("POST", "/system-settings/supplement-table", table).json() == table
    off = admin.call("POST", "/system-settings/supplement-table", {"enabled": False}).json()
    assert off == {"url": "https://example.org/plan", "enabled": False}
    wrong = {"url": "javascript:alert(1)", "enabled": True}
    answer = admin.call("POST", "/system-settings/supplement-table", wrong)
    assert problem_of(answer) == (422, "invalid")


def test_editors_may_not_even_look(as_role: AsRole) -> None:
    editor = as_role(Role.EDITOR)
    for method, path in (("GET", ""), ("GET", "/ui_language"), ("GET", "/supplement-table")):
        answer = editor.call(method, f"/system-settings{path}")
        assert problem_of(answer) == (403, "not_allowed")
