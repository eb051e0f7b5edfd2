import os
from uuid import uuid4

from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.services.monitoring.upkeep.jobs import JobView, list_jobs
from tests.support.listener.telemetry import NOW, Desk, at, dashboard, picture, say


def sweep_to_the_end(desk: Desk) -> None:
    while desk.listener.sweep.step(now=NOW):
        pass


def last_run(desk: Desk) -> JobView:
    with desk.sessions() as session:
        return next(job for job in list_jobs(session) if job.name is JobName.OLD_PICTURES)


def test_pictures_of_removed_players_and_stray_files_go(desk: Desk) -> None:
    kept, removed = desk.new_client(), str(uuid4())
    desk.hear(say(kept, "dashboard", dashboard(kept, picture())))
    sweep_to_the_end(desk)
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

    desk.restart()
    sweep_to_the_end(desk)
    assert old.exists(), "it was this hour's turn already"
    desk.restart()
    while desk.listener.sweep.step(now=at(3_600)):
        pass
    assert {path.name for path in root.iterdir()} == {kept, "not-a-player"}
    assert set((root / kept).iterdir()) == {row_file, young}
    assert (last_run(desk).row_count, last_run(desk).error) == (2, None)


def test_a_folder_that_cannot_be_read_is_on_record_and_listening_goes_on(desk: Desk) -> None:
    root = desk.settings.data_dir / "screenshots"
    root.parent.mkdir(parents=True)
    root.write_text("no folder")
    desk.restart()
    sweep_to_the_end(desk)
    error = last_run(desk).error
    assert error is not None
    assert error.startswith("NotADirectoryError")
    uuid = desk.new_client()
    desk.hear(say(uuid, "heartbeat", {}))
    assert desk.client(uuid).last_alive == NOW
