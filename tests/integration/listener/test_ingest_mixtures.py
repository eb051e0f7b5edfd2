"""One batch, players that report different things: each keeps what it did not say."""

import pytest

from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.listener.telemetry import Desk, at, health, say

FIGURES = {"cpu_percent": 12.5, "memory_percent": 40, "screen_on": True}


def test_a_column_is_written_for_those_that_report_it_and_for_no_others(desk: Desk) -> None:
    full, sparse, silent, cleared = (desk.new_client(cpu_percent=1.0, ip="::1") for _ in range(4))
    desk.hear(
        say(full, "health", health(health_metrics=FIGURES), received_at=at(1)),
        say(sparse, "heartbeat", {"current_process": "vlc", "process_status": "crashed"}),
        say(silent, "heartbeat", {}, received_at=at(2)),
        say(cleared, "heartbeat", {"ip": None}, received_at=at(3)),
        say(cleared, "health", health(health_metrics={"cpu_percent": None}), received_at=at(4)),
    )
    one = desk.client(full)
    assert (one.cpu_percent, one.memory_percent, one.screen_on) == (12.5, 40, True)
    assert (one.ip, one.health_at) == ("::1", at(1))
    two = desk.client(sparse)
    assert (two.current_process, two.process_status) == ("vlc", ProcessStatus.CRASHED)
    assert (two.cpu_percent, two.memory_percent, two.ip) == (1.0, None, "::1")
    three = desk.client(silent)
    assert (three.last_alive, three.health_at) == (at(2), None)
    assert (three.current_process, three.cpu_percent, three.ip) == (None, 1.0, "::1")
    four = desk.client(cleared)
    assert (four.last_alive, four.health_at) == (at(4), at(4))
    assert (four.current_process, four.cpu_percent, four.ip) == ("chromium", None, None)


def test_players_that_all_report_the_same_and_nothing_else(desk: Desk) -> None:
    players = [desk.new_client(cpu_percent=1.0, memory_percent=2.0) for _ in range(3)]
    metrics = [{"cpu_percent": 50.0 + number} for number in range(3)]
    desk.hear(
        *(
            say(uuid, "health", health(health_metrics=figures), received_at=at(number))
            for number, (uuid, figures) in enumerate(zip(players, metrics, strict=True))
        )
    )
    found = [desk.client(uuid) for uuid in players]
    assert [one.cpu_percent for one in found] == [50.0, 51.0, 52.0]
    assert [one.memory_percent for one in found] == [2.0, 2.0, 2.0]
    assert [one.health_at for one in found] == [at(0), at(1), at(2)]


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien's",
        "back\\slash\\",
        '"quoted"',
        "\\'",
        "100 %s :rows {x}",
        "line\nfeed\ttab\x1aend",
        "ä€😀",
        "--; /* ' */",
    ],
)
def test_any_text_is_stored_as_it_came(desk: Desk, name: str) -> None:
    one, other = desk.new_client(), desk.new_client()
    body = health()
    body["actual_state"]["process"] = name
    desk.hear(say(one, "health", body), say(other, "health", health()))
    assert desk.client(one).current_process == name
    assert desk.client(other).current_process == "chromium"
