"""Makes the files of the demo school in a folder."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from infoscreen_core.files.incoming import Received, take_in
from infoscreen_core.files.store import MediaStore
from infoscreen_core.log import get_logger
from infoscreen_core.services.setup.demo_week import DemoMedia
from infoscreen_core.settings import Settings
from workers.up.demo_files import texts
from workers.up.demo_files.drawing import Scene, books, draw_slide, lake, plate, school, stage
from workers.up.demo_files.film import make_film
from workers.up.demo_files.pptx import write_pptx
from workers.up.demo_files.texts import Slide

log = get_logger()

_QUALITY: Final = 85


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that was made, and which of the demo's it is."""

    media: DemoMedia
    path: Path


def receive_files(settings: Settings) -> dict[DemoMedia, Received]:
    """Make all of them, and put them where the library keeps contents; rows they have none yet."""
    store = MediaStore(settings.media_dir)
    folder = store.uploads / "demo"
    received = {
        made.media: take_in(store, made.path, made.media.value) for made in make_files(folder)
    }
    folder.rmdir()
    return received


def make_files(folder: Path) -> Iterator[MadeFile]:
    """Make all of them, one after the other; what a program is missing for is left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for media, content in _contents():
        path = folder / media.value
        path.write_bytes(content)
        yield MadeFile(media, path)
    path = folder / DemoMedia.FILM.value
    problem = make_film(str(path))
    if problem is None:
        yield MadeFile(DemoMedia.FILM, path)
    else:
        log.warning("demo.film_left_out", problem=problem)


def _contents() -> Iterator[tuple[DemoMedia, bytes]]:
    yield DemoMedia.WELCOME, _pdf(texts.WELCOME, school)
    yield DemoMedia.MENU, _pdf(texts.MENU, plate)
    yield DemoMedia.STAGE, _picture(draw_slide(texts.STAGE, stage), "JPEG")
    new, club = texts.NOVELTIES
    yield DemoMedia.NOVELTIES, _picture(draw_slide(new, books), "PNG")
    yield DemoMedia.CLUB, _picture(draw_slide(club, books), "JPEG")
    cover = draw_slide(Slide("", (), texts.OCEAN), lake).crop((640, 182, 1280, 542))
    yield DemoMedia.PROJECT, write_pptx(texts.PROJECT, _picture(cover, "JPEG"))


def _pdf(slides: Iterable[Slide], scene: Scene) -> bytes:
    first, *more = [draw_slide(slide, scene) for slide in slides]
    buffer = io.BytesIO()
    first.save(
        buffer,
        "PDF",
        save_all=True,
        append_images=more,
        resolution=96,
        quality=_QUALITY,
        creationDate=None,
        modDate=None,
    )
    return buffer.getvalue()


def _picture(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=_QUALITY, optimize=True)
    return buffer.getvalue()
