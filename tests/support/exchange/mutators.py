"""Ways to spoil a file: what programs, transports and people do to calendars and tables.

Each takes a source of chance and bytes, and returns other bytes. `mutate` applies a few of them.
"""

import random
import re
from collections.abc import Callable, Sequence
from typing import Final

Mutator = Callable[[random.Random, bytes], bytes]

_NUMBER: Final = re.compile(rb"\d+")
_CELL: Final = re.compile(rb"[^,;\t\r\n]+")
_ZONE: Final = re.compile(rb"(?i)(?:TZID|X-WR-TIMEZONE|X-LIC-LOCATION)[=:][^:;\r\n]+")
_MOMENT: Final = re.compile(rb"\d{8}(?:T\d{6}Z?)?")
_DAY: Final = re.compile(rb"\d{4}-\d\d-\d\d|\d{1,2}\. ?\d{1,2}\. ?\d{4}|\d{8}")
_MOST: Final = 4

NUMBERS: Final = (
    b"0", b"-1", b"1", b"00", b"13", b"29", b"30", b"31", b"32", b"60", b"99", b"366", b"1970",
    b"2026", b"2100", b"9999", b"10000", b"65536", b"2147483648", b"99999999999999999999",
    b"1" * 400, "٢٠٢٦".encode(), "\uff12".encode(),
)  # fmt: skip
MOMENTS: Final = (
    b"20261025T023000", b"20270328T023000", b"20260907T080000Z", b"20260907", b"20261025T013000Z",
    b"00010101T000000", b"99991231T235959Z", b"19000101", b"20260229", b"20280229T120000",
    b"20260907T240000", b"20260907T235960Z", b"2026-09-07T08:00:00", b"20260907T0800", b"",
    b"21001231T235959", b"19891231T230000Z", b"20260907T080000+0200", b"20260907T080000.5Z",
)  # fmt: skip
ZONES: Final = (
    b"Europe/Vienna", b"Europe/London", b"America/New_York", b"Asia/Kathmandu", b"Pacific/Apia",
    b"UTC", b"GMT", b"Etc/GMT+12", b"Mars/Olympus", b"W. Europe Standard Time", b"Schulzeit",
    b"../../etc/passwd", b"/freeassociation.sourceforge.net/Europe/Vienna", b"CET", b"EST5EDT",
    b"", b'"', "Wien/Österreich".encode(), b"Australia/Lord_Howe", b"Customized Time Zone",
)  # fmt: skip
RULE_PARTS: Final = (
    b"FREQ=DAILY", b"FREQ=WEEKLY", b"FREQ=MONTHLY", b"FREQ=YEARLY", b"FREQ=HOURLY",
    b"FREQ=SECONDLY", b"INTERVAL=0", b"INTERVAL=2", b"INTERVAL=999999999", b"COUNT=0", b"COUNT=3",
    b"COUNT=99999", b"UNTIL=20261231", b"UNTIL=20261231T120000", b"UNTIL=20270101T000000Z",
    b"UNTIL=99991231T235959Z", b"BYDAY=MO", b"BYDAY=-1FR", b"BYDAY=SU,SA,MO", b"BYDAY=XX",
    b"BYDAY=53MO", b"BYMONTHDAY=-1", b"BYMONTHDAY=31", b"BYMONTHDAY=30", b"BYMONTH=2",
    b"BYMONTH=13", b"BYSETPOS=-1", b"BYSETPOS=1,2", b"BYWEEKNO=20", b"BYYEARDAY=100", b"BYHOUR=9",
    b"BYHOUR=8,17", b"BYMINUTE=30", b"WKST=SU", b"WKST=", b"X-FOO=1", b"RSCALE=HEBREW",
)  # fmt: skip
LINES: Final = (
    b"BEGIN:VEVENT", b"END:VEVENT", b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"BEGIN:VALARM",
    b"END:VALARM", b"BEGIN:VTIMEZONE", b"END:VTIMEZONE", b"BEGIN:STANDARD", b"BEGIN:X-OWN",
    b"STATUS:CANCELLED", b"METHOD:CANCEL", b"METHOD:REQUEST", b"CLASS:PRIVATE", b"DURATION:P1D",
    b"DURATION:-PT1H", b"DURATION:P99999999D", b"RDATE:20261001T080000Z", b"SUMMARY:",
    b"RDATE;VALUE=PERIOD:20261001T080000Z/PT1H", b"EXRULE:FREQ=DAILY", b"UID:mathe@example.org",
    b"EXDATE:20260907T060000Z", b"RECURRENCE-ID:20260914T060000Z", b"DTEND:20260907T060000Z",
    b"RECURRENCE-ID;VALUE=DATE:20260917", b"SEQUENCE:-5", b"LAST-MODIFIED:gestern", b"", b" ", b":",
    b";=:", b"DTSTART", b'X;A="b:c', b"DESCRIPTION:" + b"x" * 9000, b"SUMMARY:" + b"y" * 300,
    b"SUMMARY:\x07\xe2\x80\xaeumgedreht", b"URL:javascript:alert(1)", b"URL:https://[",
)  # fmt: skip
PARAMS: Final = (
    b";VALUE=DATE", b";VALUE=DATE-TIME", b";VALUE=PERIOD", b";TZID=Europe/Vienna", b";TZID=",
    b";TZID=UTC", b";RANGE=THISANDFUTURE", b';X-A="b', b";", b";=", b";CHARSET=utf-8",
    b";ENCODING=QUOTED-PRINTABLE", b";LANGUAGE=de",
)  # fmt: skip
HEADINGS: Final = (
    b"name", b"start", b"end", b"von", b"bis", b"region", b"Bezeichnung", b"Datum", b"StartDate",
    b"EndDate", b"Type", b"Country", b"Beginn", b"Ende", b"",
)  # fmt: skip
DAYS: Final = (
    b"2026-10-26", b"26.10.2026", b"26. 10. 2026", b"20261026", b"26.10.26", b"10/26/2026",
    b"2026-02-30", b"0001-01-01", b"9999-12-31", b"1.1.2027", b"Mo 26.10.2026", b"26. Oktober 2026",
    b"46321", b"2026-10-26T00:00:00", b"26.10.", b"26.10.-31.10.2026", b"-", b"31.6.2026",
)  # fmt: skip
ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp1252", "utf-7", "cp037")
LINE_ENDS: Final = (b"\r\n", b"\r", b"\n\n", b"\r\r\n", "\u2028".encode(), b"\x0b", b"\x85")


