"""Pictures of what a simulated player shows: 640 x 360 JPEG, drawn, about 20 KB.

Files that it has fetched are to be seen page by page; anything else is a card that says what it is.
"""

import io
import textwrap
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from PIL import Image, ImageDraw

from infoscreen_core.contracts import EventItem
from infoscreen_core.domain.events.event import EventType, Severity
from workers.simulator.media.files import list_wanted
from workers.simulator.media.pages import QUALITY, SIZE
from workers.simulator.media.show import Show
from workers.simulator.slides import add_progress, add_strip, open_page
from workers.simulator.state import PictureFault, PlayerState
from workers.simulator.writing import Colour, write_line, write_lines

_INK, _PALE, _GROUND = (23, 32, 51), (90, 102, 122), (247, 248, 250)
_WHITE = (255, 255, 255)
_ADDRESS_WIDTH: Final = 50
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


@dataclass(frozen=True)
class Screen:
    """The words and the colour on a screen."""

    colour: Colour
    kind: str
    title: str
    body: str
    address: str
    until: str
    footer: str
    clock: str


def draw_screen(state: PlayerState, local_now: datetime) -> bytes:
    """Return the picture of what the player shows at its local time."""
    if state.picture_fault is PictureFault.BLACK:
        return _jpeg(Image.new("RGB", SIZE, (0, 0, 0)))
    is_frozen = state.picture_fault is PictureFault.FROZEN
    clock = "08:00:00" if is_frozen else f"{local_now:%H:%M:%S}"
    page = _page(state.show, state.show.since if is_frozen else local_now) if state.show else None
    if page is not None:
        return _jpeg(add_strip(page, f"{state.identity.hostname} · {clock}"))
    return _jpeg(_paint(describe(state, local_now, clock=clock)))


def _page(show: Show, now: datetime) -> Image.Image | None:
    """Return the page that stands there, None if another process has removed it meanwhile."""
    try:
        page = open_page(show.pages[show.number_at(now)].path).copy()
    except OSError:
        return None
    progress = show.progress_at(now)
    return page if progress is None else add_progress(page, progress)


def describe(state: PlayerState, local_now: datetime, *, clock: str) -> Screen:
    """Say what stands on the screen."""
    group = f"Gruppe {state.group_id}" if state.group_id else "Nicht zugeordnet"
    event = state.shown
    return Screen(
        colour=_colour(event),
        kind=_KINDS[event.event_type] if event else "Infoscreen",
        title=event.title if event else _idle_title(state),
        body=_body(event, is_blank=state.is_blank) if event else "",
        address=event.website.url if event and event.website else "",
        until=f"bis {event.end.astimezone(local_now.tzinfo):%H:%M}" if event else "",
        footer=f"{state.identity.hostname} · {group}",
        clock=clock,
    )


def type_colour(kind: EventType) -> Colour:
    """Return the colour of a kind of event: the one it has in the console."""
    return _COLOURS[kind]


def _idle_title(state: PlayerState) -> str:
    return "Kein Termin" if state.is_running else "Anzeige wird gestartet"


def _colour(event: EventItem | None) -> Colour:
    if event is None:
        return _IDLE
    severity = event.message.severity if event.message else None
    if severity is Severity.EMERGENCY:
        return _EMERGENCY
    return _WARNING if severity is Severity.WARNING else type_colour(event.event_type)


def _body(event: EventItem, *, is_blank: bool) -> str:
    if event.message is not None:
        return event.message.text
    if event.website is not None:
        return ""
    wanted = list_wanted(event)
    if wanted:
        notice = "Kann nicht gezeigt werden:" if is_blank else ""
        return "\n".join(filter(None, (notice, *(file.name for file in wanted))))
    return "wird vorbereitet" if event.presentation is not None else event.description or ""


def _paint(screen: Screen) -> Image.Image:
    image = _ground(screen.colour).copy()
    draw = ImageDraw.Draw(image)
    write_line(draw, (28, 18), screen.kind, 24, _WHITE)
    write_line(draw, (SIZE[0] - 140, 18), screen.clock, 24, _WHITE)
    lowest = SIZE[1] - 48
    lower = write_lines(draw, (28, 90), screen.title, size=40, width=27, colour=_INK, lowest=lowest)
    if screen.address:
        lower = _paint_address(draw, screen, lower + 10)
    write_lines(draw, (28, lower + 10), screen.body, size=22, width=50, colour=_PALE, lowest=lowest)
    write_line(draw, (28, SIZE[1] - 40), screen.footer, 18, _PALE)
    write_line(draw, (SIZE[0] - 110, SIZE[1] - 40), screen.until, 18, _PALE)
    return image


def _paint_address(draw: ImageDraw.ImageDraw, screen: Screen, y: int) -> int:
    """Draw a browser's address bar; return where it ends."""
    bar = (28, y, SIZE[0] - 28, y + 40)
    draw.rounded_rectangle(bar, radius=20, fill=_WHITE, outline=screen.colour, width=2)
    globe = (42, y + 12, 58, y + 28)
    draw.ellipse(globe, outline=screen.colour, width=2)
    draw.ellipse((47, y + 12, 53, y + 28), outline=screen.colour)
    draw.line((42, y + 20, 58, y + 20), fill=screen.colour)
    shown = textwrap.shorten(screen.address, _ADDRESS_WIDTH, placeholder=" ...")
    write_line(draw, (70, y + 9), shown[:_ADDRESS_WIDTH], 20, _INK)
    return y + 46


@cache
def _ground(colour: Colour) -> Image.Image:
    """Return the empty screen: a band in the colour over a pale ground that darkens downwards."""
    image = Image.new("RGB", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    for y in range(64, SIZE[1]):
        share = 0.16 * (y - 64) / (SIZE[1] - 64)
        line = tuple(round(g + (c - g) * share) for g, c in zip(_GROUND, colour, strict=True))
        draw.line([(0, y), (SIZE[0], y)], fill=line)
    draw.rectangle([0, 0, SIZE[0], 63], fill=colour)
    return image


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()
