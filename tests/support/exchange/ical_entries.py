"""An entry of a calendar file, as it is read."""

from datetime import UTC, datetime

from infoscreen_core.formats.ical_entries import Entry

WEEKLY = Entry(
    line=4,
    uid="mathe@example.org",
    title="Mathe 3B",
    description="",
    url="",
    location="",
    is_private=False,
    sequence=1,
    modified_at=datetime(2026, 9, 1, tzinfo=UTC),
    replaces=None,
    start=datetime(2026, 9, 7, 8),
    end=datetime(2026, 9, 7, 8, 50),
    timezone="Europe/Vienna",
    is_all_day=False,
    rule="FREQ=WEEKLY;BYDAY=MO",
    exdates=(),
)