def mutate(
    chance: random.Random, data: bytes, kinds: Sequence[Mutator], donors: Sequence[bytes]
) -> tuple[bytes, list[str]]:
    """Return a spoilt file, and the names of what was done to it."""
    done = []
    for _ in range(chance.randint(1, _MOST)):
        kind = chance.choice([*kinds, splice])
        data = splice(chance, data, chance.choice(donors)) if kind is splice else kind(chance, data)
        done.append(kind.__name__)
    return data, done


def splice(chance: random.Random, data: bytes, donor: bytes = b"") -> bytes:
    """Go on with another file from some line on, as a merge does."""
    lines, others = data.splitlines(keepends=True), donor.splitlines(keepends=True)
    return b"".join(
        lines[: chance.randint(0, len(lines))] + others[chance.randint(0, len(others)) :]
    )


def flip_bytes(chance: random.Random, data: bytes) -> bytes:
    spoilt = bytearray(data or b"x")
    for _ in range(chance.randint(1, 4)):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def insert_bytes(chance: random.Random, data: bytes) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] + chance.randbytes(chance.randint(1, 3)) + data[place:]


def delete_stretch(chance: random.Random, data: bytes) -> bytes:
    first = chance.randint(0, len(data))
    return data[:first] + data[first + chance.randint(1, 40) :]


def truncate(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randint(0, len(data))]


def swap_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def repeat_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    first = chance.randint(0, len(lines))
    last = first + chance.randint(1, 12)
    return b"".join(lines[:last] + lines[first:])


