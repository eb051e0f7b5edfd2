"""Pictures of what a simulated player shows: 640 x 360 JPEG, drawn, about 20 KB."""

import io
import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from infoscreen_core.contracts import EventItem
from infoscreen_core.domain.events.event import EventType, Severity
from workers.simulator.state import PictureFault, PlayerState

SIZE: Final = (640, 360)
_QUALITY: Final = 86
_INK, _PALE, _GROUND = (23, 32, 51), (90, 102, 122), (247, 248, 250)
_IDLE = (71, 85, 105)
_COLOURS: Final = {
    EventType.PRESENTATION: (0x35, 0x66, 0xB8),
    EventType.WEBSITE: (0x7B, 0x4F, 0xB5),
    EventType.WEBUNTIS: (0xA8, 0x3F, 0x86),
    EventType.VIDEO: (0x5F, 0x7A, 0x1F),
    EventType.MESSAGE: (0x9A, 0x3B, 0x52),
    EventType.OTHER: (0x5B, 0x64, 0x70),
}
_KINDS: Final = {
    EventType.PRESENTATION: "Präsentation",
    EventType.WEBSITE: "Webseite",
    EventType.WEBUNTIS: "Stundenplan",
    EventType.VIDEO: "Video",
    EventType.MESSAGE: "Mitteilung",
    EventType.OTHER: "Termin",
}
_EMERGENCY = (185, 28, 28)
_WARNING = (194, 65, 12)
_REPLACEMENTS = str.maketrans(
    {
        "ß": "ss",
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "„": '"',
        "“": '"',
        "”": '"',
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    }
)
_DIAERESIS = "\u0308"
_UPPERCASE_ROOM, _LOWERCASE_ROOM = 0.06, 0.20


@dataclass(frozen=True)
class Screen:
    """The words and the colour on a screen."""

    colour: tuple[int, int, int]
    kind: str
    title: str
    body: str
    until: str
    footer: str
    clock: str


def draw_screen(state: PlayerState, local_now: datetime) -> bytes:
    """Return the picture of what the player shows at its local time."""
    if state.picture_fault is PictureFault.BLACK:
        return _jpeg(Image.new("RGB", SIZE, (0, 0, 0)))
    clock = "08:00:00" if state.picture_fault is PictureFault.FROZEN else f"{local_now:%H:%M:%S}"
    return _jpeg(_paint(describe(state, local_now, clock=clock)))


def describe(state: PlayerState, local_now: datetime, *, clock: str) -> Screen:
    """Say what stands on the screen."""
    group = f"Gruppe {state.group_id}" if state.group_id else "Nicht zugeordnet"
    event = state.shown
    return Screen(
        colour=_colour(event),
        kind=_KINDS[event.event_type] if event else "Infoscreen",
        title=event.title if event else _idle_title(state),
        body=_body(event) if event else "",
        until=f"bis {event.end.astimezone(local_now.tzinfo):%H:%M}" if event else "",
        footer=f"{state.identity.hostname} · {group}",
        clock=clock,
    )


def type_colour(kind: EventType) -> tuple[int, int, int]:
    """Return the colour of a kind of event: the one it has in the console."""
    return _COLOURS[kind]


def _idle_title(state: PlayerState) -> str:
    return "Kein Termin" if state.is_running else "Anzeige wird gestartet"


def _colour(event: EventItem | None) -> tuple[int, int, int]:
    if event is None:
        return _IDLE
    severity = event.message.severity if event.message else None
    if severity is Severity.EMERGENCY:
        return _EMERGENCY
    return _WARNING if severity is Severity.WARNING else type_colour(event.event_type)


def _body(event: EventItem) -> str:
    if event.message is not None:
        return event.message.text
    if event.website is not None:
        return event.website.url
    if event.presentation is not None:
        return "\n".join(file.name for file in event.presentation.files)
    return (
        event.video.url.rsplit("/", 1)[-1] if event.video is not None else event.description or ""
    )


def _paint(screen: Screen) -> Image.Image:
    image = _ground(screen.colour).copy()
    draw = ImageDraw.Draw(image)
    _write(draw, (28, 18), screen.kind, 24, (255, 255, 255))
    _write(draw, (SIZE[0] - 140, 18), screen.clock, 24, (255, 255, 255))
    lower = _write_lines(draw, (28, 90), screen.title, size=40, width=27, colour=_INK)
    _write_lines(draw, (28, lower + 10), screen.body, size=22, width=50, colour=_PALE)
    _write(draw, (28, SIZE[1] - 40), screen.footer, 18, _PALE)
    _write(draw, (SIZE[0] - 110, SIZE[1] - 40), screen.until, 18, _PALE)
    return image


@cache
def _ground(colour: tuple[int, int, int]) -> Image.Image:
    """Return the empty screen: a band in the colour over a pale ground that darkens downwards."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    for y in range(64, SIZE[1]):
        share = 0.16 * (y - 64) / (SIZE[1] - 64)
        line = tuple(round(g + (c - g) * share) for g, c in zip(_GROUND, colour, strict=True))
        draw.line([(0, y), (SIZE[0], y)], fill=line)
    draw.rectangle([0, 0, SIZE[0], 63], fill=colour)
    return image


def _write_lines(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    *,
    size: int,
    width: int,
    colour: tuple[int, int, int],
) -> int:
    """Write wrapped text, as much as fits above the footer; return where it ends."""
    x, y = place
    for paragraph in text.splitlines():
        for line in textwrap.wrap(paragraph, width) or [""]:
            if y + size > SIZE[1] - 48:
                return y
            _write(draw, (x, y), line, size, colour)
            y += round(size * 1.25)
    return y


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    colour: tuple[int, int, int],
) -> None:
    """Write one line; Pillow's own typeface has no umlauts, so their dots are drawn."""
    x, y = float(place[0]), place[1]
    font = _font(size)
    for cluster in _clusters(text):
        letter = cluster[0]
        advance = font.getlength(letter)
        draw.text((x, y), letter, font=font, fill=colour)
        if _DIAERESIS in cluster:
            _dot(draw, x + advance / 2, y + size * _room(letter), size, colour)
        x += advance


def _room(letter: str) -> float:
    return _UPPERCASE_ROOM if letter.isupper() else _LOWERCASE_ROOM


def _dot(
    draw: ImageDraw.ImageDraw, x: float, y: float, size: int, colour: tuple[int, int, int]
) -> None:
    radius, gap = max(size * 0.05, 1.0), size * 0.13
    for middle in (x - gap, x + gap):
        draw.ellipse([middle - radius, y - radius, middle + radius, y + radius], fill=colour)


def _clusters(text: str) -> list[str]:
    """Split text into letters with their accents."""
    clusters: list[str] = []
    for character in unicodedata.normalize("NFD", text.translate(_REPLACEMENTS)):
        if unicodedata.combining(character) and clusters:
            clusters[-1] += character
        else:
            clusters.append(character)
    return clusters


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()
