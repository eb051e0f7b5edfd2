"""What the monitoring page says: the fleet, its table and wall, log lines, notices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.monitoring.presenters.fleet import (
    FleetFilter,
    by_urgency,
    filter_labels,
    line_of_truth,
    matches,
)
from console.monitoring.presenters.fleet_table import fleet_table, row_count, totals_html
from console.monitoring.presenters.incidents import remedy_for
from console.monitoring.presenters.logs import log_table
from console.monitoring.presenters.system import system_notices
from console.monitoring.presenters.wall import wall_html
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.signs_of_life import (
    CLIENT_ID_TAKEN,
    TROUBLE,
    trouble_of,
)
from infoscreen_core.services.monitoring.views import LogLine, WorkerView
from tests.support.fleet import CRITICAL, FLEET, HEALTHY, OFFLINE, PENDING, RETIRED, WARNING

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_the_line_of_truth_counts_what_is_in_service() -> None:
    assert line_of_truth(FLEET) == "2 von 4 Bildschirmen laufen · 2 Vorfälle"
    assert line_of_truth([HEALTHY]) == "1 von 1 Bildschirm läuft · kein Vorfall"


def test_filters_say_how_many_they_leave() -> None:
    assert list(filter_labels(FLEET, FleetFilter).values()) == [
        "In Betrieb 4",
        "Online 3",
        "Offline 1",
        "Kritisch 1",
        "Warnung 1",
        "Wartend 1",
        "Außer Betrieb 1",
    ]
    assert not matches(OFFLINE, FleetFilter.ONLINE)


def test_warning_is_the_status_and_log_lines_have_another_word() -> None:
    assert matches(WARNING, FleetFilter.WARNINGS)
    assert not matches(replace(CRITICAL, warn_count=9), FleetFilter.WARNINGS)
    tiles = totals_html([replace(WARNING, warn_count=12), PENDING, RETIRED], "Zeile", 24)
    assert "<b>12</b><span>Warnzeilen in 24 h</span>" in tiles
    assert "1 wartet auf Freigabe · 1 außer Betrieb" in tiles


def test_what_needs_somebody_comes_first() -> None:
    assert [client.name for client in by_urgency(FLEET[:4])] == [
        "Mensa",
        "Physik",
        "Chemie",
        "Aula",
    ]


def test_only_what_helps_is_offered() -> None:
    assert remedy_for(StatusReason.HEARTBEAT_STALE) is None
    assert remedy_for(StatusReason.SCREEN_BLACK) is not None


def test_the_fleet_table_has_a_row_for_each_screen_with_status_and_reason() -> None:
    busy = replace(
        WARNING, error_count=3, warn_count=12, last_disconnect_at=NOW - timedelta(minutes=5)
    )
    text = fleet_table([busy, CRITICAL], VIENNA, now=NOW)
    assert text.count("<tr>") == 3
    assert "Fehler im Protokoll" in text
    assert "/client?uuid=" in text
    assert "vor 4 s" in text
    assert "vor 5 min" in text


def test_totals_count_what_the_fleet_reports() -> None:
    text = totals_html(
        [replace(WARNING, error_count=3), replace(CRITICAL, error_count=4)], "Zeile", 24
    )
    assert "<b>7</b><span>Fehler in 24 h</span>" in text


def test_row_counts_name_both_numbers_when_narrowed() -> None:
    assert row_count(12, 12) == "12 Bildschirme"
    assert row_count(3, 12) == "3 von 12 Bildschirmen"


def test_the_wall_shows_each_screen_with_its_status() -> None:
    text = wall_html([OFFLINE, replace(HEALTHY, picture=None)], VIENNA, now=NOW)
    assert "is-tile-offline" in text
    assert "noch kein Bild" in text


def test_logs_are_marked_and_escaped_and_a_wrong_clock_is_told() -> None:
    lines = [LogLine(NOW, LogLevel.ERROR, "<b>kaputt</b>", is_clock_skewed=True)]
    text = log_table(lines, VIENNA, now=NOW, limit=100)
    assert "&lt;b&gt;kaputt" in text
    assert "■ Fehler" in text
    assert "Uhr des Players" in text
    assert "1 Zeile" in text
    assert "Keine Protokollzeilen" in log_table([], VIENNA, now=NOW, limit=100)
    assert "Die neuesten 1 Zeilen" in log_table(lines, VIENNA, now=NOW, limit=1)


def _workers(*, age: int = 1, is_connected: bool = True) -> list[WorkerView]:
    names = ("listener", "scheduler", "dispatcher", "fetcher")
    return [WorkerView(name, NOW - timedelta(seconds=age), is_connected) for name in names]


def test_when_all_is_well_nothing_is_said() -> None:
    assert system_notices(_workers(), VIENNA, now=NOW) == []


def test_a_silent_worker_is_named_with_its_consequence() -> None:
    workers = [
        *(one for one in _workers() if one.name != "dispatcher"),
        WorkerView("dispatcher", NOW - timedelta(seconds=30), is_broker_connected=True),
    ]
    (notice,) = system_notices(workers, VIENNA, now=NOW)
    assert "„dispatcher“ schweigt seit 07:59:30" in notice.text
    assert "Befehle und Gruppenwechsel warten" in notice.text


def test_a_worker_that_never_ran_is_named_too() -> None:
    notices = system_notices(_workers()[:2], VIENNA, now=NOW)
    assert [notice.text.split(". ")[0] for notice in notices] == [
        "Der Dienst „dispatcher“ läuft nicht",
        "Der Dienst „fetcher“ läuft nicht",
    ]


def test_a_worker_whose_place_is_taken_by_another_program_says_so() -> None:
    trouble = trouble_of("listener", {TROUBLE: CLIENT_ID_TAKEN})
    workers = [WorkerView("listener", NOW, is_broker_connected=False, trouble=trouble), *_workers()]
    (notice,) = system_notices(workers, VIENNA, now=NOW)
    assert notice.tone == "error"
    assert "MQTT_CLIENT_PREFIX" in notice.text
    later = NOW + timedelta(minutes=5)
    assert all("PREFIX" not in one.text for one in system_notices(workers, VIENNA, now=later))


def test_a_broker_that_is_away_is_one_error() -> None:
    fetcher = _workers()[-1]  # which has no broker to miss
    workers = [*_workers(is_connected=False)[:3], fetcher]
    (notice,) = system_notices(workers, VIENNA, now=NOW)
    assert notice.tone == "error"
    assert "Nachrichten-Broker antwortet nicht" in notice.text
