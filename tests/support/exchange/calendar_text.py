"""Calendar files as text."""


def calendar(*events_: str, zones: str = "", method: str = "") -> bytes:
    zones = (f"METHOD:{method}\n" if method else "") + zones
    body = "\n".join(f"BEGIN:VEVENT\n{text.strip()}\nEND:VEVENT" for text in events_)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{zones}{body}\nEND:VCALENDAR\n".encode()


def vevent(*lines: str, **changed: str) -> str:
    """An event on Monday, 7 September 2026, 08:00-08:50 in Vienna, unless told otherwise."""
    values = {
        "UID": "mathe@example.org",
        "SUMMARY": "Mathe 3B",
        "DTSTART": ";TZID=Europe/Vienna:20260907T080000",
        "DTEND": ";TZID=Europe/Vienna:20260907T085000",
        **{name.upper().replace("_", "-"): value for name, value in changed.items()},
    }
    said = [
        f"{name}{value if value[0] in ';:' else ':' + value}"
        for name, value in values.items()
        if value
    ]
    return "\n".join([*said, *lines])


SERIES = vevent(
    "EXDATE;TZID=Europe/Vienna:20260914T080000",
    "EXDATE;VALUE=DATE:20260921,20260922",
    rrule="FREQ=WEEKLY;BYDAY=MO",
)
MOVED = vevent(
    recurrence_id=";TZID=Europe/Vienna:20260928T080000",
    dtstart=";TZID=Europe/Vienna:20260929T100000",
    dtend=";TZID=Europe/Vienna:20260929T110000",
    summary="Mathe verschoben",
)
CALLED_OFF = vevent(recurrence_id=";VALUE=DATE:20261005", status="CANCELLED")
