"""Availability: what counts as up, down and unknown, and what an outage is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.monitoring.availability import (
    Availability,
    StatusChange,
    bands,
    is_down,
    measure,
)
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span, merged, total, without

START = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = Span(START, START + timedelta(days=1))


def after(minutes: int) -> datetime:
    return START + minutes * MINUTE


def span(first: int, last: int) -> Span:
    return Span(after(first), after(last))


def change(minutes: int, status: Status | None, reason: StatusReason | None = None) -> StatusChange:
    return StatusChange(after(minutes), status, reason or StatusReason.ALL_WELL)


def offline(minutes: int) -> StatusChange:
    return change(minutes, Status.OFFLINE, StatusReason.HEARTBEAT_STALE)


def test_a_screen_that_was_always_well_was_always_available() -> None:
    found = measure([change(-60, Status.HEALTHY)], DAY)
    assert (found.percent, found.up, found.outages) == (100.0, timedelta(days=1), ())
    assert found.mean_time_to_recovery is None


def test_time_down_is_measured_and_an_outage_counted() -> None:
    found = measure(
        [
            change(-60, Status.HEALTHY),
            offline(60),
            change(90, Status.WARNING),
            change(600, Status.CRITICAL, StatusReason.SCREEN_BLACK),
            change(690, Status.HEALTHY),
        ],
        DAY,
    )
    assert found.down == 120 * MINUTE
    assert [outage.reason for outage in found.outages] == [
        StatusReason.HEARTBEAT_STALE,
        StatusReason.SCREEN_BLACK,
    ]
    assert found.mean_time_to_recovery == 60 * MINUTE
    assert found.mean_time_between_failures == (1440 - 120) / 2 * MINUTE


def test_offline_after_critical_is_one_outage() -> None:
    crashed = change(10, Status.CRITICAL, StatusReason.PROCESS_CRASHED)
    found = measure(
        [change(0, Status.HEALTHY), crashed, offline(20), change(30, Status.HEALTHY)], DAY
    )
    (outage,) = found.outages
    assert (outage.start, outage.end) == (after(10), after(30))
    assert outage.reason is StatusReason.PROCESS_CRASHED


def test_what_the_server_could_not_see_is_unknown_and_never_down() -> None:
    changes = [change(0, Status.HEALTHY), offline(100), change(160, Status.HEALTHY)]
    found = measure(changes, DAY, blind=[span(90, 200)])
    assert (found.down, found.unknown, found.outages) == (timedelta(), 110 * MINUTE, ())
    assert found.percent == 100.0


def test_an_outage_goes_on_through_a_blind_span() -> None:
    changes = [change(0, Status.HEALTHY), offline(100), change(200, Status.HEALTHY)]
    found = measure(changes, DAY, blind=[span(120, 150)])
    (outage,) = found.outages
    assert (outage.down, found.unknown) == (70 * MINUTE, 30 * MINUTE)


def test_time_that_is_left_out_is_neither_known_nor_unknown() -> None:
    changes = [change(0, Status.HEALTHY), offline(100), change(200, Status.HEALTHY)]
    found = measure(changes, DAY, blind=[span(90, 110)], left_out=[span(0, 300)])
    assert (found.down, found.unknown, found.up) == (timedelta(), timedelta(), 1140 * MINUTE)


def test_a_player_out_of_service_does_not_count() -> None:
    off = change(60, None, StatusReason.DEACTIVATED)
    found = measure([change(0, Status.HEALTHY), off, change(120, Status.HEALTHY)], DAY)
    assert found.up == (1440 - 60) * MINUTE
    assert measure([off], DAY).percent is None


def test_an_outage_before_and_after_the_window_counts_with_its_part_in_it() -> None:
    found = measure([offline(-500)], DAY)
    (outage,) = found.outages
    assert (outage.start, outage.end, outage.down) == (DAY.start, None, timedelta(days=1))
    assert found.percent == 0.0


def test_without_a_record_nothing_is_known() -> None:
    assert measure([], DAY) == Availability()
    assert bands([], DAY, blind=[]) == []


def test_bands_show_in_order_what_was_in_force_and_what_nobody_saw() -> None:
    healthy, down = change(-60, Status.HEALTHY), offline(100)
    found = bands([healthy, down], DAY, blind=[span(-90, -60), span(50, 110)])
    assert [(band.span, band.change) for band in found] == [
        (span(0, 50), healthy),
        (span(50, 110), None),
        (span(110, 1440), down),
    ]


def test_figures_of_several_screens_are_added() -> None:
    both = measure([offline(0)], DAY) + measure([change(0, Status.HEALTHY)], DAY)
    assert (both.percent, both.outage_count) == (50.0, 1)
    assert Availability().percent is None


minutes = st.integers(-100, 1600)
spans = st.lists(st.tuples(minutes, minutes).map(sorted).map(lambda ends: span(*ends)), max_size=5)
histories = st.lists(
    st.tuples(minutes, st.sampled_from([None, *Status])),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[0],
).map(lambda rows: [change(at, status) for at, status in sorted(rows, key=lambda row: row[0])])


@settings(max_examples=150)
@given(changes=histories, blind=spans, left_out=spans)
def test_it_is_what_looking_at_every_minute_finds(
    changes: list[StatusChange], blind: list[Span], left_out: list[Span]
) -> None:
    found = measure(changes, DAY, blind=blind, left_out=left_out)
    counted = {"up": 0, "down": 0, "unknown": 0}
    for minute in range(1440):
        kind = kind_at(after(minute), changes, blind, left_out)
        if kind:
            counted[kind] += 1
    assert found.up == counted["up"] * MINUTE
    assert found.down == counted["down"] * MINUTE
    assert found.unknown == counted["unknown"] * MINUTE
    assert sum((outage.down for outage in found.outages), timedelta()) == found.down


def kind_at(
    at: datetime, changes: list[StatusChange], blind: list[Span], left_out: list[Span]
) -> str | None:
    """Return what one minute counts as, by the definition."""
    before = [one for one in changes if one.at <= at]
    if not before or before[-1].status is None or holds(left_out, at):
        return None
    if holds(blind, at):
        return "unknown"
    return "down" if is_down(before[-1].status) else "up"


def holds(spans: list[Span], at: datetime) -> bool:
    return any(one.start <= at < one.end for one in spans)


@given(taken=spans)
def test_what_is_left_and_what_is_taken_make_the_whole(taken: list[Span]) -> None:
    apart = merged(taken)
    left = without(DAY, apart)
    cut = total(
        part for part in [Span(max(one.start, DAY.start), min(one.end, DAY.end)) for one in apart]
    )
    assert total(left) + cut == DAY.length
    assert not any(holds(taken, part.start) for part in left)
