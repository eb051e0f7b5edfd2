"""Files drawn as pages of the size of the screen."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests.support.simulator.content import BLUE, GREEN, RED, colour_at, pdf, picture
from workers.simulator.media.files import Failure, MediaError
from workers.simulator.media.pages import SIZE, draw_pages, is_video_file

BLACK = (0, 0, 0)


def drawn(tmp_path: Path, content: bytes) -> list[Path]:
    source, folder = tmp_path / "content", tmp_path / "pages"
    source.write_bytes(content)
    folder.mkdir()
    draw_pages(source, folder)
    return sorted(folder.glob("*"))


def test_a_document_has_its_pages_in_order(tmp_path: Path) -> None:
    found = drawn(tmp_path, pdf([RED, GREEN, BLUE]))
    assert [colour_at(page) for page in found] == [RED, GREEN, BLUE]
    with Image.open(found[0]) as page:
        assert (page.format, page.size) == ("JPEG", SIZE)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_tall_picture_is_fitted_between_black(tmp_path: Path, kind: str) -> None:
    (page,) = drawn(tmp_path, picture(RED, (300, 600), kind))
    assert colour_at(page, (320, 180)) == RED
    assert colour_at(page, (320, 2)) == RED
    assert colour_at(page, (40, 180)) == BLACK
    assert colour_at(page, (600, 180)) == BLACK


def test_a_small_picture_fills_the_screen(tmp_path: Path) -> None:
    (page,) = drawn(tmp_path, picture(BLUE, (16, 9)))
    assert colour_at(page, (3, 3)) == BLUE


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\nnothing follows", b"PK\x03\x04 an office document", picture(RED)[:60], b"x"],
    ids=["empty", "cut document", "office", "cut picture", "text"],
)
def test_what_no_player_can_show_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(MediaError) as caught:
        drawn(tmp_path, content)
    assert caught.value.failure is Failure.UNSUPPORTED


def test_a_picture_with_a_billion_pixels_is_not_unpacked(tmp_path: Path) -> None:
    bomb = bytearray(picture(RED, (8, 8)))
    bomb[16:24] = (40_000).to_bytes(4, "big") * 2  # the size in the header; the rest stays small
    with pytest.raises(MediaError):
        drawn(tmp_path, bytes(bomb))


def test_a_drawing_that_only_browsers_can_draw_has_no_pages(tmp_path: Path) -> None:
    assert (
        drawn(tmp_path, b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>') == []
    )


def film(folder: Path, seconds: int) -> bytes:
    path = folder / "film.mp4"
    source = f"color=c=blue:s=320x180:r=5:d={seconds}"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-y", str(path)]
    subprocess.run(command, check=True)
    return path.read_bytes()


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="makes its film with ffmpeg")
@pytest.mark.parametrize(("seconds", "frames"), [(1, 1), (5, 3), (40, 10)])
def test_a_film_has_a_frame_for_every_two_seconds_of_its_beginning(
    tmp_path: Path, seconds: int, frames: int
) -> None:
    found = drawn(tmp_path, film(tmp_path, seconds))
    assert len(found) == frames
    assert colour_at(found[-1]) == BLUE
    assert is_video_file(tmp_path / "content")


def test_without_a_program_for_films_they_have_no_frames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    assert drawn(tmp_path, b"\x00\x00\x00\x20ftypisom" + bytes(100)) == []


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="asks ffmpeg")
def test_a_broken_film_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError):
        drawn(tmp_path, b"\x00\x00\x00\x20ftypisom" + bytes(100))
