"""What an event may hold, and what is said of everything else."""

from typing import Any

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.occurrences import series_of
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    local,
    plan,
    utc,
)
from tests.support.media.files import add_file

NOW = MONDAY


def test_what_belongs_to_another_type_is_not_kept(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(
            session, group, event_type=EventType.WEBSITE, website_url=" https://example.org/x "
        )
        assert (event.website_url, event.message_text) == ("https://example.org/x", None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"title": "a\ud800b"}, "title"),
        ({"description": "a\x07b"}, "description"),
        ({"location": "a\x07b"}, "location"),
        ({"location": "x" * 256}, "location"),
        ({"event_type": "webpage"}, "event_type"),
        ({"group_ids": []}, "group_id"),
        ({"group_ids": [9999]}, "group_id"),
        ({"end": local("2026-09-07T08:00")}, "end"),
        ({"end": local("2026-09-06T08:00")}, "end"),
        ({"start": local("1980-09-07T08:00")}, "start"),
        ({"end": local("2101-09-07T08:00")}, "end"),
        ({"timezone": "Europe/Atlantis"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"recurrence_rule": "FREQ=HOURLY"}, "recurrence_rule"),
        ({"recurrence_rule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"}, "recurrence_rule"),
        ({"recurrence_rule": "FREQ=DAILY;UNTIL=20200101"}, "recurrence_rule"),
        ({"academic_period_id": 77}, "academic_period_id"),
        ({"priority": 7}, "priority"),
        ({"message_text": " \n "}, "message_text"),
        ({"message_severity": "loud"}, "message_severity"),
        ({"slide_interval": 0}, "slide_interval"),
        ({"volume": 1.5}, "volume"),
        ({"volume": float("nan")}, "volume"),
        ({"event_type": EventType.WEBSITE}, "website_url"),
        ({"event_type": EventType.WEBSITE, "website_url": "javascript:alert(1)"}, "website_url"),
        ({"event_type": EventType.WEBSITE, "website_url": "file:///etc/passwd"}, "website_url"),
        ({"event_type": EventType.WEBSITE, "website_url": "https:///nohost"}, "website_url"),
        (
            {"event_type": EventType.WEBSITE, "website_url": "https://a/" + "x" * 2000},
            "website_url",
        ),
        ({"event_type": EventType.VIDEO}, "event_media_id"),
        ({"event_type": EventType.VIDEO, "event_media_id": 99}, "event_media_id"),
    ],
)
def test_bad_input_gets_a_sentence_on_its_field_and_changes_nothing(
    sqlite_sessions: Sessions, changed: dict[str, Any], field: str
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(InvalidInputError) as caught:
            plan(session, group, **changed)
        assert caught.value.field == field
        assert len(str(caught.value)) > 20
        assert not session.scalars(select(Event)).all()


def test_a_video_takes_videos_only(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        media = add_file(session, "a.pdf", MediaType.PDF, now=NOW)
        with pytest.raises(InvalidInputError, match="mp4"):
            plan(session, group, event_type=EventType.VIDEO, event_media_id=media)
        event = plan(session, group, event_type=EventType.PRESENTATION, event_media_id=media)
        assert event.event_media_id == media


def test_a_series_may_not_begin_at_a_time_that_its_clock_skips(
    sqlite_sessions: Sessions,
) -> None:
    gap = {"start": local("2027-03-28T02:30"), "end": local("2027-03-28T04:00")}
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(InvalidInputError, match="skips 02:30"):
            plan(session, group, recurrence_rule="FREQ=DAILY", **gap)
        event = plan(session, group, **gap)
        assert event.start == utc("2027-03-28T01:30")


@pytest.mark.parametrize("rule", [None, "FREQ=WEEKLY"])
def test_an_end_in_the_second_of_two_equal_hours_keeps_the_length(
    sqlite_sessions: Sessions, rule: str | None
) -> None:
    with sqlite_sessions.begin() as session:
        start = local("2026-10-25T02:50")
        end = local("2026-10-25T02:10").replace(fold=1)
        event = plan(session, add_group(session), start=start, end=end, recurrence_rule=rule)
        assert (event.start, event.end) == (utc("2026-10-25T00:50"), utc("2026-10-25T01:10"))
        found = expand(
            series_of(event), window_start=utc("2026-10-26"), window_end=utc("2026-11-02")
        )
        expected = [(utc("2026-11-01T01:50"), utc("2026-11-01T02:10"))] if rule else []
        assert [(one.start, one.end) for one in found] == expected
