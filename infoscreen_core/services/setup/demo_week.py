"""The demo school: its groups, its rooms, and what its screens show in a week."""

from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.recurrence.rules import WEEKDAYS

WORKDAYS: Final = ",".join(WEEKDAYS[:5])

SETTINGS: Final = {
    "organization_name": "Bundesgymnasium Musterstadt",
    "supplement_table_url": "https://stundenplan.schule.example/supplierungen",
    "supplement_table_enabled": True,
    "bell_times": "08:00–08:50, 08:55–09:45, 10:00–10:50, 10:55–11:45, 11:50–12:40, 12:45–13:35, "
    "13:40–14:30, 14:35–15:25",
}

GROUPS: Final = {
    "Foyer": "Eingang und Stiegenhaus",
    "Lehrerzimmer": "Lehrerzimmer und Konferenzraum",
    "Aula": "Bühne und Galerie",
    "Trakt A": "Gänge vor den Klassen",
    "Mensa": "Speisesaal und Buffet",
    "Bibliothek": "Eingang und Lesesaal",
}

COUNTRY: Final = ("AT", "9")
"""Where the school stands: country and part of it, for its holidays."""

OPEN_IN_HOLIDAYS: Final = {"Foyer", "Bibliothek"}
"""Groups whose screens go on in the holidays; the others show nothing but the welcome then."""

ROOMS: Final = (
    ("Foyer", "Haupteingang"),
    ("Lehrerzimmer", "Lehrerzimmer"),
    ("Aula", "Aula Bühne"),
    ("Trakt A", "Gang A, Erdgeschoss"),
    ("Mensa", "Mensa Ausgabe"),
    ("Bibliothek", "Bibliothek Eingang"),
    ("Foyer", "Foyer Stiege"),
    ("Lehrerzimmer", "Konferenzraum"),
    ("Aula", "Aula Galerie"),
    ("Trakt A", "Gang A, 1. Stock"),
    ("Mensa", "Mensa Terrasse"),
    ("Bibliothek", "Bibliothek Lesesaal"),
)
"""Where the screens hang: the first twelve; later ones are numbered through the groups."""


class DemoMedia(StrEnum):
    """A file of the demo school, as it is called."""

    WELCOME = "Willkommen.pdf"
    PROJECT = "Projektwoche 3B.pptx"
    MENU = "Speiseplan.pdf"
    STAGE = "Der zerbrochne Krug.jpg"
    FILM = "Unser Schultag.mp4"
    NOVELTIES = "Neue Bücher.png"
    CLUB = "Leseclub.jpg"


FOLDERS: Final = {
    "Foyer": (DemoMedia.WELCOME, DemoMedia.PROJECT),
    "Aula": (DemoMedia.FILM, DemoMedia.STAGE),
    "Mensa": (DemoMedia.MENU,),
    "Bibliothek": (DemoMedia.NOVELTIES, DemoMedia.CLUB),
}
"""Where the files lie in the library."""


@dataclass(frozen=True)
class DemoEvent:
    """Something on one group's screens in this week and, if `is_weekly`, in every later one.

    `content` is the text of a message, or the address of anything else that has no `files`.
    """

    group: str
    title: str
    kind: EventType
    days: str
    """Weekdays as in an RRULE; the first one must be the earliest."""
    start: time
    end: time
    content: str = ""
    severity: Severity = Severity.INFO
    is_weekly: bool = True
    files: tuple[DemoMedia, ...] = ()


def _event(  # noqa: PLR0913 - a line of the table below
    group: str,
    days: str,
    hours: str,
    title: str,
    content: str,
    *,
    kind: EventType = EventType.MESSAGE,
    is_weekly: bool = True,
    severity: Severity = Severity.INFO,
) -> DemoEvent:
    start, end = (time.fromisoformat(hour) for hour in hours.split("-"))
    return DemoEvent(
        group, title, kind, days, start, end, content, severity=severity, is_weekly=is_weekly
    )


def _slides(group: str, days: str, hours: str, title: str, *files: DemoMedia) -> DemoEvent:
    return replace(_event(group, days, hours, title, "", kind=EventType.PRESENTATION), files=files)


def _lesson(days: str, hours: str, title: str, room: str) -> DemoEvent:
    return _event("Trakt A", days, hours, title, room)


def _lunch(day: str, menu: str) -> DemoEvent:
    return _event("Mensa", day, "11:00-14:00", "Speiseplan", menu)


WELCOME: Final = {
    "Foyer": "Willkommen am Bundesgymnasium Musterstadt!\nSekretariat: 7:30 bis 15:00 Uhr",
    "Lehrerzimmer": "Guten Tag!\nDie aktuellen Supplierungen erscheinen hier ab 7:15 Uhr.",
    "Aula": "Aula\nBitte nach Veranstaltungen die Sessel wieder an die Wand stellen.",
    "Trakt A": "Trakt A\nKlassen 1B bis 4C, Physiksaal und Zeichensaal.",
    "Mensa": "Mahlzeit!\nDas Buffet ist von 7:00 bis 15:30 Uhr geöffnet.",
    "Bibliothek": "Bibliothek\nEntlehnung und Rückgabe von 8:00 bis 15:00 Uhr.",
}
"""Shown all day, every day, below everything else: no screen is ever without something to show."""

