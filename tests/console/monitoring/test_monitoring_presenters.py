"""What the monitoring page says: the fleet, its table and wall, log lines, notices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.monitoring.presenters.far_wall import chosen_screens, far_wall, far_wall_html
from console.monitoring.presenters.fleet import (
    FleetFilter,
    by_urgency,
    filter_labels,
    line_of_truth,
    matches,
)
from console.monitoring.presenters.fleet_table import fleet_table, row_count, totals_html
from console.monitoring.presenters.incidents import (
    Handling,
    handling,
    incident_html,
    past_html,
    remedy_for,
)
from console.monitoring.presenters.logs import log_table
from console.monitoring.presenters.system import system_notices
from console.monitoring.presenters.wall import wall_html
from infoscreen_core.domain.monitoring.incident_kinds import IncidentKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.signs_of_life import (
    CLIENT_ID_TAKEN,
    TROUBLE,
    trouble_of,
)
from infoscreen_core.services.monitoring.views import IncidentView, LogLine, WorkerView
from tests.support.fleet import (
    CRITICAL,
    FLEET,
    HEALTHY,
    OFFLINE,
    PENDING,
    RETIRED,
    WARNING,
    client_view,
)

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
EVEN = datetime.fromtimestamp(NOW.timestamp() // 20 * 20, UTC)


def test_the_line_of_truth_counts_what_is_in_service() -> None:
    assert line_of_truth(FLEET, 2) == "2 von 4 Bildschirmen laufen · 2 Vorfälle"
    assert line_of_truth([HEALTHY], 0) == "1 von 1 Bildschirm läuft · kein Vorfall"


def test_filters_say_how_many_they_leave() -> None:
    assert list(filter_labels(FLEET, FleetFilter).values()) == [
        "In Betrieb 4",
        "Online 3",
        "Offline 1",
        "Auffällig 2",
        "Wartend 1",
        "Außer Betrieb 1",
    ]
    assert not matches(OFFLINE, FleetFilter.ONLINE)


def test_warning_is_the_status_and_log_lines_have_another_word() -> None:
    assert matches(CRITICAL, FleetFilter.WARNINGS)
    assert not matches(replace(HEALTHY, warn_count=4), FleetFilter.WARNINGS)
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
    assert remedy_for(IncidentKind.SILENT) is None
    assert remedy_for(IncidentKind.SCREEN_BLACK) is not None


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


SINCE = NOW - timedelta(minutes=12)


BLACK = IncidentView(
    id=7,
    kind=IncidentKind.SCREEN_BLACK,
    client_uuid=CRITICAL.uuid,
    client_name="Mensa",
    group_id=1,
    group_name="Foyer",
    opened_at=SINCE,
)


def _incident(**changes: object) -> IncidentView:
    return replace(BLACK, **changes)  # type: ignore[arg-type]  # as needed


def test_an_incident_says_since_when_and_leads_to_its_screen() -> None:
    text = incident_html(BLACK, VIENNA, now=NOW, may_act=True)
    assert "seit 07:48 (12 min)" in text
    assert f'<a class="is-row" href="/client?uuid={CRITICAL.uuid}"' in text
    assert "Das Bild ist schwarz." in text
    assert "prüfen, ob der Fernseher an ist" in text
    assert "is-taken" not in text
    assert "/client" not in incident_html(BLACK, VIENNA, now=NOW, may_act=True, is_at_home=True)


def test_everybody_reads_who_takes_care_of_it_and_the_note() -> None:
    taken = _incident(acknowledged_at=NOW, acknowledged_name="<Maria>", note="Netzteil & Kabel")
    text = incident_html(taken, VIENNA, now=NOW, may_act=True)
    assert "&lt;Maria&gt; kümmert sich seit 08:00: Netzteil &amp; Kabel" in text
    over = replace(taken, closed_at=NOW, closed_name="paul")
    text = past_html([over], VIENNA, now=NOW)
    assert "07:48, 12 min lang" in text
    assert "geschlossen von paul" in text
    assert "&lt;Maria&gt; kümmerte sich: Netzteil" in text


def test_each_kind_of_incident_says_what_is_wrong_and_what_to_do() -> None:
    for kind in IncidentKind:
        for may_act in (True, False):
            text = incident_html(_incident(kind=kind), VIENNA, now=NOW, may_act=may_act)
            assert text.count(" · ") == 2


@pytest.mark.parametrize(
    ("taken_by", "role", "may"),
    [
        (None, Role.USER, Handling(may_take=False, may_release=False, is_own=False)),
        (
            None,
            Role.EDITOR,
            Handling(may_take=True, may_release=False, is_own=False, may_close=True),
        ),
        (
            5,
            Role.EDITOR,
            Handling(may_take=False, may_release=True, is_own=True, may_close=True),
        ),
        (6, Role.EDITOR, Handling(may_take=False, may_release=False, is_own=False)),
        (
            6,
            Role.ADMIN,
            Handling(may_take=False, may_release=True, is_own=False, may_close=True),
        ),
    ],
)
def test_who_may_take_and_release(taken_by: int | None, role: Role, may: Handling) -> None:
    incident = _incident(acknowledged_by=taken_by, acknowledged_at=NOW if taken_by else None)
    assert handling(incident, user_id=5, role=role) == may


def test_the_far_wall_shows_a_page_of_what_is_in_service_with_words() -> None:
    many = [client_view(number, f"Raum {number:02}") for number in range(1, 20)]
    screens = chosen_screens([*many, OFFLINE, PENDING, RETIRED], "")
    assert len(screens) == 20
    first, second = (far_wall(screens, 1, now=at) for at in (EVEN, EVEN + timedelta(seconds=10)))
    assert (first.page, first.pages, second.page) == (1, 2, 2)
    assert first.screens[0] == OFFLINE  # what needs somebody stands first
    assert [*first.screens, *second.screens] == by_urgency(screens)
    text = far_wall_html(first, VIENNA, taken_at=EVEN, now=EVEN)
    assert "19 von 20 Bildschirmen laufen · 1 Vorfall" in text
    assert "Offline</span>" in text
    assert "1/2" in text


def test_the_far_wall_is_narrowed_to_groups_by_its_address() -> None:
    places = [client_view(number, f"R{number}", group_id=number) for number in (1, 2, 3)]
    alone = client_view(4, "R4", group_id=None)
    names = {
        query: [client.name for client in chosen_screens([*places, alone], query)]
        for query in ("", "1,3", "none", "2, none", "99")
    }
    assert names == {
        "": ["R1", "R2", "R3", "R4"],
        "1,3": ["R1", "R3"],
        "none": ["R4"],
        "2, none": ["R2", "R4"],
        "99": [],
    }
    empty = far_wall_html(far_wall([], 0, now=NOW), VIENNA, taken_at=NOW, now=NOW)
    assert "Hier gibt es keine Bildschirme." in empty


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
    (notice,) = system_notices(_workers()[:3], VIENNA, now=NOW)
    assert notice.text.startswith("Der Dienst „fetcher“ läuft nicht. ")


def test_several_silent_workers_are_one_notice_that_says_each_consequence() -> None:
    (notice,) = system_notices(_workers()[:2], VIENNA, now=NOW)
    assert notice.text == "2 Dienste schweigen: dispatcher, fetcher."
    assert [detail.split(". ")[0] for detail in notice.details] == [
        "Der Dienst „dispatcher“ läuft nicht",
        "Der Dienst „fetcher“ läuft nicht",
    ]
    assert "Befehle und Gruppenwechsel warten" in notice.details[0]


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
