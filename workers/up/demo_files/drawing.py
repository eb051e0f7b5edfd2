"""Draws slides and pictures, each with a simple scene."""

from collections.abc import Callable
from functools import cache
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw

from workers.simulator.writing import Colour, write_lines
from workers.up.demo_files.texts import Slide

SIZE: Final = (1280, 720)
_WHITE: Final[Colour] = (255, 255, 255)
_SOFT: Final[Colour] = (226, 232, 240)
_GOLD: Final[Colour] = (250, 204, 21)
_PAPER: Final[Colour] = (248, 244, 232)

Scene = Callable[[ImageDraw.ImageDraw, Colour], None]


def draw_slide(slide: Slide, scene: Scene) -> Image.Image:
    """Return a slide: a ground that lightens downwards, a scene on the right, words on the left."""
    image = ground(slide.colour).copy()
    draw = ImageDraw.Draw(image)
    scene(draw, slide.colour)
    draw.rectangle((80, 132, 96, 232), fill=_GOLD)
    lower = write_lines(draw, (124, 130), slide.title, size=68, width=20, colour=_WHITE, lowest=420)
    lower = max(lower + 36, 290)
    for line in slide.lines:
        lower = (
            write_lines(draw, (124, lower), line, size=38, width=38, colour=_SOFT, lowest=690) + 16
        )
    return image


@cache
def ground(colour: Colour) -> Image.Image:
    """Return an empty slide."""
    column = Image.new("RGB", (1, SIZE[1]))
    for y in range(SIZE[1]):
        column.putpixel((0, y), _mixed(colour, _WHITE, 0.28 * y / SIZE[1]))
    return column.resize(SIZE)


def school(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Draw a school with its windows lit, under a sun."""
    dark, wall = _mixed(colour, (0, 0, 0), 0.35), _mixed(colour, _WHITE, 0.75)
    draw.ellipse((1090, 90, 1190, 190), fill=_GOLD)
    draw.rectangle((820, 400, 1240, 640), fill=wall)
    draw.polygon(((790, 400), (1030, 280), (1270, 400)), fill=dark)
    draw.ellipse((1000, 318, 1060, 378), fill=_WHITE, outline=dark, width=5)
    draw.line((1030, 348, 1030, 328), fill=dark, width=5)
    draw.line((1030, 348, 1045, 348), fill=dark, width=5)
    for column in range(4):
        left = 850 + column * 98
        for top in (430, 520):
            is_door = column in {1, 2} and top == 520  # noqa: PLR2004 - the lower floor
            if not is_door:
                draw.rectangle((left, top, left + 66, top + 60), fill=_GOLD, outline=dark, width=4)
    draw.rectangle((962, 530, 1098, 640), fill=dark)
    draw.rectangle((760, 640, 1280, 660), fill=_mixed(colour, (0, 0, 0), 0.2))


def lake(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Draw mountains above a lake with a tent."""
    far, near = _mixed(colour, _WHITE, 0.35), _mixed(colour, (0, 0, 0), 0.25)
    draw.ellipse((1120, 90, 1210, 180), fill=_GOLD)
    draw.polygon(((700, 540), (900, 300), (1100, 540)), fill=far)
    draw.polygon(((860, 360), (900, 300), (940, 360), (900, 345)), fill=_WHITE)
    draw.polygon(((920, 540), (1130, 250), (1340, 540)), fill=near)
    draw.polygon(((1084, 315), (1130, 250), (1176, 315), (1130, 300)), fill=_WHITE)
    draw.rectangle((640, 540, 1280, 720), fill=_mixed(colour, (56, 189, 248), 0.45))
    for number in range(9):
        left = 680 + number * 67
        top = 570 + (number * 37) % 110
        draw.line((left, top, left + 46, top), fill=_mixed(colour, _WHITE, 0.6), width=4)
    draw.polygon(((1010, 560), (1080, 440), (1150, 560)), fill=_GOLD)
    draw.polygon(((1064, 560), (1080, 480), (1096, 560)), fill=near)


def plate(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Draw a plate with what may be on it."""
    centre = (1050, 450)
    for radius, fill in ((190, _PAPER), (150, _WHITE)):
        _disc(draw, centre, radius, fill)
    _disc(draw, (1005, 420), 58, (202, 138, 4))
    _disc(draw, (1105, 425), 46, (77, 124, 15))
    _disc(draw, (1045, 510), 52, (185, 28, 28))
    for number in range(12):
        angle = number * pi / 6
        spot = (1105 + round(28 * cos(angle)), 425 + round(28 * sin(angle)))
        _disc(draw, spot, 9, (132, 204, 22))
    for left in (806, 826, 846):
        draw.rectangle((left, 290, left + 8, 400), fill=_SOFT)
    draw.rectangle((806, 395, 854, 412), fill=_SOFT)
    draw.rectangle((823, 412, 837, 610), fill=_SOFT)
    _ = colour


def books(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Draw a shelf of books."""
    backs = (_GOLD, (56, 189, 248), (248, 113, 113), _PAPER, (134, 239, 172), (196, 181, 253))
    wood = _mixed(colour, (0, 0, 0), 0.45)
    for shelf, bottom in enumerate((400, 640)):
        left = 800
        for number in range(7):
            width, height = 44 + (number * 13 + shelf * 7) % 26, 150 + (number * 29) % 55
            fill = backs[(number + shelf * 2) % len(backs)]
            draw.rectangle((left, bottom - height, left + width, bottom), fill=fill)
            draw.line(
                (left + 8, bottom - height + 26, left + width - 8, bottom - height + 26),
                fill=wood,
                width=4,
            )
            left += width + 6
        draw.rectangle((780, bottom, 1250, bottom + 18), fill=wood)


def stage(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Draw an open stage with a jug in the light."""
    floor, folds = _mixed(colour, (0, 0, 0), 0.55), _mixed(colour, (0, 0, 0), 0.25)
    draw.polygon(((1040, 120), (1060, 120), (1210, 640), (890, 640)), fill=(253, 230, 138))
    draw.rectangle((760, 620, 1280, 680), fill=floor)
    for left in (*range(760, 860, 34), *range(1190, 1290, 34)):
        draw.rectangle((left, 100, left + 26, 640), fill=folds)
    draw.ellipse((985, 420, 1115, 590), fill=(180, 83, 9))
    draw.rectangle((1020, 370, 1080, 450), fill=(180, 83, 9))
    draw.arc((1085, 430, 1165, 540), -90, 90, fill=(146, 64, 14), width=16)
    draw.line((1030, 450, 1060, 500, 1035, 540, 1070, 585), fill=floor, width=5)


def _disc(draw: ImageDraw.ImageDraw, centre: tuple[int, int], radius: int, fill: Colour) -> None:
    x, y = centre
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