WELCOME_FILES: Final = {
    "Foyer": (DemoMedia.WELCOME,),
    "Aula": (DemoMedia.STAGE,),
    "Mensa": (DemoMedia.MENU,),
    "Bibliothek": (DemoMedia.NOVELTIES, DemoMedia.CLUB),
}
"""What these groups show in the place of the text above, once the files are there."""

EVENTS: Final = (
    _event(
        "Foyer",
        WORKDAYS,
        "07:00-08:00",
        "Guten Morgen",
        "Der Unterricht beginnt um 8:00 Uhr.\nGarderoben öffnen um 7:30 Uhr.",
    ),
    _event("Foyer", WORKDAYS, "08:00-13:30", "Stundenplan", "", kind=EventType.WEBUNTIS),
    _slides("Foyer", "MO,TU,WE", "13:30-16:00", "Projektwoche der 3B", DemoMedia.PROJECT),
    _event(
        "Foyer",
        "TH",
        "15:00-19:00",
        "Elternsprechtag",
        "Die Sprechzimmer finden Sie am Aushang neben der Stiege.",
        is_weekly=False,
    ),
    _event(
        "Foyer",
        "FR",
        "14:00-17:00",
        "Tag der offenen Tür",
        "Führungen zu jeder vollen Stunde, Treffpunkt hier im Foyer.",
        is_weekly=False,
    ),
    _event("Lehrerzimmer", WORKDAYS, "07:15-16:00", "Supplierungen", "", kind=EventType.WEBUNTIS),
    _event(
        "Lehrerzimmer",
        "TU",
        "16:00-17:30",
        "Konferenz",
        "Konferenzraum.\nTagesordnung: Schulveranstaltungen, Budget, Allfälliges.",
    ),
    _event(
        "Lehrerzimmer",
        "WE",
        "16:00-16:45",
        "Netzwerkwartung",
        "WLAN von 16:00 bis 16:45 Uhr unterbrochen.",
        severity=Severity.WARNING,
        is_weekly=False,
    ),
    replace(
        _event("Aula", WORKDAYS, "07:45-12:30", "Schulfilm", "", kind=EventType.VIDEO),
        files=(DemoMedia.FILM,),
    ),
    _event(
        "Aula",
        "TU,TH",
        "13:00-14:30",
        "Chorprobe",
        "Chor der 3. und 4. Klassen, Leitung: Prof. Gruber",
    ),
    _event(
        "Aula",
        "WE",
        "14:00-16:00",
        "Theaterprobe 4C",
        "„Der zerbrochne Krug“, Aufführung im Jänner",
    ),
    _event(
        "Aula",
        "MO",
        "12:30-13:20",
        "Schulversammlung",
        "Alle Klassen der Unterstufe.",
        is_weekly=False,
    ),
    _lesson("MO,WE,FR", "08:00-08:50", "Mathematik 3B", "Raum A12, Prof. Huber"),
    _lesson("TU,TH", "08:00-08:50", "Englisch 3B", "Raum A12, Prof. Wagner"),
    _lesson("MO,TH", "08:55-09:45", "Physik 4A", "Physiksaal, Prof. Steiner"),
    _lesson("TU,FR", "08:55-09:45", "Deutsch 2C", "Raum A07, Prof. Moser"),
    _lesson("WE", "08:55-09:45", "Informatik 4C", "EDV-Saal 1, Prof. Fuchs"),
    _lesson("MO,TU,WE,TH,FR", "10:00-10:50", "Biologie 1B", "Raum A03, Prof. Eder"),
    _lesson("MO,WE", "10:55-11:45", "Geschichte 4A", "Raum A14, Prof. Bauer"),
    _lesson("TU,TH", "10:55-11:45", "Französisch 3A", "Raum A11, Prof. Leitner"),
    _lesson(
        "MO,TU,WE,TH", "13:30-15:10", "Lernbetreuung", "Raum A05, offen für alle ersten Klassen"
    ),
    _event("Mensa", WORKDAYS, "07:00-08:00", "Frühstück", "Käferbohnenaufstrich, Obst, Kräutertee"),
    _lunch("MO", "Menü 1: Gemüselasagne\nMenü 2: Putengeschnetzeltes mit Reis"),
    _lunch("TU", "Menü 1: Käsespätzle\nMenü 2: Hühnerkeule mit Petersilerdäpfeln"),
    _lunch("WE", "Menü 1: Linsencurry\nMenü 2: Spaghetti Bolognese"),
    _lunch("TH", "Menü 1: Spinatknödel\nMenü 2: Rindsgulasch mit Semmel"),
    _lunch("FR", "Menü 1: Kaiserschmarrn mit Zwetschkenröster\nMenü 2: Gebackener Fisch"),
    _event(
        "Bibliothek",
        WORKDAYS,
        "10:00-11:00",
        "Online-Katalog",
        "https://bibliothek.schule.example/katalog",
        kind=EventType.WEBSITE,
    ),
    _event(
        "Bibliothek",
        "WE",
        "18:00-20:00",
        "Leseabend",
        "Die 1. Klassen lesen vor. Eltern sind willkommen.",
        is_weekly=False,
    ),
)
