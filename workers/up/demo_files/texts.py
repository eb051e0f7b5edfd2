"""What stands on the demo school's slides."""

from dataclasses import dataclass
from typing import Final

from workers.simulator.writing import Colour

NIGHT: Final[Colour] = (17, 38, 74)
FOREST: Final[Colour] = (20, 83, 65)
BRICK: Final[Colour] = (146, 55, 42)
PLUM: Final[Colour] = (88, 44, 109)
OCEAN: Final[Colour] = (8, 96, 126)


@dataclass(frozen=True, slots=True)
class Slide:
    """A title and lines below it, on a ground of one colour."""

    title: str
    lines: tuple[str, ...]
    colour: Colour


WELCOME: Final = (
    Slide(
        "Herzlich willkommen",
        ("Bundesgymnasium Musterstadt", "Sekretariat: 7:30 bis 15:00 Uhr", "Welcome to our school"),
        NIGHT,
    ),
    Slide(
        "Sprechstunden",
        (
            "Direktion: Montag, 10:00 Uhr",
            "Schulärztin: Dienstag, 8:00 Uhr",
            "Beratung: Donnerstag, 12:00 Uhr",
        ),
        FOREST,
    ),
    Slide(
        "Was bei uns los ist",
        (
            "Chor: Dienstag in der Aula",
            "Robotik: Mittwoch im EDV-Saal 1",
            "Schach: Freitag in der Bibliothek",
        ),
        PLUM,
    ),
    Slide(
        "Good to know",
        (
            "Guest wifi: ask at the front office",
            "Lost and found: room A 101",
            "Bus: every 15 minutes",
        ),
        OCEAN,
    ),
)

MENU: Final = (
    Slide(
        "Montag bis Mittwoch",
        (
            "Mo  Gemüselasagne, Pute",
            "Di  Käsespätzle, Hühnerkeule",
            "Mi  Linsencurry, Spaghetti",
        ),
        FOREST,
    ),
    Slide(
        "Donnerstag, Freitag",
        (
            "Do  Spinatknödel, Rindsgulasch",
            "Fr  Kaiserschmarrn, Fisch",
            "Buffet: 7:00 bis 15:30 Uhr",
        ),
        BRICK,
    ),
)

PROJECT: Final = (
    Slide(
        "Projektwoche der 3B",
        ("Fünf Tage am Wasser", "Five days by the lake"),
        OCEAN,
    ),
    Slide(
        "Unser Programm",
        (
            "Montag: Anreise und Zeltaufbau",
            "Dienstag: Gewässergüte messen",
            "Mittwoch: Kanutour mit Prof. Huber",
            "Donnerstag: Wanderung, Lagerfeuer",
        ),
        FOREST,
    ),
    Slide(
        "What we measured",
        (
            "Water temperature: 14.5 °C",
            "pH 7.8, oxygen 9.6 mg/l",
            "31 species of small animals",
        ),
        NIGHT,
    ),
    Slide(
        "Danke!",
        ("Dem Elternverein für den Zuschuss", "Der Gemeinde für den Zeltplatz"),
        PLUM,
    ),
)

NOVELTIES: Final = (
    Slide("Neu in der Bibliothek", ("Bücher zum Verlieren der Zeit", "8:00 bis 15:00 Uhr"), PLUM),
    Slide("Leseclub", ("Jeden Mittwoch um 13:30 Uhr", "Tee und Kekse gibt es auch"), BRICK),
)

STAGE: Final = Slide(
    "Der zerbrochne Krug", ("Theatergruppe der 4C", "Aufführung im Jänner, Aula"), BRICK
)
