"""The demo's files as other programs read them."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pypdfium2
import pytest
from PIL import Image

from infoscreen_core.services.setup.demo_week import DemoMedia
from workers.up.demo_files import made, texts
from workers.up.demo_files.drawing import draw_slide, lake
from workers.up.demo_files.film import make_film
from workers.up.demo_files.pptx import write_pptx

COVER = io.BytesIO()
Image.new("RGB", (64, 36), (0, 128, 0)).save(COVER, "JPEG")


def test_a_presentation_has_all_parts_that_it_names() -> None:
    data = write_pptx(texts.PROJECT, COVER.getvalue())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        for name in names:
            if name.endswith((".xml", ".rels")):
                ET.fromstring(package.read(name))  # noqa: S314 - our own words
            if name.endswith(".rels"):
                folder = Path(name).parent.parent
                for relation in ET.fromstring(package.read(name)):  # noqa: S314 - the same
                    target = (Path("/") / folder / relation.attrib["Target"]).resolve()
                    assert str(target).lstrip("/") in names
        types = package.read("[Content_Types].xml").decode()
    assert types.count("slide+xml") == len(texts.PROJECT)


def test_the_same_slides_are_the_same_file() -> None:
    first, second = (write_pptx(texts.PROJECT, COVER.getvalue()) for _ in range(2))
    assert first == second


@pytest.mark.server
@pytest.mark.skipif(shutil.which("soffice") is None, reason="asks LibreOffice")
def test_libreoffice_reads_every_slide(tmp_path: Path) -> None:
    source = tmp_path / "slides.pptx"
    source.write_bytes(write_pptx(texts.PROJECT, COVER.getvalue()))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(source)], check=True, timeout=170, capture_output=True)
    with pypdfium2.PdfDocument(tmp_path / "slides.pdf") as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    assert len(pages) == len(texts.PROJECT)
    for text, slide in zip(pages, texts.PROJECT, strict=True):
        assert slide.title.split()[0] in text
        assert all(line.split()[0] in text for line in slide.lines)


def test_documents_have_their_pages_and_pictures_their_size(tmp_path: Path) -> None:
    files = {one.media: one.path for one in made.make_files(tmp_path)}
    for media, slides in ((DemoMedia.WELCOME, texts.WELCOME), (DemoMedia.MENU, texts.MENU)):
        with pypdfium2.PdfDocument(files[media]) as document:
            assert len(document) == len(slides)
    for media in (DemoMedia.STAGE, DemoMedia.NOVELTIES, DemoMedia.CLUB):
        with Image.open(files[media]) as picture:
            assert picture.size == (1280, 720)


def test_what_is_written_fits_beside_the_scene() -> None:
    for slide in (*texts.WELCOME, *texts.MENU, *texts.NOVELTIES):
        plain = draw_slide(slide, lambda _draw, _colour: None)
        empty = draw_slide(texts.Slide("", (), slide.colour), lambda _draw, _colour: None)
        right = (900, 280, 1280, 720)
        assert plain.crop(right).tobytes() == empty.crop(right).tobytes(), slide.title
    assert draw_slide(texts.PROJECT[0], lake).size == (1280, 720)


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="makes the film with ffmpeg")
def test_the_film_is_one_that_players_can_show(tmp_path: Path) -> None:
    target = tmp_path / "film.mp4"
    assert make_film(str(target)) is None
    command = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,pix_fmt", "-of", "csv"]
    found = subprocess.run([*command, str(target)], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "stream,h264,yuv420p"


def test_without_ffmpeg_there_is_no_film(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert make_film(str(tmp_path / "film.mp4")) == "there is no ffmpeg"
    assert DemoMedia.FILM not in {one.media for one in made.make_files(tmp_path / "files")}
