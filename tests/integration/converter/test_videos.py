"""Videos are looked into, get a picture, and are made playable, by a real ffmpeg."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.media.words import unplayable_warning
from tests.support.media.lab import Lab, film
from workers.converter.bench import ConversionError

PLAIN = ("-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac")
VP8 = ("-c:v", "libvpx", "-b:v", "200k", "-c:a", "libopus")
CONTAINER, CODEC, SOUND = Unplayable.CONTAINER, Unplayable.CODEC, Unplayable.SOUND
DEEP = ("-c:v", "libx264", "-pix_fmt", "yuv420p10le", "-an")
OLD = ("-c:v", "mjpeg", "-c:a", "pcm_s16le")


@pytest.mark.parametrize(
    ("kind", "options", "codec", "obstacles"),
    [
        (MediaType.MP4, PLAIN, "h264", ()),
        (MediaType.MOV, PLAIN, "h264", ()),
        (MediaType.MKV, PLAIN, "h264", (CONTAINER,)),
        (MediaType.WEBM, VP8, "vp8", (CONTAINER, CODEC, SOUND)),
        (MediaType.MP4, DEEP, "h264", (Unplayable.PROFILE,)),
        (MediaType.MOV, OLD, "mjpeg", (CODEC, SOUND)),
    ],
)
def test_what_is_in_a_video_is_found_out_and_shown_by_a_frame(
    tmp_path: Path,
    lab: Lab,
    kind: MediaType,
    options: tuple[str, ...],
    codec: str,
    obstacles: tuple[Unplayable, ...],
) -> None:
    path = film(tmp_path / f"a.{kind}", *options)
    made = lab.make(path, kind, Target.FACTS)
    assert made.result["codec"] == codec
    assert made.facts["duration"] == pytest.approx(2, abs=0.2)
    assert made.facts["resolution"] == "320x180"
    assert made.facts["bitrate"] == pytest.approx(path.stat().st_size * 4, rel=0.2)
    assert made.warnings == ((unplayable_warning(obstacles),) if obstacles else ())
    with Image.open(lab.made(lab.make(path, kind, Target.THUMBNAIL))) as picture:
        assert picture.size == (320, 180)
        colours = picture.convert("RGB").resize((8, 8)).getcolors()
        assert colours is not None
        assert len(colours) > 8  # bars, not black


def test_every_player_can_show_what_is_made(tmp_path: Path, lab: Lab) -> None:
    path = film(tmp_path / "a.mkv", "-c:v", "mpeg4", "-c:a", "flac", size="2560x1440")
    obstacles = lab.make(path, MediaType.MKV, Target.FACTS).warnings[0]["obstacles"]
    assert Unplayable.SIZE in obstacles
    made = lab.make(path, MediaType.MKV, Target.MP4)
    mp4 = lab.made(made)
    again = lab.make(mp4, MediaType.MP4, Target.FACTS)
    assert again.warnings == ()
    assert again.facts["resolution"] == "1920x1080"
    assert again.facts["duration"] == pytest.approx(2, abs=0.2)
    assert made.result["size"] == mp4.stat().st_size
    assert {name: made.result[name] for name in ("codec", "sound", "pixels")} == {
        "codec": "h264",
        "sound": "aac",
        "pixels": "yuv420p",
    }
    assert mp4.read_bytes().index(b"moov") < mp4.read_bytes().index(b"mdat")  # plays while it comes
    assert lab.told == sorted(lab.told)
    assert all(0 <= percent <= 99 for percent in lab.told)


def test_an_upright_film_stays_upright_and_odd_sizes_are_rounded(tmp_path: Path, lab: Lab) -> None:
    options = ("-c:v", "ffv1", "-an")
    path = film(tmp_path / "a.mkv", *options, seconds=0.2, size="1251x2223")
    made = lab.make(path, MediaType.MKV, Target.MP4)
    assert (made.result["width"], made.result["height"]) == (1080, 1918)
    small = film(tmp_path / "b.mkv", *options, seconds=0.2, size="101x75")
    made = lab.make(small, MediaType.MKV, Target.MP4)
    assert (made.result["width"], made.result["height"]) == (100, 74)


def test_a_film_that_is_turned_is_told_as_it_is_shown(tmp_path: Path, lab: Lab) -> None:
    plain = film(tmp_path / "plain.mp4", *PLAIN)
    turned = tmp_path / "a.mp4"
    command = ["ffmpeg", "-loglevel", "error", "-i", str(plain), "-metadata:s:v:0", "rotate=90"]
    subprocess.run([*command, "-c", "copy", str(turned)], check=True, timeout=60)
    assert lab.make(turned, MediaType.MP4, Target.FACTS).facts["resolution"] == "180x320"


def test_a_film_that_does_not_say_how_long_it_is_is_measured(tmp_path: Path, lab: Lab) -> None:
    record = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=duration=2:size=64x36"]
    with (tmp_path / "a.webm").open("wb") as file:  # to a pipe, as a browser records
        command = [*record, "-c:v", "libvpx", "-f", "webm", "-live", "1", "-"]
        subprocess.run(command, check=True, stdout=file, timeout=60)
    probe = ["ffprobe", "-v", "error", "-show_format", "-of", "json", str(tmp_path / "a.webm")]
    said = json.loads(subprocess.run(probe, check=True, capture_output=True, timeout=60).stdout)
    assert "duration" not in said["format"]
    facts = lab.make(tmp_path / "a.webm", MediaType.WEBM, Target.FACTS).facts
    assert facts["duration"] == pytest.approx(2, abs=0.3)
    assert facts["bitrate"] > 0


def test_a_film_may_be_so_long_and_no_longer(tmp_path: Path, lab: Lab) -> None:
    path = film(tmp_path / "a.mp4", *PLAIN, seconds=63, size="64x36")
    lab.rules = replace(lab.rules, video_minutes=1)
    for target in (Target.FACTS, Target.MP4):
        with pytest.raises(ConversionError) as caught:
            lab.make(path, MediaType.MP4, target)
        assert caught.value.failure is Failure.TOO_LONG
        assert caught.value.facts["duration"] == pytest.approx(63, abs=0.5)
    allowed = replace(lab.rules, video_minutes=2)
    lab.rules = allowed
    assert lab.make(path, MediaType.MP4, Target.FACTS).facts["resolution"] == "64x36"


def test_what_is_no_video_is_said(tmp_path: Path, lab: Lab) -> None:
    whole = film(tmp_path / "whole.mp4", *PLAIN)
    cases = {
        "cut": whole.read_bytes()[: whole.stat().st_size // 2],
        "empty": b"",
        "text": b"no film",
    }
    for name, content in cases.items():
        path = tmp_path / f"{name}.mp4"
        path.write_bytes(content)
        for target in (Target.FACTS, Target.THUMBNAIL, Target.MP4):
            with pytest.raises(ConversionError) as caught:
                lab.make(path, MediaType.MP4, target)
            assert caught.value.failure is Failure.BROKEN, name
    music = tmp_path / "music.mp4"
    tone = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=1", str(music)]
    subprocess.run(tone, check=True, timeout=60)
    with pytest.raises(ConversionError) as caught:
        lab.make(music, MediaType.MP4, Target.FACTS)
    assert caught.value.failure is Failure.NO_PICTURE
