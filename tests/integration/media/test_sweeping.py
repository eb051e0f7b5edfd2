"""What nobody has any more leaves the disk, and nothing else does."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from infoscreen_core.db.models import Conversion, EventMedia, JobRun, MediaRoom
from infoscreen_core.domain.media.types import Target
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.files import sweeping
from infoscreen_core.files.uploads import Upload, UploadStore, new_upload_id
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import library, media_deletions, room
from infoscreen_core.services.monitoring.upkeep.jobs import JobView, list_jobs
from infoscreen_core.settings import load_settings
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.media.samples import pdf, picture
from tests.support.media.shelves import Shelf
from workers.scheduler.housekeeping import Housekeeping

LONG_AGO = NOW - timedelta(days=30)
LATELY = NOW - timedelta(minutes=59)


@pytest.fixture
def sessions(shared: Sessions) -> Sessions:
    with shared.begin() as session:
        for table in (Conversion, EventMedia, MediaRoom, JobRun):
            session.execute(delete(table))
    return shared


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    monkeypatch.setenv("INFOSCREEN_DATA_DIR", str(tmp_path))
    return Shelf.at(tmp_path)


def _run(sessions: Sessions, now: datetime = NOW) -> dict[JobName, JobView]:
    keeper = Housekeeping(load_settings(), sessions)
    while keeper._runner.step(now=now):  # noqa: SLF001 - without its pauses
        pass
    with sessions() as session:
        return {job.name: job for job in list_jobs(session)}


def _date(shelf: Shelf, at: datetime) -> None:
    for path in sorted(shelf.store.root.rglob("*"), reverse=True):
        os.utime(path, (at.timestamp(), at.timestamp()))


def _make_derived(shelf: Shelf, checksum: str) -> None:
    part = shelf.store.uploads / "made"
    part.write_bytes(b"made")
    shelf.store.keep_derived(part, checksum, Target.THUMBNAIL)


def test_contents_that_nobody_has_are_removed_with_what_was_made_of_them(
    sessions: Sessions, shelf: Shelf
) -> None:
    with sessions.begin() as session:
        kept = shelf.add(session, "bleibt.pdf", pdf(1), now=NOW)
        gone = shelf.add(session, "geht.png", picture(), now=NOW)
        media_deletions.delete(session, gone.id, actor=CLI, now=NOW)
    for one in (kept, gone):
        _make_derived(shelf, one.checksum)
    _date(shelf, LONG_AGO)
    assert len(shelf.files()) == 4
    job = _run(sessions)[JobName.OLD_MEDIA]
    assert (job.row_count, job.error) == (2, None)
    assert [Path(one).parts[0] for one in shelf.files()] == ["content", "derived"]
    assert all(kept.checksum in one for one in shelf.files())


def test_what_is_young_stays(sessions: Sessions, shelf: Shelf) -> None:
    lonely = shelf.incoming("wartet.pdf", pdf(3))
    _make_derived(shelf, lonely.checksum)
    _date(shelf, LATELY)
    assert _run(sessions)[JobName.OLD_MEDIA].row_count == 0
    assert len(shelf.files()) == 2
    _date(shelf, LONG_AGO)
    shelf.incoming("wieder.pdf", pdf(3))
    assert _run(sessions, NOW)[JobName.OLD_MEDIA].error is None
    assert shelf.store.content_path(lonely.checksum).exists()


def test_what_arrives_while_it_is_swept_is_put_back(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = shelf.incoming("wieder.pdf", pdf(3))
    _date(shelf, LONG_AGO)
    true_rename = Path.rename

    def renew_first(path: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "rename", true_rename)
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
        return true_rename(path, target)

    monkeypatch.setattr(Path, "rename", renew_first)
    assert sweeping.discard(shelf.store, one.checksum, now=NOW) == 0
    assert shelf.store.content_path(one.checksum).read_bytes() == pdf(3)


def test_a_sweep_that_was_ended_is_finished_by_the_next(sessions: Sessions, shelf: Shelf) -> None:
    taken = shelf.store.root / "discarded" / "abc"
    (taken / "inner").mkdir(parents=True)
    (taken / "inner" / "thumbnail.webp").write_bytes(b"a")
    _date(shelf, LONG_AGO)
    _run(sessions)
    assert not taken.exists()


def test_the_old_content_of_a_replaced_file_goes_with_its_conversions(
    sessions: Sessions, shelf: Shelf
) -> None:
    with sessions.begin() as session:
        old = shelf.add(session, "plan.pdf", pdf(1), now=LONG_AGO)
        part = shelf.incoming("plan.pdf", pdf(2))
        new = library.replace(session, old.id, part, actor=CLI, now=NOW)
    _date(shelf, LONG_AGO)
    _run(sessions)
    assert not shelf.store.content_path(old.checksum).exists()
    assert shelf.store.content_path(new.checksum).exists()
    with sessions() as session:
        hashes = set(session.scalars(select(Conversion.file_hash)))
    assert hashes == {new.checksum}


def test_uploads_that_nobody_went_on_with_are_removed(sessions: Sessions, shelf: Shelf) -> None:
    uploads = UploadStore(shelf.store.uploads)
    for touched_at in (NOW - timedelta(hours=25), NOW - timedelta(hours=23)):
        uploads.create(Upload(new_upload_id(), 1, "a.pdf", 10, "", touched_at))
    job = _run(sessions)[JobName.OLD_UPLOADS]
    assert (job.row_count, job.error) == (1, None)
    assert len(uploads.list_all()) == 1


def test_figures_that_went_wrong_are_counted_anew(sessions: Sessions, shelf: Shelf) -> None:
    with sessions.begin() as session:
        for name in ("a.pdf", "b.pdf"):
            shelf.add(session, name, pdf(1), now=NOW)
        session.get_one(MediaRoom, 1).byte_count = 5
    _run(sessions)
    with sessions() as session:
        view = room.measured(session, quota_bytes=None)
        assert (view.file_count, view.byte_count) == (2, len(pdf(1)))
        assert session.scalar(select(func.count()).select_from(EventMedia)) == 2


def test_what_is_none_of_ours_is_left_alone(sessions: Sessions, shelf: Shelf) -> None:
    stray = shelf.store.root / "content" / "ab" / "liesmich.txt"
    stray.parent.mkdir(parents=True)
    stray.write_text("a")
    _date(shelf, LONG_AGO)
    assert _run(sessions)[JobName.OLD_MEDIA].error is None
    assert stray.exists()
