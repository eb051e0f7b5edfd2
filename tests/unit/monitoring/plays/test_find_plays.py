"""What counts as shown, how sure it is, and with which files."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.content.states import Content, ContentReason, ContentSpan
from infoscreen_core.domain.monitoring.plays.plays import (
    FileVersion,
    PicturedEvent,
    PlannedSpan,
    Play,
    ShownFile,
    Sureness,
    cut_by_files,
    find_plays,
)
from infoscreen_core.domain.monitoring.spans import Span

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MENU = ShownFile(4, "Menu.pdf", "a" * 64)
MENU_2 = ShownFile(4, "Menu.pdf", "b" * 64)
SHOWN = frozenset({ContentReason.REPORTED, ContentReason.OTHER_EVENT, ContentReason.OUTLASTS_PLAN})


def minutes(first: float, last: float) -> Span:
    return Span(NOON + timedelta(minutes=first), NOON + timedelta(minutes=last))


def known(
    first: float,
    last: float,
    reason: ContentReason = ContentReason.REPORTED,
    *,
    shown: int | None = 7,
    planned: int | None = 7,
) -> ContentSpan:
    span = minutes(first, last)
    return ContentSpan(
        began=span.start,
        ended=span.end,
        state=Content.AS_PLANNED,
        reason=reason,
        planned_event_id=planned,
        planned_title=f"Planned {planned}",
        shown_event_id=shown,
        shown_title=f"Event {shown}",
    )


def told(plays: list[Play]) -> list[tuple[int, Sureness]]:
    return [(play.event_id, play.sureness) for play in plays]


@pytest.mark.parametrize("reason", list(ContentReason))
def test_only_what_the_player_says_or_a_picture_shows_counts(reason: ContentReason) -> None:
    plays = find_plays([known(0, 10, reason, shown=7, planned=8)], [], [])
    if reason in SHOWN:
        assert told(plays) == [(7, Sureness.REPORTED)]
    elif reason is ContentReason.PICTURED:
        assert told(plays) == [(8, Sureness.SEEN)]
    else:
        assert plays == []


@pytest.mark.parametrize("reason", [ContentReason.OFFLINE, ContentReason.BLIND])
def test_silence_and_blindness_are_unknown_where_something_was_planned(
    reason: ContentReason,
) -> None:
    planned = [PlannedSpan(minutes(-60, 4), 1, "Maths"), PlannedSpan(minutes(6, 60), 2, "Choir")]
    record = [known(0, 10, reason, shown=None, planned=None)]
    assert find_plays(record, planned, []) == [
        Play(minutes(0, 4), 1, "Maths", Sureness.UNKNOWN),
        Play(minutes(6, 10), 2, "Choir", Sureness.UNKNOWN),
    ]


def test_a_play_goes_on_while_only_the_plan_changes() -> None:
    record = [known(0, 5, planned=7), known(5, 9, ContentReason.OTHER_EVENT, planned=8)]
    assert [play.span for play in find_plays(record, [], [])] == [minutes(0, 9)]


def test_a_gap_ends_a_play() -> None:
    record = [known(0, 5), known(5, 6, ContentReason.BLACK), known(6, 9)]
    assert [play.span for play in find_plays(record, [], [])] == [minutes(0, 5), minutes(6, 9)]


@pytest.mark.parametrize(
    ("pictures", "sureness"),
    [
        ([(3, 7)], Sureness.SEEN),
        ([(-1, 7)], Sureness.SEEN),  # taken as it began, before that came on record
        ([(-90, 7)], Sureness.SEEN),  # and no picture since shows anything else
        ([(-90, 7), (-50, 8)], Sureness.REPORTED),
        ([(-50, 8), (9, 7)], Sureness.SEEN),
        ([(10, 7)], Sureness.REPORTED),
        ([(3, 8)], Sureness.REPORTED),
        ([], Sureness.REPORTED),
    ],
)
def test_pictures_of_the_event_make_it_sure(
    pictures: list[tuple[float, int]], sureness: Sureness
) -> None:
    taken = [PicturedEvent(NOON + timedelta(minutes=at), event_id) for at, event_id in pictures]
    assert told(find_plays([known(0, 10)], [], taken)) == [(7, sureness)]


def test_a_play_is_cut_where_its_files_change() -> None:
    play = Play(minutes(0, 10), 7, "Lunch", Sureness.SEEN)
    versions = [
        FileVersion(minutes(-50, 4), (MENU,)),
        FileVersion(minutes(4, 6), ()),  # a new one was still converted
        FileVersion(minutes(6, 60), (MENU_2,)),
    ]
    assert [(one.span, one.files) for one in cut_by_files(play, versions)] == [
        (minutes(0, 4), (MENU,)),
        (minutes(6, 10), (MENU_2,)),
    ]


def test_time_without_files_on_record_stays_a_play() -> None:
    play = Play(minutes(0, 10), 7, "Lunch", Sureness.SEEN)
    assert cut_by_files(play, []) == [play]
    pieces = cut_by_files(play, [FileVersion(minutes(4, 60), (MENU,))])
    assert [(one.span, one.files) for one in pieces] == [
        (minutes(0, 4), ()),
        (minutes(4, 10), (MENU,)),
    ]


def test_what_waited_for_its_conversion_all_the_time_was_not_shown() -> None:
    play = Play(minutes(0, 10), 7, "Lunch", Sureness.SEEN)
    assert cut_by_files(play, [FileVersion(minutes(-5, 60), ())]) == []
