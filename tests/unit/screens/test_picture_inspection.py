"""What the bytes of a picture say, whatever kind of picture it is."""

from io import BytesIO

import pytest
from PIL import Image

from infoscreen_core.domain.screens.screens import ScreenHealth, judge_picture
from infoscreen_core.services.screens.pictures import PictureError, inspect

_SIZE = (64, 36)


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, form)
    return file.getvalue()


def deep_grey(value: int) -> bytes:
    """A PNG of 16-bit grey; 65,535 is white."""
    return encoded(Image.new("I;16", _SIZE, value))


def health(data: bytes) -> ScreenHealth:
    facts = inspect(data)
    return judge_picture(
        mean=facts.mean, deviation=facts.deviation, same_count=1, is_motion_expected=False
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, ScreenHealth.BLACK),
        (1500, ScreenHealth.BLACK),
        (2200, ScreenHealth.OK),
        (65535, ScreenHealth.OK),
    ],
)
def test_sixteen_bits_of_grey_are_judged_like_eight(value: int, expected: ScreenHealth) -> None:
    assert health(deep_grey(value)) is expected


def test_sixteen_bits_of_grey_are_measured_on_the_scale_of_eight() -> None:
    assert [round(inspect(deep_grey(value)).mean) for value in (0, 32768, 65535)] == [0, 127, 255]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_black_is_black_in_every_mode_of_png(mode: str) -> None:
    assert health(encoded(Image.new(mode, _SIZE))) is ScreenHealth.BLACK


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_white_is_fine_in_every_mode_of_jpeg(mode: str) -> None:
    white = Image.new("RGB", _SIZE, "white").convert(mode)
    assert health(encoded(white, "JPEG")) is ScreenHealth.OK


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"GIF89a" + bytes(40),
        b"\x89PNG\r\n\x1a\n" + b"x" * 100,
        deep_grey(0)[:60],
        encoded(Image.new("RGB", (640, 360)), "JPEG")[:300],
        encoded(Image.new("RGB", (640, 360)), "JPEG")[:-200],
    ],
)
def test_a_refusal_is_a_sentence_without_the_names_of_objects(data: bytes) -> None:
    with pytest.raises(PictureError) as refused:
        inspect(data)
    sentence = str(refused.value)
    assert sentence.startswith("The picture ")
    assert sentence.endswith(".")
    assert "0x" not in sentence
    assert "<" not in sentence
