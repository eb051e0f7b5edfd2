"""Files as LibreOffice and FFmpeg write them are known, and cut off anywhere they are refused."""

import random
from pathlib import Path

import pytest

from infoscreen_core.domain.media.types import OFFICE_TYPES, MediaType
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.files.sniffing import sniff
from tests.support.media.samples import animation, picture
from tests.support.media.true_files import film, office_file

pytestmark = [pytest.mark.server, pytest.mark.slow]

_OFFICE = sorted(OFFICE_TYPES | {MediaType.PDF})
_FILMS = [
    (MediaType.MP4, ()),
    (MediaType.MP4, ("-movflags", "+faststart")),
    (MediaType.MOV, ()),
    (MediaType.MKV, ()),
    (MediaType.WEBM, ()),
    (MediaType.GIF, ()),
    (MediaType.PNG, ("-frames:v", "1")),
    (MediaType.JPG, ("-frames:v", "1")),
    (MediaType.WEBP, ()),
    (MediaType.WEBP, ("-frames:v", "1")),
]


@pytest.mark.parametrize("kind", _OFFICE)
def test_documents_of_libreoffice(tmp_path: Path, kind: MediaType) -> None:
    _check_whole_and_cut(office_file(kind), kind, tmp_path)


@pytest.mark.parametrize(("kind", "options"), _FILMS)
def test_films_and_pictures_of_ffmpeg(
    tmp_path: Path, kind: MediaType, options: tuple[str, ...]
) -> None:
    _check_whole_and_cut(film(kind, *options), kind, tmp_path)


@pytest.mark.parametrize("kind", [MediaType.PNG, MediaType.JPG, MediaType.GIF, MediaType.WEBP])
def test_pictures_of_pillow(tmp_path: Path, kind: MediaType) -> None:
    _check_whole_and_cut(picture(kind), kind, tmp_path)
    if kind in {MediaType.GIF, MediaType.WEBP}:
        _check_whole_and_cut(animation(kind), kind, tmp_path)


_FILTER = (
    ':impress_pdf_Export:{{"{switch}":{{"type":"boolean","value":"true"}},'
    '"{password}":{{"type":"string","value":"geheim"}}}}'
)


def test_a_pdf_that_opens_only_with_a_password_is_refused(tmp_path: Path) -> None:
    options = _FILTER.format(switch="EncryptFile", password="DocumentOpenPassword")
    with pytest.raises(InvalidInputError, match="protected with a password"):
        _sniffed(office_file(MediaType.PDF, options), tmp_path)


def test_a_pdf_that_only_its_owner_may_change_is_shown(tmp_path: Path) -> None:
    options = _FILTER.format(switch="RestrictPermissions", password="PermissionPassword")
    data = office_file(MediaType.PDF, options)
    assert b"/Encrypt" in data
    assert _sniffed(data, tmp_path) is MediaType.PDF


def test_a_fragmented_film_is_known(tmp_path: Path) -> None:
    data = film(MediaType.MP4, "-movflags", "frag_keyframe+empty_moov")
    assert _sniffed(data, tmp_path) is MediaType.MP4


def _check_whole_and_cut(data: bytes, kind: MediaType, folder: Path) -> None:
    assert _sniffed(data, folder) is kind
    lengths = _lengths(len(data.rstrip(b"\r\n")))  # a PDF is whole without its last line break
    assert [one for one in lengths if _is_taken(data[:one], folder, kind)] == []


def _lengths(size: int) -> list[int]:
    """Near both ends, at each per cent, and here and there."""
    draw = random.Random(size)
    near = {*range(1, 40), *range(size - 40, size)}
    return sorted(
        length
        for length in near
        | {size * part // 100 for part in range(1, 100)}
        | {draw.randrange(1, size) for _ in range(50)}
        if 0 < length < size
    )


def _is_taken(data: bytes, folder: Path, kind: MediaType) -> bool:
    try:
        _sniffed(data, folder, kind)
    except InvalidInputError:
        return False
    return True


def _sniffed(data: bytes, folder: Path, kind: MediaType | None = None) -> MediaType:
    path = folder / "part"
    path.write_bytes(data)
    return sniff(path, f"datei.{kind}" if kind else "datei").media_type
