"""Makes a short film with ffmpeg, of drawn frames: the sun crosses the sky above the school."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageDraw

from workers.simulator.writing import write_line
from workers.up.demo_files.drawing import school

_SIZE: Final = (640, 360)
_RATE: Final = 6
_SECONDS: Final = 8
_PATIENCE: Final = 20
_NIGHT, _NOON = (30, 41, 99), (125, 190, 235)


def make_film(target: str) -> str | None:
    """Write an MP4 (H.264) to a path; return why there is none, or None when it is there."""
    program = shutil.which("ffmpeg")
    if program is None:
        return "there is no ffmpeg"
    command = (
        *(program, "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24"),
        *("-s", f"{_SIZE[0]}x{_SIZE[1]}", "-r", str(_RATE), "-i", "pipe:0"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-threads", "1"),
        *("-movflags", "+faststart", "-fflags", "+bitexact", "-f", "mp4", target),
    )
    frames = b"".join(image.tobytes() for image in _frames())
    try:
        subprocess.run(command, input=frames, check=True, capture_output=True, timeout=_PATIENCE)  # noqa: S603 - fixed words and our own path
    except subprocess.CalledProcessError as error:
        return error.stderr.decode(errors="replace").strip() or "ffmpeg failed"
    except (subprocess.TimeoutExpired, OSError) as error:
        return str(error)
    return None


def _frames() -> Iterator[Image.Image]:
    building = Image.new("RGBA", (1280, 720))
    school(ImageDraw.Draw(building), (17, 38, 74))
    ImageDraw.Draw(building).ellipse((1080, 80, 1200, 200), fill=(0, 0, 0, 0))  # it has its own sun
    building = building.crop((740, 240, 1280, 720)).resize((405, 360))
    for number in range(_RATE * _SECONDS):
        yield _frame(building, number / (_RATE * _SECONDS - 1))


def _frame(building: Image.Image, share: float) -> Image.Image:
    light = 1 - abs(2 * share - 1)
    red, green, blue = (round(a + (b - a) * light) for a, b in zip(_NIGHT, _NOON, strict=True))
    image = Image.new("RGB", _SIZE, (red, green, blue))
    draw = ImageDraw.Draw(image)
    x, y = round(-40 + share * 720), round(250 - 210 * light)
    draw.ellipse((x - 34, y - 34, x + 34, y + 34), fill=(250, 204, 21))
    image.paste(building, (225, 0), building)
    draw.rectangle((0, 318, _SIZE[0], _SIZE[1]), fill=(20, 83, 65))
    write_line(draw, (24, 24), "Unser Schultag", 40, (255, 255, 255))
    return image
