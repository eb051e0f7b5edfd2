"""`infoscreen settings`."""

import json

import pytest

from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions
from tests.support.people import actions_of


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`infoscreen settings …`: exit code, output, errors."""
    return program_on(sqlite_url, monkeypatch, capsys, "settings")


def test_every_setting_is_listed_with_its_default(run: Run) -> None:
    _code, out, _err = run("list", "--json")
    rows = {row["key"]: row for row in json.loads(out)}
    assert rows.keys() == SETTING_KEYS.keys()
    assert rows["video_volume"] == {
        "key": "video_volume",
        "value": 0.8,
        "default": 0.8,
        "updated_at": None,
    }


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("presentation_interval", "15", 15),
        ("video_muted", "ja", True),
        ("default_timezone", "UTC", "UTC"),
        ("organization_name", "HTL Größe", "HTL Größe"),
    ],
)
def test_a_setting_is_changed_and_read_back_typed(
    run: Run, key: str, text: str, value: object
) -> None:
    code, out, _err = run("set", key, text, "--json")
    assert (code, json.loads(out)["value"]) == (0, value)
    row = json.loads(run("get", key, "--json")[1])
    assert row["value"] == value
    assert row["updated_at"].endswith("Z")


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("refresh_seconds", "-1", "use whole seconds from 0 (off) to 86400"),
        ("default_timezone", "Europe/Wien", "use an IANA zone"),
        ("group_order", "[1]", "where groups are listed"),
        ("colour", "red", "There is no setting colour."),
        (
            "incident_cpu_percent",
            "79",
            "incident_cpu_over_percent: The incident opens at 79, so it has to be over at less",
        ),
        ("incident_cpu_over_percent", "95", "The incident opens at 90,"),
    ],
)
def test_a_wrong_value_ends_with_a_sentence_and_code_2(
    run: Run, sqlite_sessions: Sessions, key: str, text: str, said: str
) -> None:
    code, out, err = run("set", key, text)
    assert (code, out) == (2, "")
    assert said in err
    with sqlite_sessions() as session:
        assert actions_of(session) == []