def delete_line(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    del lines[chance.randrange(len(lines))]
    return b"".join(lines)


def insert_line(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    lines.insert(chance.randint(0, len(lines)), chance.choice(LINES) + b"\n")
    return b"".join(lines)


def fold_lines(chance: random.Random, data: bytes) -> bytes:
    """Fold in any place, even within a character."""
    place = chance.randint(0, len(data))
    return data[:place] + chance.choice((b"\r\n ", b"\n\t", b"\n", b"\n  ")) + data[place:]


def change_line_ends(chance: random.Random, data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", chance.choice(LINE_ENDS))


def change_encoding(chance: random.Random, data: bytes) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(ENCODINGS), "replace")


def change_number(chance: random.Random, data: bytes) -> bytes:
    return _replaced(chance, data, _NUMBER, NUMBERS)


def change_digits(chance: random.Random, data: bytes) -> bytes:
    places = [place for place, one in enumerate(data) if chr(one).isdigit()]
    spoilt = bytearray(data)
    for place in chance.sample(places, min(len(places), chance.randint(1, 3))):
        spoilt[place] = chance.choice(b"0123456789")
    return bytes(spoilt)


def change_moment(chance: random.Random, data: bytes) -> bytes:
    return _replaced(chance, data, _MOMENT, MOMENTS)


def change_zone(chance: random.Random, data: bytes) -> bytes:
    found = list(_ZONE.finditer(data))
    if not found:
        return data
    match = chance.choice(found)
    place = match.start() + re.split(rb"[=:]", match[0])[0].__len__() + 1
    return data[:place] + chance.choice(ZONES) + data[match.end() :]


def change_rule(chance: random.Random, data: bytes) -> bytes:
    """Add, drop, repeat or exchange a part of a recurrence rule, or give an event another one."""
    lines = data.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.startswith(b"RRULE:")]
    if not places:
        return insert_line(chance, data)
    place = chance.choice(places)
    parts = lines[place].rstrip().removeprefix(b"RRULE:").split(b";")
    for _ in range(chance.randint(1, 2)):
        where = chance.randrange(len(parts))
        parts[where : where + chance.randint(0, 1)] = [chance.choice(RULE_PARTS)]
    lines[place] = b"RRULE:" + b";".join(parts) + b"\n"
    return b"".join(lines)


def add_parameter(chance: random.Random, data: bytes) -> bytes:
    return _in_line(chance, data, lambda line: line.replace(b":", chance.choice(PARAMS) + b":", 1))


def drop_parameters(chance: random.Random, data: bytes) -> bytes:
    return _in_line(chance, data, lambda line: re.sub(rb";[^:]*:", b":", line, count=1))


def swap_values(chance: random.Random, data: bytes) -> bytes:
    """Exchange what two properties say."""
    lines = data.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if b":" in line]
    if len(places) > 1:
        one, other = chance.sample(places, 2)
        (name, value), (other_name, other_value) = (
            lines[place].split(b":", 1) for place in (one, other)
        )
        lines[one], lines[other] = name + b":" + other_value, other_name + b":" + value
    return b"".join(lines)


def nest(chance: random.Random, data: bytes) -> bytes:
    """Put some lines into a component of their own."""
    lines = data.splitlines(keepends=True)
    first = chance.randint(0, len(lines))
    last = first + chance.randint(0, 8)
    name = chance.choice((b"VEVENT", b"VALARM", b"VTIMEZONE", b"VCALENDAR", b"X-OWN"))
    inner = [b"BEGIN:" + name + b"\n", *lines[first:last], b"END:" + name + b"\n"]
    return b"".join([*lines[:first], *inner, *lines[last:]])


def change_delimiter(chance: random.Random, data: bytes) -> bytes:
    old, new = chance.choice((b",", b";", b"\t")), chance.choice((b",", b";", b"\t", b"|", b" "))
    if chance.random() < 0.3:  # in one line only, sometimes
        return _in_line(chance, data, lambda line: line.replace(old, new))
    return data.replace(old, new)


def change_quotes(chance: random.Random, data: bytes) -> bytes:
    return _replaced(
        chance, data, _CELL, (b'"', b'""', b"'x'", b'"a\nb"', b'"a";', b'x"y', b"=1+1")
    )


def change_day(chance: random.Random, data: bytes) -> bytes:
    return _replaced(chance, data, _DAY, DAYS)


def change_cell(chance: random.Random, data: bytes) -> bytes:
    return _replaced(chance, data, _CELL, (*HEADINGS, *DAYS, b"x" * 300, b"\xff", b"\x00"))


def swap_cells(chance: random.Random, data: bytes) -> bytes:
    found = list(_CELL.finditer(data))
    if len(found) < 2:
        return data
    one, other = sorted(chance.sample(found, 2), key=re.Match.start)
    middle = data[one.end() : other.start()]
    return data[: one.start()] + other[0] + middle + one[0] + data[other.end() :]


def _replaced(
    chance: random.Random, data: bytes, pattern: re.Pattern[bytes], values: Sequence[bytes]
) -> bytes:
    found = list(pattern.finditer(data))
    if not found:
        return data
    match = chance.choice(found)
    return data[: match.start()] + chance.choice(values) + data[match.end() :]


def _in_line(chance: random.Random, data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    lines = data.splitlines(keepends=True) or [b""]
    place = chance.randrange(len(lines))
    lines[place] = change(lines[place])
    return b"".join(lines)


ANY_FILE: Final[tuple[Mutator, ...]] = (
    flip_bytes, insert_bytes, delete_stretch, truncate, swap_lines, repeat_lines, delete_line,
    fold_lines, change_line_ends, change_encoding, change_number, change_digits,
)  # fmt: skip
CALENDAR: Final[tuple[Mutator, ...]] = (
    *ANY_FILE, insert_line, change_moment, change_moment, change_zone, change_zone, change_rule,
    change_rule, change_rule, add_parameter, drop_parameters, swap_values, nest,
)  # fmt: skip
TABLE: Final[tuple[Mutator, ...]] = (
    *ANY_FILE, change_delimiter, change_quotes, change_day, change_day, change_cell, swap_cells,
)  # fmt: skip
