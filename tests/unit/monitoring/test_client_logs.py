from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.logs.lines import (
    digest,
    line_occasion,
    log_instant,
    occasion,
    without_terminal_codes,
)
from infoscreen_core.domain.monitoring.player_clocks import PlayerClock, known_clock

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "is_skewed"),
    [(0, False), (300, False), (-300, False), (300.001, True), (-300.001, True), (-1e9, True)],
)
def test_a_clock_is_believed_within_five_minutes(offset: float, is_skewed: bool) -> None:
    timestamp = NOW + timedelta(seconds=offset)
    placed = log_instant(timestamp=timestamp, received_at=NOW)
    assert placed.is_skewed is is_skewed
    assert placed.at == (NOW if is_skewed else timestamp)


def test_without_a_timestamp_the_receive_time_counts_and_no_clock_is_blamed() -> None:
    placed = log_instant(timestamp=None, received_at=NOW)
    assert (placed.at, placed.is_skewed) == (NOW, False)


def test_an_old_line_is_believed_if_the_clock_is_right_or_it_may_have_waited() -> None:
    old, ancient = NOW - timedelta(hours=1), NOW - timedelta(days=15)
    right, off = known_clock(2), known_clock(3600)

    def is_believed(timestamp: datetime, clock: PlayerClock | None, *, waited: bool) -> bool:
        placed = log_instant(
            timestamp=timestamp, received_at=NOW, clock=clock, may_have_waited=waited
        )
        return placed.at == timestamp and not placed.is_skewed

    assert is_believed(old, right, waited=False)
    assert is_believed(old, None, waited=True)
    assert not is_believed(old, None, waited=False)
    assert not is_believed(old, off, waited=True)
    assert not is_believed(ancient, right, waited=True)
    assert not is_believed(NOW + timedelta(hours=1), right, waited=True)


def test_an_occasion_is_the_same_when_a_message_is_delivered_again() -> None:
    later = NOW + timedelta(minutes=3)
    for timestamp, packet_id in [(NOW, 0), (NOW, 5), (None, 5)]:
        first = occasion(timestamp=timestamp, packet_id=packet_id, received_at=NOW)
        assert occasion(timestamp=timestamp, packet_id=packet_id, received_at=later) == first


def test_occasions_of_different_messages_differ() -> None:
    later = NOW + timedelta(microseconds=1)
    tomorrow = NOW + timedelta(days=1)
    all_different = [
        occasion(timestamp=NOW, packet_id=5, received_at=NOW),
        occasion(timestamp=later, packet_id=5, received_at=NOW),
        occasion(timestamp=None, packet_id=5, received_at=NOW),
        occasion(timestamp=None, packet_id=6, received_at=NOW),
        occasion(timestamp=None, packet_id=5, received_at=tomorrow),
        occasion(timestamp=None, packet_id=0, received_at=NOW),
        occasion(timestamp=None, packet_id=0, received_at=later),
    ]
    assert len(set(all_different)) == len(all_different)


def test_lines_in_whole_seconds_are_told_apart_by_their_packets() -> None:
    def moment(timestamp: datetime, packet_id: int, later: int = 0) -> str:
        received_at = NOW + timedelta(seconds=later)
        return line_occasion(timestamp=timestamp, packet_id=packet_id, received_at=received_at)

    exact = NOW + timedelta(milliseconds=1)
    assert moment(NOW, 5) == moment(NOW, 5, later=9)
    assert moment(NOW, 5) != moment(NOW, 6)
    assert moment(NOW, 0) != moment(NOW, 0, later=1)
    assert moment(exact, 5) == moment(exact, 6) == moment(exact, 0, later=1)


def test_a_digest_knows_where_one_part_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", "") != digest("a")
    assert digest("1:a") != digest("1", "a")
    assert len(digest("ä" * 10_000)) == 64


@pytest.mark.parametrize(
    ("logged", "read"),
    [
        ("\x1b[31mERROR\x1b[0m disk full", "ERROR disk full"),
        ("\x1b[1;38;5;208mhot\x1b[m: 81 °C", "hot: 81 °C"),
        ("progress\x1b[2K\x1b[1G50 %", "progress50 %"),
        ("\x1b]0;player\x07started", "started"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bplain\x1b7 text\x1b8", "plain text"),
        ("\x9b32mok\x9b0m", "ok"),
        ("cut \x1b[3", "cut "),
        ("cut \x1b", "cut "),
        ("[31m is text, and so is \\x1b[0m", "[31m is text, and so is \\x1b[0m"),
        ("Grüße\n\tfrom line two", "Grüße\n\tfrom line two"),
    ],
)
def test_codes_for_terminals_are_left_out(logged: str, read: str) -> None:
    assert without_terminal_codes(logged) == read
