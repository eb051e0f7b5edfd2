"""Log lines are counted as they are stored: once each, whatever is delivered again or fails."""

import random
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientLog, LogCount, LogFamily, LogFamilyHour, LogHour
from infoscreen_core.db.queries.monitoring.logs import counts as log_counts
from infoscreen_core.services.screens.clients import remove_clients
from infoscreen_core.settings import load_settings
from tests.support.listener.telemetry import NOW, Desk, at, say, stamp
from tests.support.monitoring.log_counts import Counts, recount, stored_counts
from tests.support.people import ADMIN
from workers.mqtt.connection import ReceivedMessage
from workers.scheduler.housekeeping import Housekeeping

LEVELS = ("error", "warn", "info")


def both_counts(desk: Desk) -> tuple[Counts, Counts]:
    with desk.sessions() as session:
        return stored_counts(session), recount(session)


def some_lines(uuids: list[str], count: int) -> list[ReceivedMessage]:
    """Lines of several players, levels, hours and shapes."""
    chance = random.Random(7)
    return [
        say(
            chance.choice(uuids),
            f"logs/{chance.choice(LEVELS)}",
            {
                "message": f"{chance.choice(('no signal for', 'retry'))} {number} s",
                "timestamp": stamp(at(chance.uniform(-150, 150))),
            },
            received_at=at(chance.uniform(0, 40)),
        )
        for number in range(count)
    ]


def test_counts_equal_the_lines_whatever_is_delivered_again(desk: Desk) -> None:
    uuids = [desk.new_client() for _ in range(3)]
    said = some_lines(uuids, 120)
    for start in range(0, 120, 30):
        desk.hear(*said[start : start + 30])
        desk.hear(*said[max(0, start - 10) : start + 30])  # acknowledged too late
    desk.restart()
    desk.hear(*said)
    stored, counted = both_counts(desk)
    assert stored == counted
    assert sum(counted["clients"].values()) == 120
    assert len(counted["shapes"]) == 6
    assert len(counted["hours"]) == 6  # the lines are from both sides of a full hour


def test_a_batch_that_fails_after_the_lines_were_written_counts_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    uuid = desk.new_client()
    count_lines, left = log_counts.count_lines, [2]

    def fail_at_first(session: Session, rows: list[dict[str, object]]) -> None:
        count_lines(session, rows)
        session.flush()
        if left[0]:
            left[0] -= 1
            raise OperationalError("INSERT", {}, Exception("the database says no"))

    monkeypatch.setattr(log_counts, "count_lines", fail_at_first)
    said = [say(uuid, "logs/error", {"message": f"boom {n}"}) for n in range(10)]
    desk.hear(*said)
    assert not left[0]
    stored, counted = both_counts(desk)
    assert stored == counted
    assert sum(counted["clients"].values()) == 10


def test_a_removed_player_is_no_longer_counted_with_all(desk: Desk) -> None:
    kept, gone = desk.new_client(), desk.new_client()
    desk.hear(*some_lines([kept, gone], 60))
    with desk.sessions.begin() as session:
        remove_clients(session, [gone], actor=ADMIN, now=NOW)
    stored, counted = both_counts(desk)
    assert {uuid for uuid, _hour, _level in stored["clients"]} == {kept}
    for name in ("clients", "hours", "families", "seen"):
        assert stored[name] == counted[name]


def test_counts_outlive_lines_and_families_go_with_them(desk: Desk) -> None:
    uuid = desk.new_client()
    for days in (800, 100, 1):
        line = {"message": f"{'x' * days} said"}
        desk.hear(say(uuid, "logs/error", line, received_at=NOW - timedelta(days=days)))
    keeper = Housekeeping(load_settings(), desk.sessions)
    while keeper._runner.step(now=NOW):  # noqa: SLF001 - without its pauses
        pass
    assert [len(desk.all(model)) for model in (ClientLog, LogFamily, LogFamilyHour)] == [1, 1, 1]
    assert [len(desk.all(model)) for model in (LogCount, LogHour)] == [2, 2]
