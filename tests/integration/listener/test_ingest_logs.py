"""Log lines of players: each is stored once."""

from datetime import timedelta

from infoscreen_core.db.models import ClientLog
from tests.support.listener.telemetry import NOW, Desk, at, say, stamp


def log_line(message: str = "boom", **parts: object) -> dict[str, object]:
    return {"message": message, "timestamp": stamp(NOW), **parts}


def test_a_log_line_delivered_again_is_stored_once(desk: Desk) -> None:
    uuid = desk.new_client()
    line = log_line(context={"b": [1, 2], "a": None})
    desk.hear(say(uuid, "logs/error", line), say(uuid, "logs/error", line))
    desk.hear(say(uuid, "logs/error", line, received_at=at(30)))
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


def test_a_clock_that_is_far_off_is_flagged_and_not_believed(desk: Desk) -> None:
    uuid = desk.new_client()
    for minutes in (-6, -4, 4, 6, -500_000):
        moment = NOW + timedelta(minutes=minutes)
        desk.hear(say(uuid, "logs/warn", log_line(f"{minutes}", timestamp=stamp(moment))))
    logs = {log.message: log for log in desk.all(ClientLog)}
    assert {name for name, log in logs.items() if log.is_clock_skewed} == {"-6", "6", "-500000"}
    assert logs["6"].ordered_at == NOW
    assert logs["6"].timestamp == NOW + timedelta(minutes=6)
    assert logs["4"].ordered_at == NOW + timedelta(minutes=4)


def test_the_longest_line_of_the_widest_characters_is_stored_whole(desk: Desk) -> None:
    uuid = desk.new_client()
    message = "\N{GRINNING FACE}" * 16_384
    desk.hear(say(uuid, "logs/error", {"message": message}))
    assert [log.message for log in desk.all(ClientLog)] == [message]
