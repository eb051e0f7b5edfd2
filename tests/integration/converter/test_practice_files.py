"""Files as schools have them: of phones, cameras, scanners and old programs."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.media.words import unplayable_warning
from infoscreen_core.files.sniffing import sniff
from tests.support.media.lab import Lab, film

_X264 = ("-c:v", "libx264", "-pix_fmt", "yuv420p")
_X265 = ("-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-x265-params")


@pytest.mark.parametrize(
    ("name", "options", "obstacles"),
    [
        ("index-at-the-end.mp4", _X264, ()),
        ("index-in-front.mp4", (*_X264, "-movflags", "+faststart"), ()),
        ("fragments.mp4", (*_X264, "-movflags", "frag_keyframe+empty_moov"), ()),
        ("silent.mp4", (*_X264, "-map", "0:v"), ()),
        ("phone.mov", (*_X264, "-vf", "select=not(mod(n\\,3))", "-vsync", "vfr"), ()),
        ("one-frame.mp4", (*_X264, "-frames:v", "1", "-map", "0:v"), ()),
        ("new-phone.mp4", (*_X265, "log-level=none"), (Unplayable.CODEC,)),
        ("editor.mp4", ("-c:v", "libx264", "-pix_fmt", "yuv444p"), (Unplayable.PROFILE,)),
        ("camera.mov", (*_X264, "-c:a", "pcm_s16le"), (Unplayable.SOUND,)),
        ("recorder.mkv", (*_X264, "-c:a", "aac"), (Unplayable.CONTAINER,)),
    ],
)
def test_films_are_known_by_what_players_can_do_with_them(
    tmp_path: Path, lab: Lab, name: str, options: tuple[str, ...], obstacles: tuple[Unplayable, ...]
) -> None:
    path = film(tmp_path / name, *options)
    kind = sniff(path, name).media_type
    assert kind.value == path.suffix[1:]
    made = lab.make(path, kind, Target.FACTS)
    assert made.facts["resolution"] == "320x180"
    assert 0 < made.facts["duration"] < 2.5
    assert made.warnings == ((unplayable_warning(obstacles),) if obstacles else ())
    assert _size(lab.made(lab.make(path, kind, Target.THUMBNAIL))) == (320, 180)


def _size(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as small:
        assert small.format == "WEBP"
        return small.size


def _photo(mode: str = "RGB", size: tuple[int, int] = (64, 48)) -> Image.Image:
    return Image.new("RGB", size, "red").convert(mode)


@pytest.mark.parametrize(
    ("name", "image", "options"),
    [
        ("print.jpg", _photo("CMYK"), {}),
        ("scan.jpg", _photo("L"), {}),
        ("web.jpg", _photo(), {"progressive": True}),
        ("drawing.png", _photo("P"), {}),
        ("depth.png", Image.new("I;16", (64, 48), 40_000), {}),
        ("veil.png", _photo("LA"), {}),
        ("moving.png", _photo(), {"save_all": True, "append_images": [_photo()]}),
        ("moving.gif", _photo(), {"save_all": True, "append_images": [_photo("L")]}),
        ("moving.webp", _photo(), {"save_all": True, "append_images": [_photo("L")]}),
    ],
)
def test_pictures_of_every_make_get_a_small_one(
    tmp_path: Path, lab: Lab, name: str, image: Image.Image, options: dict[str, Any]
) -> None:
    path = tmp_path / name
    image.save(path, **options)
    kind = sniff(path, name).media_type
    assert lab.make(path, kind, Target.FACTS).facts == {"resolution": "64x48"}
    small = lab.made(lab.make(path, kind, Target.THUMBNAIL))
    assert _size(small) == (64, 48)


def _pdf(*pages: tuple[float, float], turned: int = 0) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for width, height in pages:
        document.new_page(width, height).set_rotation(turned)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("make", "pages", "shape"),
    [
        (lambda: _pdf(*[(595, 842)] * 500), 500, (595, 842)),
        (lambda: _pdf((842, 595), (595, 842), (100, 3000)), 3, (842, 595)),
        (lambda: _pdf((595, 842), turned=90), 1, (842, 595)),
        (lambda: _pdf((595, 842), turned=180), 1, (595, 842)),
        (lambda: _pdf((14400, 14400)), 1, (1, 1)),
        (lambda: _pdf((3, 3)), 1, (1, 1)),
    ],
)
def test_pdfs_of_any_length_size_and_turn_are_counted_and_shown(
    tmp_path: Path,
    lab: Lab,
    make: Callable[[], bytes],
    pages: int,
    shape: tuple[int, int],
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(make())
    assert sniff(path, path.name).media_type is MediaType.PDF
    assert lab.make(path, MediaType.PDF, Target.FACTS).facts == {"page_count": pages}
    width, height = _size(lab.made(lab.make(path, MediaType.PDF, Target.THUMBNAIL)))
    assert max(width, height) <= 640
    assert width / height == pytest.approx(shape[0] / shape[1], rel=0.01)
