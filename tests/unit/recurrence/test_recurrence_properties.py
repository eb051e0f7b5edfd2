"""The engine against two independent oracles: plain dateutil, and the definition day by day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.recurrence.expansion import (
    RecurrenceRuleError,
    Series,
    expand,
    find_unmatched_exdates,
    format_rule,
    last_occurrence_end,
    next_occurrences,
    parse_rule,
    read_rule,
    starts_off_rule,
)
from tests.support.events.recurrence_oracles import (
    Draft,
    drafts,
    hits_by_definition,
    hits_of_dateutil,
)

pytestmark = pytest.mark.slow

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)

thorough = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


def starts_in_window(draft: Draft) -> list[datetime]:
    found = expand(draft.series, window_start=draft.window_start, window_end=draft.window_end)
    assert all(one.end > draft.window_start and one.start < draft.window_end for one in found)
    return [one.start for one in found]


def touching(draft: Draft, hits: list[datetime]) -> list[datetime]:
    """Return the hits whose occurrence, at its local end, touches the window."""
    ends = {one.start: one.end for one in next_occurrences(draft.series, LONG_AGO, len(hits))}
    return [hit for hit in hits if ends[hit] > draft.window_start]


@thorough
@given(drafts())
def test_every_accepted_rule_is_answered_as_dateutil_answers_it_from_the_start(
    draft: Draft,
) -> None:
    assert starts_in_window(draft) == touching(
        draft, hits_of_dateutil(draft.series, draft.window_end)
    )


@thorough
@given(drafts(max_age_days=700))
def test_every_accepted_rule_is_answered_as_the_definition_says(draft: Draft) -> None:
    assert starts_in_window(draft) == touching(
        draft, hits_by_definition(draft.series, draft.window_end)
    )


@thorough
@given(drafts(max_age_days=20_000))
def test_jumping_far_ahead_finds_what_walking_there_finds(draft: Draft) -> None:
    walked = expand(draft.series, window_start=LONG_AGO, window_end=draft.window_end)
    expected = [one for one in walked if one.end > draft.window_start]
    assert (
        expand(draft.series, window_start=draft.window_start, window_end=draft.window_end)
        == expected
    )


@thorough
@given(drafts())
def test_local_time_of_day_never_drifts(draft: Draft) -> None:
    zone, time_of_day = (
        ZoneInfo(draft.series.timezone),
        draft.series.start_local.time().replace(fold=0),
    )
    for one in expand(draft.series, window_start=draft.window_start, window_end=draft.window_end):
        if one.start_local.time() == time_of_day:
            continue
        days = (one.start_local.date() - timedelta(days=back) for back in (0, 1))
        # the clock skipped it: it moved on, at most to the next date
        assert one.start in {
            datetime.combine(day, time_of_day, zone).astimezone(UTC) for day in days
        }


@thorough
@given(drafts(), st.integers(1, 12))
def test_the_next_ones_are_the_first_of_a_long_window(draft: Draft, n: int) -> None:
    coming = next_occurrences(draft.series, draft.window_start, n)
    far = (
        coming[-1].start + timedelta(seconds=1)
        if coming
        else draft.window_start + timedelta(days=9000)
    )
    window = expand(draft.series, window_start=draft.window_start, window_end=far)
    assert [one for one in window if one.start >= draft.window_start] == coming


@thorough
@given(drafts())
def test_the_last_end_is_that_of_the_last_occurrence(draft: Draft) -> None:
    assert draft.series.rule is not None
    last = last_occurrence_end(draft.series)
    if read_rule(draft.series.rule).is_endless:
        assert last is None
    else:
        assert last == next_occurrences(draft.series, LONG_AGO, 50_000)[-1].end


@thorough
@given(drafts(), st.sets(st.integers(0, 30), max_size=8))
def test_exceptions_remove_exactly_their_occurrences(draft: Draft, indexes: set[int]) -> None:
    every = expand(draft.series, window_start=draft.window_start, window_end=draft.window_end)
    skipped = frozenset(one.start for index, one in enumerate(every) if index in indexes)
    series = replace(draft.series, exdates=skipped)
    found = expand(series, window_start=draft.window_start, window_end=draft.window_end)
    assert found == [one for one in every if one.start not in skipped]
    assert not find_unmatched_exdates(series)


@thorough
@given(drafts())
def test_a_start_off_its_rule_is_told_and_is_no_occurrence(draft: Draft) -> None:
    first = next_occurrences(draft.series, LONG_AGO, 1)[0]
    hits = hits_by_definition(draft.series, first.start + timedelta(seconds=1))
    assert hits == [first.start]
    assert starts_off_rule(draft.series) == (
        first.start_local.date() != draft.series.start_local.date()
    )


@thorough
@given(drafts())
def test_the_canonical_text_means_the_same(draft: Draft) -> None:
    assert draft.series.rule is not None
    rule = read_rule(draft.series.rule)
    text = format_rule(rule)
    assert read_rule(text) == rule
    assert format_rule(read_rule(text)) == text
    assert len(text) <= len(draft.series.rule)


NAMES = (
    "FREQ",
    "INTERVAL",
    "COUNT",
    "UNTIL",
    "BYDAY",
    "BYMONTHDAY",
    "BYMONTH",
    "BYSETPOS",
    "WKST",
    "BYWEEKNO",
)
VALUES = (
    *(
        "DAILY",
        "WEEKLY",
        "monthly",
        "YEARLY",
        "HOURLY",
        "MO",
        "TU,th",
        "1MO",
        "-1FR,+2TU",
        "5SU",
        "53MO",
        "1MO,FR",
    ),
    *(
        "0",
        "1",
        "2",
        "-1",
        "+3",
        "12",
        "28,29",
        "30",
        "31,-31",
        "2,2",
        "07",
        "366",
        "5000",
        "",
        ",",
        "1,,2",
        "x",
    ),
    *(
        "20260101",
        "20260907T060000Z",
        "20300101",
        "20300101T000000",
        "20260230",
        "99991231T235959Z",
    ),
)


@settings(thorough, max_examples=1500)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)), max_size=4),
    st.sampled_from(FREQUENCIES),
)
def test_a_rule_of_random_parts_is_refused_or_right(
    parts: list[tuple[str, str]], frequency: str
) -> None:
    text = ";".join(["FREQ=" + frequency, *(f"{name}={value}" for name, value in parts)])
    start = datetime(2026, 9, 7, 8)
    try:
        parse_rule(text, start_local=start, timezone="Europe/Vienna")
    except RecurrenceRuleError:
        return
    series = Series(
        start_local=start, end_local=start + timedelta(hours=1), timezone="Europe/Vienna", rule=text
    )
    before = datetime(2031, 1, 1, tzinfo=UTC)
    found = [one.start for one in expand(series, window_start=LONG_AGO, window_end=before)]
    assert found == hits_of_dateutil(series, before)
    assert found == hits_by_definition(series, before)


@settings(thorough, max_examples=500)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(alphabet="FREQ=DAILY;WKOMNTHBUSP,0123456789+-:TZ \n\r", max_size=80),
    )
)
def test_no_text_whatever_does_more_than_be_refused(text: str) -> None:
    sentence = ""
    try:
        rule = parse_rule(text, start_local=datetime(2026, 9, 7, 8), timezone="Europe/Vienna")
    except RecurrenceRuleError as error:
        sentence = str(error)
    if sentence:
        assert sentence.isprintable()
    else:
        assert read_rule(format_rule(rule)) == rule
