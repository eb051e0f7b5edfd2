from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.webhooks.address import read_webhook_address
from infoscreen_core.domain.webhooks.kinds import EventKind, chosen_kinds
from infoscreen_core.domain.webhooks.retries import (
    PAUSES,
    TRIES,
    Answer,
    is_to_be_stopped,
    meaning,
    next_try,
)
from infoscreen_core.errors import InvalidInputError

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_tries_go_on_for_about_a_day_with_growing_pauses() -> None:
    assert list(PAUSES) == sorted(PAUSES)
    assert 0.9 * DAY < sum(PAUSES, timedelta()) < 1.2 * DAY


def test_a_pause_varies_by_a_tenth_and_ends_with_the_last_try() -> None:
    for tries, pause in enumerate(PAUSES, start=1):
        early, late = (next_try(tries, chance=one, now=NOW) for one in (0.0, 1.0))
        assert early is not None
        assert late is not None
        assert early - NOW == pause * 0.9
        assert late - NOW == pause * 1.1
    assert next_try(TRIES, chance=0.5, now=NOW) is None


def test_a_receiver_may_ask_for_a_longer_pause_but_not_for_weeks() -> None:
    def pause(wish: timedelta) -> timedelta:
        again = next_try(1, chance=0.5, wish=wish, now=NOW)
        assert again is not None
        return again - NOW

    assert pause(timedelta(minutes=10)) == timedelta(minutes=10)
    assert pause(timedelta(seconds=1)) == PAUSES[0]
    assert pause(30 * DAY) == timedelta(hours=12)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Answer.TAKEN),
        (204, Answer.TAKEN),
        (302, Answer.REFUSED),
        (404, Answer.REFUSED),
        (410, Answer.GONE),
        (500, Answer.REFUSED),
        (None, Answer.REFUSED),
    ],
)
def test_only_a_success_is_taken(status: int | None, expected: Answer) -> None:
    assert meaning(status) is expected


def test_what_fails_for_days_is_switched_off() -> None:
    assert not is_to_be_stopped(None, now=NOW)
    assert not is_to_be_stopped(NOW - timedelta(days=4, hours=23), now=NOW)
    assert is_to_be_stopped(NOW - timedelta(days=5), now=NOW)


def test_events_are_chosen_in_one_order() -> None:
    assert chosen_kinds(["command.ended", "client.status_changed", "command.ended"]) == [
        EventKind.STATUS_CHANGED,
        EventKind.COMMAND_ENDED,
    ]


@pytest.mark.parametrize("kinds", [[], ["webhook.test"], ["nothing.happened"]])
def test_events_that_cannot_be_chosen_are_refused(kinds: list[str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        chosen_kinds(kinds)
    assert caught.value.field == "kinds"


def test_an_address_is_read_and_shown_without_its_secret() -> None:
    address = read_webhook_address(" https://hooks.example.org/services/T0/B0/very-secret ")
    assert str(address) == "https://hooks.example.org/services/T0/B0/very-secret"
    assert address.shown == "hooks.example.org/…cret"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.example.org",
        "ftp://hooks.example.org/",
        "webcal://hooks.example.org/",
        "https://",
        "https://a b.example/",
        "https://user:secret@hooks.example.org/",
        "https://hooks.example.org:0/",
        "https://[::1",
        "file:///etc/passwd",
        f"https://hooks.example.org/{'x' * 2000}",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_webhook_address(text)
    assert caught.value.field == "address"
    assert "secret" not in str(caught.value)
