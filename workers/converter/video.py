"""Videos: what is in them, one frame, and a version that every player can show.

`ffmpeg` and `ffprobe` read one file and nothing else: the format is given, so a playlist in the
disguise of a video is not even tried, and no protocol but that of files is allowed.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.playable import LONG_SIDE, VideoFacts
from infoscreen_core.domain.media.types import MediaType
from workers.converter.bench import PICTURE_SIDE, Bench, ConversionError, said
from workers.converter.sandbox import Ended, Task, View

_READERS: Final[Mapping[MediaType, str]] = {
    MediaType.MP4: "mov",
    MediaType.MOV: "mov",
    MediaType.WEBM: "matroska",
    MediaType.MKV: "matroska",
}
_EARLY: Final = 0.1
"""The frame that stands for a video is this far into it: films often begin in black."""
_LATEST_FRAME: Final = 10.0
_SECONDS_FOR_ONE: Final = 20.0
"""Of work for a second of film, at most: large pictures on a slow machine."""
_TURNED: Final = frozenset({90, 270})
_SHORT_SIDE: Final = 1080
_MOST_FRAMES: Final = 60
_TIME: Final = "out_time_us="
_MICRO: Final = 1_000_000


def probe(bench: Bench, source: Path, kind: MediaType) -> VideoFacts:
    """Return what is in a video; raise `ConversionError` when it is none."""
    found = _ask(bench, source, kind)
    streams = found.get("streams", [])
    pictures = [one for one in streams if _is_moving(one)]
    if not pictures:
        is_sound = any(one.get("codec_type") == "audio" for one in streams)
        raise ConversionError(Failure.NO_PICTURE if is_sound else Failure.BROKEN, "no video stream")
    facts = _facts(pictures[0], streams, found.get("format", {}))
    if facts.duration is None:
        facts = replace(facts, duration=_measure(bench, source, kind))
    return _with_bitrate(facts, source)


def make_frame(bench: Bench, source: Path, kind: MediaType, duration: float | None) -> Path:
    """Return one frame of a video as a PNG, at most as wide as a small picture."""
    scale = f"scale='min({PICTURE_SIDE},iw)':-2"
    options = ["-frames:v", "1", "-vf", scale, "-c:v", "png", "-f", "image2", "-update", "1"]
    early = min((duration or 0.0) * _EARLY, _LATEST_FRAME)
    for begin in (early, 0.0):  # where an index is wrong, the first may lead beyond the end
        work = _Work(source, kind, "frame.png", options, ["-ss", f"{begin:.3f}"])
        made, _ = _run(bench, work)
        if made.is_file():
            return made
    raise ConversionError(Failure.BROKEN, "no frame can be read")


def make_mp4(bench: Bench, source: Path, kind: MediaType, facts: VideoFacts) -> Path:
    """Return a video as H.264 and AAC in an MP4 that plays while it comes; tells its progress."""

    def follow(seconds: float) -> None:
        if facts.duration:
            bench.tell(min(99, int(100 * seconds / facts.duration)))

    work = _Work(
        source,
        kind,
        "video.mp4",
        _transcoding(facts),
        seconds=_SECONDS_FOR_ONE * (facts.duration or 0.0),
        on_time=follow,
    )
    made, ended = _run(bench, work)
    if not ended.has_succeeded or not made.is_file():
        raise ConversionError(Failure.CRASHED, said(ended))
    return made


@dataclass(frozen=True)
class _Work:
    """One run of ffmpeg."""

    source: Path
    kind: MediaType
    name: str
    """Of the file it makes; `-` for none."""
    options: Sequence[str]
    seek: Sequence[str] = ()
    seconds: float = 0.0
    """It may take longer than other programs by this."""
    on_time: Callable[[float], None] = lambda _seconds: None
    """Told how many seconds of the film are done."""

    def command(self, view: View) -> list[str]:
        return [
            *("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y"),
            *("-progress", "pipe:1", "-stats_period", "1"),
            *_reading(self.kind),
            *self.seek,
            *("-i", str(view.inputs / "video")),
            *self.options,
            self.name if self.name == "-" else str(view.out / self.name),
        ]

    def follow(self, line: str) -> None:
        microseconds = line.removeprefix(_TIME).strip()
        if line.startswith(_TIME) and microseconds.isdigit():
            self.on_time(int(microseconds) / _MICRO)


def _run(bench: Bench, work: _Work) -> tuple[Path, Ended]:
    folder, limits = bench.place("ffmpeg"), bench.rules.limits
    limits = replace(limits, seconds=limits.seconds + work.seconds)
    inputs = {"video": work.source}
    ended = bench.run(Task(work.command, folder, limits, inputs, on_line=work.follow))
    return folder / "out" / work.name, ended


def _reading(kind: MediaType) -> list[str]:
    return ["-protocol_whitelist", "file", "-f", _READERS[kind]]


def _ask(bench: Bench, source: Path, kind: MediaType) -> dict[str, Any]:
    def command(view: View) -> list[str]:
        wanted = ["-show_format", "-show_streams", "-of", "json"]
        asked = ["ffprobe", "-hide_banner", "-loglevel", "error", *_reading(kind), *wanted]
        return [*asked, str(view.inputs / "video")]

    ended = bench.run(Task(command, bench.place("probe"), bench.rules.brief, {"video": source}))
    try:
        found = json.loads(ended.output)
    except ValueError:
        found = None
    if not ended.has_succeeded or not isinstance(found, dict):
        raise ConversionError(Failure.BROKEN, said(ended))
    return found


def _is_moving(stream: Mapping[str, Any]) -> bool:
    """Whether a stream is film, and no picture on the cover of music."""
    is_cover = stream.get("disposition", {}).get("attached_pic")
    return bool(
        stream.get("codec_type") == "video"
        and not is_cover
        and stream.get("width")
        and stream.get("height")
    )


def _facts(
    picture: Mapping[str, Any], streams: Sequence[Mapping[str, Any]], whole: Mapping[str, Any]
) -> VideoFacts:
    width, height = int(picture["width"]), int(picture["height"])
    if _turn(picture) in _TURNED:
        width, height = height, width
    level = picture.get("level")
    sounds = [one.get("codec_name") for one in streams if one.get("codec_type") == "audio"]
    return VideoFacts(
        duration=_number(whole.get("duration")) or _number(picture.get("duration")),
        width=width,
        height=height,
        bitrate=int(_number(whole.get("bit_rate")) or 0) or None,
        codec=str(picture.get("codec_name", "unknown")),
        profile=picture.get("profile"),
        level=level if isinstance(level, int) and level > 0 else None,
        pixels=picture.get("pix_fmt"),
        frame_rate=_ratio(picture.get("avg_frame_rate")) or _ratio(picture.get("r_frame_rate")),
        sound=str(sounds[0]) if sounds else None,
    )


def _turn(picture: Mapping[str, Any]) -> int:
    """Return by how many degrees a player turns the picture, 0 to 359."""
    notes = picture.get("side_data_list", [])
    found = next((one["rotation"] for one in notes if "rotation" in one), None)
    return int(found if found is not None else picture.get("tags", {}).get("rotate", 0)) % 360


def _measure(bench: Bench, source: Path, kind: MediaType) -> float | None:
    """Return how long a film is that does not say so, such as one that a browser recorded."""
    times = [0.0]
    copy = ["-map", "0:v:0", "-c", "copy", "-f", "null"]
    _run(bench, _Work(source, kind, "-", copy, on_time=times.append))
    return max(times) or None


def _with_bitrate(facts: VideoFacts, source: Path) -> VideoFacts:
    if facts.bitrate is not None or not facts.duration:
        return facts
    return replace(facts, bitrate=round(source.stat().st_size * 8 / facts.duration))


def _transcoding(facts: VideoFacts) -> list[str]:
    is_upright = facts.height > facts.width
    width, height = (_SHORT_SIDE, LONG_SIDE) if is_upright else (LONG_SIDE, _SHORT_SIDE)
    box = f"w='min({width},iw)':h='min({height},ih)'"
    scale = f"scale={box}:force_original_aspect_ratio=decrease:force_divisible_by=2"
    rate = ["-r", str(_MOST_FRAMES)] if (facts.frame_rate or 0) > _MOST_FRAMES else []
    return [
        *("-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn", "-map_metadata", "-1"),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "21"),
        *("-profile:v", "high", "-level:v", "4.2", "-maxrate", "12M", "-bufsize", "24M"),
        *("-vf", f"{scale},format=yuv420p", *rate),
        *("-c:a", "aac", "-b:a", "160k", "-ac", "2", "-ar", "48000"),
        *("-movflags", "+faststart", "-f", "mp4"),
    ]


def _number(text: object) -> float | None:
    try:
        number = float(str(text))
    except ValueError:
        return None
    return number if 0 < number < float("inf") else None


def _ratio(text: object) -> float | None:
    whole, _, part = str(text).partition("/")
    above, below = _number(whole), _number(part or 1)
    return above / below if above and below else None
