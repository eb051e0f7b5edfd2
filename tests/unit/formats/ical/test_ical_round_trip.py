"""What we write, we read: the same instants, with any zone and any rule that is allowed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import Series, expand, last_occurrence_end
from infoscreen_core.domain.text.plain_text import clean_text
from infoscreen_core.formats.ical_entries import Entry, read_entry
from infoscreen_core.formats.ical_reader import read_calendar_file
from infoscreen_core.formats.ical_writer import CalendarEvent, write_calendar
from tests.support.events.planning import MONDAY
from tests.support.events.recurrence_oracles import Draft, drafts

pytestmark = pytest.mark.slow

thorough = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)
    .map(lambda text: clean_text(text, field="text", limit=1000))
    .filter(bool)
)
"""Texts as they are stored: nothing is written that was not cleaned before."""


def written(series: Series, *, title: str = "Mathe", text: str = "") -> bytes:
    event = CalendarEvent(
        uid="1@infoscreen",
        version=1,
        created_at=MONDAY,
        updated_at=MONDAY,
        title=title,
        description=text,
        category="message",
        url=None,
        series=series,
        last_end=last_occurrence_end(series),
        is_all_day=False,
    )
    return write_calendar("Aula", [event])


def read(data: bytes) -> Entry:
    (event,) = read_calendar_file(data).events
    entry = read_entry(event, "Europe/Vienna")
    assert isinstance(entry, Entry)
    return entry


def spans(series: Series, draft: Draft) -> list[tuple[datetime, datetime]]:
    found = expand(series, window_start=draft.window_start, window_end=draft.window_end)
    return [(one.start, one.end) for one in found]


def soon(draft: Draft) -> bool:
    """Whether its first hit, which is written as its start, is in a year that may be planned."""
    return draft.series.start_local.year < 2090


def series_of(entry: Entry) -> Series:
    bare = Series(
        start_local=entry.start, end_local=entry.end, timezone=entry.timezone, rule=entry.rule
    )
    return replace(
        bare, exdates=frozenset(one for one in entry.exdates if isinstance(one, datetime))
    )


@thorough
@given(drafts().filter(soon), st.integers(0, 3))
def test_a_series_takes_place_when_it_took_place_before(draft: Draft, skipped: int) -> None:
    starts = [start for start, _end in spans(draft.series, draft)][:skipped]
    series = replace(draft.series, exdates=frozenset(starts))
    expected = spans(series, draft)
    data = written(series)
    entry = read(data)
    assert spans(series_of(entry), draft) == expected
    assert (entry.timezone, entry.notes) == (series.timezone, ())


@thorough
@given(drafts().filter(soon))
def test_so_it_does_if_only_the_file_explains_its_zone(draft: Draft) -> None:
    data = written(draft.series)
    entry = read(data.replace(draft.series.timezone.encode(), b"Customized"))
    assert spans(series_of(entry), draft) == spans(draft.series, draft)


@thorough
@given(drafts(), st.timedeltas(timedelta(seconds=1), timedelta(days=40)))
def test_a_single_event_is_at_the_same_instants(draft: Draft, length: timedelta) -> None:
    length -= timedelta(microseconds=length.microseconds)
    start = draft.series.start_local
    single = replace(
        draft.series, rule=None, end_local=start.replace(fold=0) + max(length, timedelta(hours=3))
    )
    data = written(single)
    wide = replace(draft, window_start=draft.window_start - timedelta(days=9000))
    for tzid in (single.timezone, "Customized"):
        entry = read(data.replace(single.timezone.encode(), tzid.encode()))
        assert spans(series_of(entry), wide) == spans(single, wide)


@thorough
@given(title=texts, text=texts)
def test_texts_stay_as_they_are(title: str, text: str) -> None:
    series = Series(
        start_local=datetime(2026, 9, 7, 8), end_local=datetime(2026, 9, 7, 9), timezone="UTC"
    )
    entry = read(written(series, title=title, text=text))
    assert (entry.title, entry.description) == (title, text)
