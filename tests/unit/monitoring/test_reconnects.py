from datetime import UTC, datetime, timedelta

from infoscreen_core.domain.monitoring.reconnects import (
    ReconnectWindow,
    count_reconnects,
    growth_in_window,
    may_lack,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def growth(window: ReconnectWindow) -> int:
    return window.count - window.window_count


def test_what_happened_before_the_first_report_does_not_count() -> None:
    window = count_reconnects(ReconnectWindow(0, 0, None), count=57, now=NOW)
    assert (growth(window), window.window_at) == (0, NOW)


def test_growth_adds_up_within_the_hour() -> None:
    window = ReconnectWindow(57, 57, NOW)
    for minutes, count, grown in [(10, 58, 1), (20, 58, 1), (40, 60, 3), (70, 61, 4)]:
        window = count_reconnects(window, count=count, now=NOW + timedelta(minutes=minutes))
        assert growth(window) == grown
    assert window.window_at == NOW + timedelta(minutes=10)


def test_a_window_begins_with_the_first_reconnect_in_it() -> None:
    window = ReconnectWindow(57, 57, NOW)
    for minutes, count in ((59, 58), (61, 59), (62, 60)):
        now = NOW + timedelta(minutes=minutes)
        window = count_reconnects(window, count=count, now=now)
    assert growth_in_window(window, now=now) == 3


def test_growth_counts_for_an_hour_and_may_lack_for_another() -> None:
    window = ReconnectWindow(60, 57, NOW)
    for minutes, counted, lacks in ((0, 3, True), (60, 3, True), (61, 0, True), (121, 0, False)):
        now = NOW + timedelta(minutes=minutes)
        assert (growth_in_window(window, now=now), may_lack(window, now=now)) == (counted, lacks)
    for quiet in (ReconnectWindow(60, 60, NOW), ReconnectWindow(0, 0, None)):
        assert (growth_in_window(quiet, now=NOW), may_lack(quiet, now=NOW)) == (0, False)


def test_after_an_hour_growth_counts_anew_from_the_last_report() -> None:
    later = NOW + timedelta(minutes=61)
    assert count_reconnects(ReconnectWindow(60, 57, NOW), count=62, now=later) == ReconnectWindow(
        62, 60, later
    )


def test_a_report_without_growth_opens_no_window() -> None:
    window = ReconnectWindow(60, 57, NOW)
    assert count_reconnects(window, count=60, now=NOW + timedelta(days=1)) == window


def test_a_player_that_started_anew_counts_from_zero() -> None:
    later = NOW + timedelta(minutes=1)
    assert count_reconnects(ReconnectWindow(60, 57, NOW), count=2, now=later) == ReconnectWindow(
        2, 0, later
    )
