"""`infoscreen media`: files in and out of the library, and its folders."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group, add_period
from tests.support.media.samples import pdf, picture, sample
from tests.support.media.shelves import Shelf, show


@pytest.fixture
def run(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    return program_on(sqlite_url, monkeypatch, capsys, "media")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf.at(tmp_path / "var")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "desk"
    folder.mkdir()
    for name, data in {
        "plan.pdf": pdf(2),
        "foto.png": picture(),
        "film.mp4": sample(MediaType.MP4),
        "halb.pdf": pdf()[:-40],
    }.items():
        (folder / name).write_bytes(data)
    return folder


def _ok(run: Run, *words: str) -> Any:  # noqa: ANN401 - any JSON
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_files_are_added_listed_and_shown(run: Run, desk: Path, shelf: Shelf) -> None:
    _ok(run, "folder", "create", "Aula")
    added = _ok(run, "add", str(desk / "plan.pdf"), str(desk / "foto.png"), "--folder", "aula")
    assert [(one["name"], one["media_type"], one["folder_id"]) for one in added] == [
        ("plan.pdf", "pdf", 1),
        ("foto.png", "png", 1),
    ]
    assert (desk / "plan.pdf").exists()
    assert len(shelf.files()) == 2
    assert [one["name"] for one in _ok(run, "list", "--text", "PLA")] == ["plan.pdf"]
    assert [one["name"] for one in _ok(run, "list", "--type", "png")] == ["foto.png"]
    assert _ok(run, "list", "--folder", "/") == []
    one = _ok(run, "show", "Aula/plan.pdf")
    assert one == _ok(run, "show", "1")
    assert (one["events"], one["same_content"], one["state"]) == ([], [], "pending")
    code, out, _err = run("list")
    assert (code, out.splitlines()[0].split()[:3]) == (0, ["id", "folder_id", "name"])


def test_the_same_content_and_a_wrong_suffix_are_told(run: Run, desk: Path) -> None:
    shutil.copy(desk / "foto.png", desk / "bild.jpg")
    _ok(run, "add", str(desk / "foto.png"))
    code, out, err = run("add", str(desk / "bild.jpg"), "--json")
    assert code == 0
    assert json.loads(out)["name"] == "bild.png"
    assert json.loads(out)["same_content"] == [{"id": 1, "name": "foto.png"}]
    assert err == "The content is of the kind PNG, so the file is called “bild.png” now.\n"


def test_when_one_file_is_refused_none_is_added(run: Run, desk: Path, shelf: Shelf) -> None:
    code, out, err = run("add", str(desk / "halb.pdf"), str(desk / "plan.pdf"), "--json")
    assert (code, out) == (2, "")
    assert err.startswith("The file “halb.pdf” is incomplete: its end is missing.")
    assert shelf.files() == []
    assert _ok(run, "list") == []


@pytest.mark.parametrize(("name", "problem"), [("fehlt.pdf", "No such file"), ("", "directory")])
def test_what_cannot_be_read_is_said(run: Run, desk: Path, name: str, problem: str) -> None:
    code, _out, err = run("add", str(desk / name))
    assert code == 2
    assert "cannot be read" in err
    assert problem in err


def test_a_disk_that_fills_up_midway_leaves_nothing(
    run: Run, desk: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(source: Any, target: Any, _size: int) -> None:  # noqa: ANN401 - files
        target.write(source.read(100))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfileobj", fill)
    code, _out, err = run("add", str(desk / "plan.pdf"))
    assert (code, err) == (3, "There is no room to write to: No space left on device.\n")
    assert shelf.files() == []


def test_files_are_renamed_moved_tagged_and_replaced(run: Run, desk: Path) -> None:
    _ok(run, "folder", "create", "Aula")
    _ok(run, "add", str(desk / "plan.pdf"))
    assert _ok(run, "rename", "plan.pdf", "Menü")["name"] == "Menü.pdf"
    assert [one["folder_id"] for one in _ok(run, "move", "menü.pdf", "--into", "Aula")] == [1]
    tagged = _ok(run, "tag", "Aula/Menü.pdf", "--expires", "2026-12-24")
    assert tagged["expires_on"] == "2026-12-24"
    assert _ok(run, "tag", "1", "--expires", "never")["expires_on"] is None
    new = _ok(run, "replace", "1", str(desk / "foto.png"))
    assert (new["version"], new["name"], new["media_type"]) == (2, "Menü.png", "png")


def test_a_file_gets_a_period_and_loses_it(run: Run, desk: Path, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = add_period(session)
    _ok(run, "add", str(desk / "plan.pdf"))
    assert _ok(run, "tag", "1", "--period", str(period))["academic_period_id"] == period
    assert len(_ok(run, "list", "--period", str(period))) == 1
    assert _ok(run, "tag", "1", "--period", "none")["academic_period_id"] is None
    assert run("tag", "1", "--period", "bald")[0] == 2
    assert "no academic period with the number 77" in run("tag", "1", "--period", "77")[2]


def test_a_file_in_use_is_not_deleted_and_its_events_are_named(
    run: Run, desk: Path, sqlite_sessions: Sessions
) -> None:
    _ok(run, "add", str(desk / "plan.pdf"))
    _ok(run, "add", str(desk / "foto.png"))
    with sqlite_sessions.begin() as session:
        event = show(session, 1, add_group(session))
    assert [one["event_id"] for one in _ok(run, "show", "1")["events"]] == [event]
    code, _out, err = run("delete", "2", "1")
    assert code == 2
    assert "Events show the file “plan.pdf”: 1. Take it out of them first: Mathe 3B (Aula)." in err
    assert len(_ok(run, "list")) == 2
    assert _ok(run, "delete", "2")[0]["is_deleted"] is True
    assert [one["id"] for one in _ok(run, "list", "--used")] == [1]
    code, _out, err = run("delete", "1", "--force")
    assert (code, err) == (0, "“Mathe 3B” (Aula) has nothing to show any more.\n")
    assert _ok(run, "list") == []
    assert run("delete", "1", "--force")[0] == 2


def test_folders_are_kept_in_order(run: Run, desk: Path) -> None:
    _ok(run, "folder", "create", "Aula")
    assert _ok(run, "folder", "create", "Plakate", "--into", "Aula")["path"] == "Aula/Plakate"
    _ok(run, "add", str(desk / "plan.pdf"), "--folder", "Aula/plakate")
    assert _ok(run, "folder", "rename", "aula/plakate", "Poster")["path"] == "Aula/Poster"
    assert run("folder", "move", "Aula", "--into", "Aula/Poster")[0] == 2
    assert _ok(run, "folder", "move", "Aula/Poster", "--into", "/")["path"] == "Poster"
    assert [one["path"] for one in _ok(run, "folder", "list")] == ["Aula", "Poster"]
    code, _out, err = run("folder", "delete", "Poster")
    assert (code, "is not empty: 1 files and 0 folders" in err) == (2, True)
    gone = _ok(run, "folder", "delete", "Poster", "--with-contents")
    assert (gone["deleted_files"], gone["is_deleted"]) == (1, True)


def test_a_folder_whose_files_events_show_is_deleted_by_force(
    run: Run, desk: Path, sqlite_sessions: Sessions
) -> None:
    _ok(run, "folder", "create", "Aula")
    _ok(run, "folder", "create", "Alt", "--into", "Aula")
    _ok(run, "add", str(desk / "plan.pdf"), "--folder", "Aula/Alt")
    with sqlite_sessions.begin() as session:
        show(session, 1, add_group(session))
    code, _out, err = run("folder", "delete", "Aula", "--with-contents")
    assert (code, "Take it out of them first" in err) == (2, True)
    code, out, err = run("folder", "delete", "Aula", "--force", "--json")
    gone = json.loads(out)
    assert (code, gone["deleted_files"]) == (0, 1)
    assert gone["losses"] == ["“Mathe 3B” (Aula) has nothing to show any more."]
    assert err.strip() == gone["losses"][0]
    assert _ok(run, "folder", "list") == []


def test_the_quota_holds_and_is_shown(
    run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_QUOTA_MB", "1")
    (desk / "lang.txt").write_text("Aula " * 200_000)
    _ok(run, "add", str(desk / "lang.txt"))
    figures = _ok(run, "room")
    assert (figures["file_count"], figures["byte_count"]) == (1, 1_000_000)
    assert figures["free_bytes"] == 1024 * 1024 - 1_000_000
    (desk / "lang.txt").write_text("Foyer " * 200_000)
    code, _out, err = run("add", str(desk / "lang.txt"))
    assert code == 2
    assert "The library is full: “lang.txt” needs 2 MB, and 0 MB of 1 MB are free." in err
    monkeypatch.setenv("MEDIA_MAX_FILE_MB", "1")
    assert "at most 1 MB are allowed" in run("add", str(desk / "lang.txt"))[2]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nichts.pdf"), "There is no file “nichts.pdf” in the library"),
        (("show", "99"), "There is no file with the number 99"),
        (("list", "--folder", "Nirgends"), "There is no folder “Nirgends”"),
        (("list", "--type", "xls"), "type cannot be “xls”"),
        (("list", "--sort", "colour"), "sort cannot be “colour”"),
        (("list", "--size", "0"), "A page holds 1 to 500 files, not 0."),
        (("folder", "delete", "/"), "There is no folder “/”"),
        (("folder", "create", ".."), "“..” is no name"),
        (("show", "9" * 30), "There is no file"),
    ],
)
def test_wrong_input_is_answered_with_a_sentence(
    run: Run, words: tuple[str, ...], told: str
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert told in err


def test_a_long_list_has_pages(run: Run, desk: Path) -> None:
    for _ in range(3):
        _ok(run, "add", str(desk / "plan.pdf"))
    code, out, err = run("list", "--size", "2", "--page", "2", "--json")
    assert (code, [one["name"] for one in json.loads(out)]) == (0, ["plan.pdf"])
    assert err == "Page 2 of 2; 3 files in all. Others with --page.\n"


def test_contents_lie_where_the_console_finds_them(run: Run, desk: Path, tmp_path: Path) -> None:
    added = _ok(run, "add", str(desk / "plan.pdf"))
    store = MediaStore(tmp_path / "var" / "media")
    assert store.content_path(added["checksum"]).read_bytes() == pdf(2)
