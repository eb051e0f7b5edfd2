"""Log lines of players: each is stored once."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from infoscreen_core.db.models import Client, ClientLog
from tests.support.listener.telemetry import NOW, Desk, at, health, say, stamp


def log_line(message: str = "boom", **parts: object) -> dict[str, object]:
    return {"message": message, "timestamp": stamp(NOW), **parts}


def test_a_log_line_delivered_again_is_stored_once(desk: Desk) -> None:
    uuid = desk.new_client()
    line = log_line(context={"b": [1, 2], "a": None})
    desk.hear(say(uuid, "logs/error", line, mid=7), say(uuid, "logs/error", line, mid=7))
    desk.hear(say(uuid, "logs/error", line, mid=7, received_at=at(30)))
    [log] = desk.all(ClientLog)
    assert (log.level, log.message, log.context) == ("ERROR", "boom", {"b": [1, 2], "a": None})
    assert (log.timestamp, log.received_at, log.ordered_at) == (NOW, NOW, NOW)
    assert log.is_clock_skewed is False


def test_lines_that_differ_in_anything_are_different_lines(desk: Desk) -> None:
    uuid, other = desk.new_client(), desk.new_client()
    desk.hear(
        say(uuid, "logs/error", log_line()),
        say(uuid, "logs/warn", log_line()),
        say(uuid, "logs/error", log_line(context={"x": 1})),
        say(uuid, "logs/error", log_line("boom!")),
        say(uuid, "logs/error", log_line(timestamp=stamp(at(0.001)))),
        say(other, "logs/error", log_line()),
    )
    assert len(desk.all(ClientLog)) == 6


def test_without_a_timestamp_two_equal_lines_are_two_but_a_redelivery_is_one(desk: Desk) -> None:
    uuid = desk.new_client()
    line = {"message": "again"}
    desk.hear(say(uuid, "logs/error", line, mid=7), say(uuid, "logs/error", line, mid=8))
    desk.hear(say(uuid, "logs/error", line, mid=7, received_at=at(20)))
    desk.hear(
        say(uuid, "logs/info", line, qos=0, received_at=at(1)),
        say(uuid, "logs/info", line, qos=0, received_at=at(2)),
    )
    logs = desk.all(ClientLog)
    assert sorted(log.level for log in logs) == ["ERROR", "ERROR", "INFO", "INFO"]
    assert [log.timestamp for log in logs] == [None] * 4


def test_two_equal_lines_of_one_second_are_two_whatever_is_delivered_again(desk: Desk) -> None:
    uuid = desk.new_client()
    for level, qos in (("warn", 1), ("info", 0)):
        line = log_line(f"{level} again")
        desk.hear(*(say(uuid, f"logs/{level}", line, qos=qos) for _ in range(2)))
        desk.hear(say(uuid, f"logs/{level}", line, qos=qos, received_at=at(0.4)))
    again = [say(uuid, "logs/warn", log_line(), mid=mid) for mid in (501, 502)]
    desk.hear(again[0])
    desk.hear(*again)  # the first was acknowledged too late
    desk.restart()
    desk.hear(*again[1:])
    assert sorted(log.message for log in desk.all(ClientLog)) == [
        *["boom"] * 2,
        *["info again"] * 3,
        *["warn again"] * 3,
    ]


def test_a_line_that_the_player_itself_repeats_after_connecting_again_is_one(desk: Desk) -> None:
    uuid = desk.new_client()
    exact = log_line("exact", timestamp=stamp(at(0.25)))
    for line in (log_line(), exact):
        desk.hear(say(uuid, "logs/error", line))
        desk.hear(say(uuid, "logs/error", line, received_at=at(3)))
    assert sorted(log.message for log in desk.all(ClientLog)) == ["boom", "exact"]


def skewed(desk: Desk) -> dict[str, bool]:
    return {log.message: log.is_clock_skewed for log in desk.all(ClientLog)}


def told(desk: Desk, uuid: str, *, behind: float, received_at: datetime, qos: int = 0) -> None:
    """Let the player report its health, with a clock that is so many seconds behind."""
    moment = received_at - timedelta(seconds=behind)
    leaf = "health" if qos == 0 else "heartbeat"
    body = health(timestamp=stamp(moment)) if qos == 0 else {"timestamp": stamp(moment)}
    desk.hear(say(uuid, leaf, body, received_at=received_at, qos=qos))


def test_without_reports_of_the_player_a_clock_that_is_far_off_is_not_believed(desk: Desk) -> None:
    uuid = desk.new_client()
    for minutes in (-6, -4, 4, 6, -500_000):
        moment = NOW + timedelta(minutes=minutes)
        desk.hear(say(uuid, "logs/warn", log_line(f"{minutes}", timestamp=stamp(moment))))
    logs = {log.message: log for log in desk.all(ClientLog)}
    assert {name for name, log in logs.items() if log.is_clock_skewed} == {"-6", "6", "-500000"}
    assert logs["6"].ordered_at == NOW
    assert logs["6"].timestamp == NOW + timedelta(minutes=6)
    assert logs["4"].ordered_at == NOW + timedelta(minutes=4)


def test_a_line_that_waited_in_the_broker_keeps_the_players_time(desk: Desk) -> None:
    uuid, written = desk.new_client(), at(-360)
    line = say(uuid, "logs/error", log_line(timestamp=stamp(written)))
    desk.hear(line._replace(may_have_waited=True))
    [log] = desk.all(ClientLog)
    assert (log.ordered_at, log.is_clock_skewed) == (written, False)
    ancient = log_line("1970", timestamp="1970-01-01T00:00:07Z")
    desk.hear(say(uuid, "logs/error", ancient)._replace(may_have_waited=True))
    assert skewed(desk) == {"boom": False, "1970": True}


@pytest.mark.parametrize("is_restarted", [False, True])
def test_what_a_player_with_a_right_clock_kept_for_us_keeps_its_time(
    desk: Desk, is_restarted: bool
) -> None:
    uuid = desk.new_client()
    told(desk, uuid, behind=1, received_at=at(-400))
    if is_restarted:
        desk.restart()
    for seconds in range(-360, 0, 60):
        line = log_line(f"{seconds}", timestamp=stamp(at(seconds)))
        desk.hear(say(uuid, "logs/error", line))
    told(desk, uuid, behind=1, received_at=NOW)
    logs = desk.all(ClientLog)
    assert [log.ordered_at for log in logs] == [at(seconds) for seconds in range(-360, 0, 60)]
    assert not any(log.is_clock_skewed for log in logs)


def test_a_clock_that_live_reports_call_slow_is_not_believed_in_a_backlog_either(
    desk: Desk,
) -> None:
    uuid = desk.new_client()
    told(desk, uuid, behind=600, received_at=at(-700))
    assert desk.client(uuid).clock_behind_seconds == 600
    late = say(uuid, "logs/error", log_line("late", timestamp=stamp(at(-900))))
    desk.hear(late._replace(may_have_waited=True))
    told(desk, uuid, behind=0, received_at=at(5))
    assert desk.client(uuid).clock_behind_seconds == 0
    desk.hear(say(uuid, "logs/error", log_line("set right", timestamp=stamp(at(6)))))
    desk.hear(say(uuid, "logs/error", log_line("kept", timestamp=stamp(at(-900)))))
    assert skewed(desk) == {"late": True, "set right": False, "kept": False}


def test_reports_that_were_stuck_on_their_way_do_not_blame_a_clock(desk: Desk) -> None:
    uuid = desk.new_client()
    told(desk, uuid, behind=0, received_at=at(-600))
    for seconds in range(-600, -400, 20):  # in a burst, once our database is back
        told(desk, uuid, behind=-seconds, received_at=at(0))
    told(desk, uuid, behind=500, received_at=at(1), qos=1)
    desk.hear(say(uuid, "logs/warn", log_line("right", timestamp=stamp(at(-400)))))
    for seconds in range(2, 40, 5):
        told(desk, uuid, behind=400, received_at=at(seconds))
    moment = at(41)
    line = log_line("slow", timestamp=stamp(at(-359)))
    desk.hear(say(uuid, "logs/warn", line, received_at=moment))
    assert skewed(desk) == {"right": False, "slow": True}


def test_a_fast_clock_is_not_believed_however_late_its_lines_are(desk: Desk) -> None:
    uuid = desk.new_client()
    told(desk, uuid, behind=0, received_at=at(-60))
    told(desk, uuid, behind=-600, received_at=at(-5))
    desk.hear(say(uuid, "logs/warn", log_line("ahead", timestamp=stamp(at(600)))))
    desk.hear(say(uuid, "logs/warn", log_line("waited", timestamp=stamp(at(-400)))))
    assert skewed(desk) == {"ahead": True, "waited": True}


def test_a_tv_report_that_waited_keeps_the_players_time(desk: Desk) -> None:
    uuid = desk.new_client()
    told(desk, uuid, behind=0, received_at=at(-1000))
    report = {"state": "off", "reported_at": stamp(at(-900))}
    desk.hear(say(uuid, "power/state", report))
    assert desk.client(uuid).power_state_since == at(-900)


def test_clocks_of_players_that_nobody_knows_are_not_remembered(desk: Desk) -> None:
    uuid = str(uuid4())
    told(desk, uuid, behind=900, received_at=at(-60))
    with desk.sessions.begin() as session:
        session.add(Client(uuid=uuid, registration_time=NOW))
    told(desk, uuid, behind=0, received_at=at(-50))
    assert desk.client(uuid).clock_behind_seconds == 0


def test_the_longest_line_of_the_widest_characters_is_stored_whole(desk: Desk) -> None:
    uuid = desk.new_client()
    message = "\N{GRINNING FACE}" * 16_384
    desk.hear(say(uuid, "logs/error", {"message": message}))
    assert [log.message for log in desk.all(ClientLog)] == [message]
