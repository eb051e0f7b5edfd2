"""Unfinished uploads on the disk: their state, their lock, their end."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infoscreen_core.errors import BusyError, NotFoundError
from infoscreen_core.files.uploads import (
    FINISHED_LIFE,
    UPLOAD_LIFE,
    Upload,
    UploadStore,
    new_upload_id,
    touched,
)

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def _upload(**values: object) -> Upload:
    known = {
        "id": new_upload_id(),
        "owner_id": 7,
        "name": "Aushang.pdf",
        "length": 10,
        "metadata": "filename QXVzaGFuZy5wZGY=",
        "touched_at": NOW,
    }
    return Upload(**known | values)  # type: ignore[arg-type]


@pytest.fixture
def uploads(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads")


def test_what_arrived_is_the_size_of_the_part(uploads: UploadStore) -> None:
    upload = _upload()
    uploads.create(upload)
    assert uploads.find(upload.id, now=NOW) == upload
    assert uploads.offset(upload) == 0
    uploads.part(upload.id).write_bytes(b"1234")
    assert uploads.offset(upload) == 4


def test_bytes_whose_checksum_nobody_compared_do_not_count(uploads: UploadStore) -> None:
    upload = _upload(checked_until=3)
    uploads.create(upload)
    uploads.part(upload.id).write_bytes(b"123456")
    assert uploads.offset(upload) == 3
    uploads.cut(upload.id, 3)
    assert uploads.part(upload.id).read_bytes() == b"123"
    assert touched(upload, now=NOW).checked_until is None


def test_one_holds_an_upload_at_a_time(uploads: UploadStore) -> None:
    upload = _upload()
    uploads.create(upload)
    with uploads.holding(upload.id):
        with pytest.raises(BusyError), uploads.holding(upload.id):
            pass
        uploads.discard(upload.id)
        with pytest.raises(NotFoundError), uploads.holding(upload.id):
            pass
    assert list(uploads.folder.iterdir()) == []


@pytest.mark.parametrize("asked", ["", "..", "../../etc/passwd", "0" * 31, "G" * 32, "0" * 32])
def test_what_is_no_upload_is_not_found(uploads: UploadStore, asked: str) -> None:
    assert uploads.find(asked, now=NOW) is None


def test_a_damaged_note_is_no_upload(uploads: UploadStore) -> None:
    upload = _upload()
    uploads.create(upload)
    (uploads.folder / f"{upload.id}.json").write_text('{"id": 3', encoding="utf-8")
    assert uploads.find(upload.id, now=NOW) is None
    assert uploads.list_all() == []


def test_open_uploads_are_counted_by_person(uploads: UploadStore) -> None:
    for one in (_upload(), _upload(), _upload(media_id=4), _upload(owner_id=8)):
        uploads.create(one)
    assert uploads.count_open(7, now=NOW) == 2
    assert uploads.count_open(7, now=NOW + UPLOAD_LIFE) == 0


def test_what_nobody_goes_on_with_is_swept_unless_it_is_held(uploads: UploadStore) -> None:
    old, held, fresh = _upload(), _upload(), _upload(touched_at=NOW + timedelta(hours=1))
    for one in (old, held, fresh):
        uploads.create(one)
    with uploads.holding(held.id):
        assert uploads.sweep(now=NOW + UPLOAD_LIFE) == 1
    assert {one.id for one in uploads.list_all()} == {held.id, fresh.id}
    assert uploads.find(held.id, now=NOW + UPLOAD_LIFE) is None
    assert uploads.sweep(now=NOW + 2 * UPLOAD_LIFE) == 2
    assert list(uploads.folder.iterdir()) == []


def test_what_a_dead_process_left_is_swept_in_time(uploads: UploadStore) -> None:
    kept = _upload()
    uploads.create(kept)
    stray = uploads.part("0" * 32)
    stray.write_bytes(b"1")
    os.utime(stray, (NOW.timestamp(), NOW.timestamp()))
    os.utime(uploads.part(kept.id), (0, 0))
    uploads.sweep(now=NOW + timedelta(hours=23))
    assert stray.exists()
    uploads.save(touched(kept, now=NOW + UPLOAD_LIFE))
    uploads.sweep(now=NOW + UPLOAD_LIFE)
    assert not stray.exists()
    assert uploads.part(kept.id).exists()


def test_a_finished_upload_is_remembered_for_a_while(uploads: UploadStore) -> None:
    finished = _upload(media_id=4)
    uploads.create(finished)
    assert uploads.find(finished.id, now=NOW + timedelta(minutes=59)) == finished
    assert uploads.find(finished.id, now=NOW + FINISHED_LIFE) is None


def test_a_finished_upload_has_arrived_whole_though_its_part_is_gone(uploads: UploadStore) -> None:
    upload = replace(_upload(), checksum="0" * 64)
    uploads.create(upload)
    uploads.part(upload.id).unlink()
    assert uploads.offset(upload) == 10
