import os
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select

from infoscreen_core.db.models import Client, ClientLog, DeadLetter
from tests.support.listener.telemetry import NOW, Desk, at, dashboard, picture, say
from workers.listener.retention import RetentionSweep


def add_logs(desk: Desk, uuid: str, count: int, *, days_old: float) -> None:
    moment = NOW - timedelta(days=days_old)
    row = {"client_uuid": uuid, "level": "INFO", "message": "x", "is_clock_skewed": False}
    row |= {"timestamp": moment, "received_at": moment, "ordered_at": moment}
    with desk.sessions.begin() as session:
        session.execute(insert(ClientLog), [row | {"digest": uuid4().hex} for _ in range(count)])


def add_letters(desk: Desk, count: int, *, days_old: float) -> None:
    row = {
        "received_at": NOW - timedelta(days=days_old),
        "topic": "t",
        "reason": "schema",
        "detail": "",
    }
    with desk.sessions.begin() as session:
        session.execute(insert(DeadLetter), [row | {"payload": b"", "payload_size": 0}] * count)


def count(desk: Desk, model: type[Client | ClientLog | DeadLetter]) -> int:
    with desk.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def sweep_to_the_end(sweep: RetentionSweep) -> int:
    steps = 0
    while sweep.step(now=NOW):
        steps += 1
    return steps


def test_what_is_too_old_goes_in_small_steps_and_the_rest_stays(desk: Desk) -> None:
    uuid = desk.new_client()
    add_logs(desk, uuid, 2_500, days_old=91)
    add_logs(desk, uuid, 30, days_old=89)
    add_letters(desk, 7, days_old=31)
    add_letters(desk, 5, days_old=29)
    sweep = desk.listener.sweep
    sweep.step(now=NOW)
    assert count(desk, ClientLog) == 2_030
    sweep_to_the_end(sweep)
    assert (count(desk, ClientLog), count(desk, DeadLetter)) == (30, 5)
    assert sweep.deleted == 2_507


def test_a_sweep_that_is_done_begins_again_only_when_it_is_told(desk: Desk) -> None:
    sweep = desk.listener.sweep
    assert sweep_to_the_end(sweep) > 0
    assert sweep.step(now=NOW) is False
    sweep.begin()
    sweep.begin()
    assert sweep_to_the_end(sweep) == 6


def test_pictures_of_removed_players_and_stray_files_go(desk: Desk) -> None:
    kept, removed = desk.new_client(), str(uuid4())
    desk.hear(say(kept, "dashboard", dashboard(kept, picture())))
    root = desk.settings.data_dir / "screenshots"
    [row_file] = (root / kept).iterdir()
    old, young = root / kept / "old.jpg", root / kept / "young.jpg"
    for file in (old, young):
        file.write_bytes(b"x")
        os.utime(file, times=(at(0).timestamp(),) * 2)
    os.utime(old, times=(at(-7200).timestamp(),) * 2)
    (root / removed).mkdir()
    (root / removed / "a.jpg").write_bytes(b"x")
    (root / "not-a-player").mkdir()

    desk.listener.sweep.begin()
    sweep_to_the_end(desk.listener.sweep)
    assert {path.name for path in root.iterdir()} == {kept, "not-a-player"}
    assert set((root / kept).iterdir()) == {row_file, young}
