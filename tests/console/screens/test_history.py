"""The last day of a screen: a sentence, a band and the list that says the same."""

from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.screens.presenters.history import history_html, history_sentence
from infoscreen_core.domain.monitoring.availability import (
    Availability,
    StatusChange,
    bands,
    measure,
)
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring.availability import ClientHistory

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
DAY = Span(NOW - timedelta(days=1), NOW)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return DAY.start + hours * HOUR


@pytest.fixture
def history() -> ClientHistory:
    """A day with an outage of half an hour, and an hour that nobody saw."""
    changes = [
        StatusChange(at(-3), Status.HEALTHY, StatusReason.ALL_WELL),
        StatusChange(at(4), Status.CRITICAL, StatusReason.PROCESS_CRASHED),
        StatusChange(at(4.5), Status.HEALTHY, StatusReason.ALL_WELL),
        StatusChange(at(20), None, StatusReason.DEACTIVATED),
    ]
    blind = [Span(at(10), at(11))]
    return ClientHistory(DAY, bands(changes, DAY, blind=blind), measure(changes, DAY, blind=blind))


def test_the_sentence_names_share_outages_and_what_nobody_saw(history: ClientHistory) -> None:
    with use_language("de"):
        assert history_sentence(history.figures) == (
            "Verfügbar: 97,4 % der letzten 24 Stunden · 1 Ausfall, zusammen 30 min · "
            "1 h 00 min lang sah der Server selbst nichts"
        )
    with use_language("en"):
        assert history_sentence(Availability()) == "Nothing is known of the last 24 hours."


def test_the_band_has_a_piece_for_each_time_with_its_words(history: ClientHistory) -> None:
    with use_language("de"):
        page = unescape(history_html(history, VIENNA, now=NOW))
    for look in ("is-bar-healthy", "is-bar-critical", "is-unseen", "is-uncounted"):
        assert f'<i class="{look}"' in page
    assert 'title="14:30–15:00: Kritisch, Anzeigeprozess abgestürzt"' in page
    assert "left:16.67%;width:2.08%" in page


def test_the_list_says_the_same_newest_first(history: ClientHistory) -> None:
    with use_language("de"):
        page = unescape(history_html(history, VIENNA, now=NOW))
    rows = page.split("<tbody>")[1].split("</tr>")[:-1]
    assert len(rows) == len(history.bands) == 6
    assert "außer Betrieb genommen" in rows[0]
    assert "So 22.11. 14:30" in rows[-2]
    assert "30 min" in rows[-2]


def test_without_a_record_nothing_is_drawn() -> None:
    assert history_html(ClientHistory(DAY, (), Availability()), VIENNA, now=NOW) == ""
