"""What the monitoring page says: the fleet, its table and wall, log lines, notices."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.monitoring.presenters.far_wall import (
    MOST_TILES,
    PAGE_SECONDS,
    FarWall,
    chosen_groups,
    far_wall_html,
    turn,
)
from console.monitoring.presenters.fleet import (
    MONITORING_FILTERS,
    filter_labels,
    line_of_truth,
)
from console.monitoring.presenters.fleet_table import fleet_table, row_count, totals_html
from console.monitoring.presenters.groups import (
    group_lines_html,
    others_text,
    troubled_groups,
)
from console.monitoring.presenters.incidents import (
    Handling,
    handling,
    incident_html,
    past_html,
    remedy_for,
)
from console.monitoring.presenters.logs import log_table
from console.monitoring.presenters.system import blind_sentence, system_notices
from console.monitoring.presenters.wall import wall_html
from infoscreen_core.domain.monitoring.fleet_count import Tally, figures_of
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring.fleet import Alarms
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
    count_of,
)

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
ALARMS = Alarms(priority_pictures=1, failed=2, crashed=3)
UNKNOWN = replace(HEALTHY, status=Status.UNKNOWN, reason=StatusReason.JUDGE_AWAY)
EVEN = datetime.fromtimestamp(NOW.timestamp() // 20 * 20, UTC)


def test_the_line_of_truth_counts_what_is_in_service() -> None:
    assert line_of_truth(count_of(FLEET), 2) == "2 von 4 Bildschirmen laufen · 2 Vorfälle"
    assert line_of_truth(count_of([HEALTHY]), 0) == "1 von 1 Bildschirm läuft · kein Vorfall"


def test_of_whom_nobody_can_tell_neither_runs_nor_is_an_incident() -> None:
    fleet = count_of([HEALTHY, UNKNOWN])
    assert line_of_truth(fleet, 0) == "1 von 2 Bildschirmen laufen · kein Vorfall · 1 unbekannt"
    assert filter_labels(fleet, MONITORING_FILTERS)[FleetFilter.UNKNOWN] == "Unbekannt 1"
    assert "<b>1</b>" in totals_html(fleet, ALARMS, (0, 0), truth="", hours=24).split("◌")[0][-60:]


def test_filters_say_how_many_they_leave() -> None:
    assert list(filter_labels(count_of(FLEET), MONITORING_FILTERS).values()) == [
        "In Betrieb 4",
        "Online 3",
        "Offline 1",
        "Auffällig 2",
        "Wartend 1",
        "Außer Betrieb 1",
    ]


def test_a_filter_that_leaves_nothing_stands_where_it_is_chosen() -> None:
    labels = filter_labels(count_of([HEALTHY]), MONITORING_FILTERS, chosen="unknown")
    assert labels[FleetFilter.UNKNOWN] == "Unbekannt 0"


def test_warning_is_the_status_and_log_lines_have_another_word() -> None:
    tiles = totals_html(count_of([WARNING, PENDING, RETIRED]), ALARMS, (0, 12), truth="", hours=24)
    assert "<b>12</b><span>Warnzeilen (24 h)</span>" in tiles
    assert "1 wartet auf Freigabe · 1 außer Betrieb" in tiles
    assert "◌" not in tiles


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
    text = totals_html(count_of([WARNING, CRITICAL]), ALARMS, (7, 0), truth="Zeile", hours=24)
    assert "<b>7</b><span>Fehler (24 h)</span>" in text
    assert "<b>3</b><span>Abgestürzt</span>" in text
    assert "Zeile" in text


def test_groups_in_trouble_come_worst_first_and_others_are_counted() -> None:
    def members(group_id: int | None, *statuses: Status) -> list[Tally]:
        return [Tally(group_id, Standing.IN_SERVICE, status, 1) for status in statuses]

    figures = figures_of(
        [
            *members(1, Status.HEALTHY, Status.WARNING),
            *members(2, Status.HEALTHY),
            *members(3, Status.OFFLINE, Status.OFFLINE),
            *members(None, Status.CRITICAL),
        ]
    )
    lines = troubled_groups(figures, {1: "Foyer", 2: "Aula", 3: "Hof", 4: "Leer"})
    assert [line.name for line in lines] == ["Nicht zugeordnet", "Hof", "Foyer"]
    assert "○</i>2 Offline" in group_lines_html(lines[1:2])
    assert others_text(2, 1) == "und 2 weitere · 1 Raumgruppe in Ordnung"
    assert others_text(0, 0) == ""


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


def test_the_far_wall_turns_pages_and_says_each_status_in_words() -> None:
    assert [turn(20, now=at) for at in (EVEN, EVEN + timedelta(seconds=PAGE_SECONDS))] == [
        (0, 2),
        (1, 2),
    ]
    assert (turn(0, now=NOW), turn(MOST_TILES, now=NOW)) == ((0, 1), (0, 1))
    wall = FarWall("19 von 20 Bildschirmen laufen", [OFFLINE, HEALTHY], 1, 2)
    text = far_wall_html(wall, VIENNA, taken_at=EVEN, now=EVEN)
    assert "19 von 20 Bildschirmen laufen" in text
    assert "Offline</span>" in text
    assert "1/2" in text


def test_the_far_wall_is_narrowed_to_groups_by_its_address() -> None:
    asked = ("", "1,3", "none", "2, none", "99", "nobody", "9" * 30)
    assert [chosen_groups(words) for words in asked] == [
        None,
        (1, 3),
        (None,),
        (2, None),
        (99,),
        (),
        (),
    ]
    empty = far_wall_html(FarWall("", [], 1, 1), VIENNA, taken_at=NOW, now=NOW)
    assert "Hier gibt es keine Bildschirme." in empty


def test_blindness_is_said_with_its_beginning() -> None:
    text = blind_sentence(NOW - timedelta(minutes=5), VIENNA, now=NOW)
    assert text.startswith("Seit 07:55 sieht der Server selbst seine Bildschirme nicht.")


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
    names = ("listener", "scheduler", "dispatcher", "fetcher", "converter")
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
    (notice,) = system_notices(_workers()[:4], VIENNA, now=NOW)
    assert notice.text == (
        "Der Dienst „converter“ läuft nicht. Neue Dateien warten auf die Umwandlung; was fertig "
        "ist, wird gezeigt wie bisher."
    )


def test_several_silent_workers_are_one_notice_that_says_each_consequence() -> None:
    (notice,) = system_notices(_workers()[:2], VIENNA, now=NOW)
    assert notice.text == "3 Dienste schweigen: dispatcher, fetcher, converter."
    assert [detail.split(". ")[0] for detail in notice.details] == [
        "Der Dienst „dispatcher“ läuft nicht",
        "Der Dienst „fetcher“ läuft nicht",
        "Der Dienst „converter“ läuft nicht",
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
    without = _workers()[3:]  # which have no broker to miss
    workers = [*_workers(is_connected=False)[:3], *without]
    (notice,) = system_notices(workers, VIENNA, now=NOW)
    assert notice.tone == "error"
    assert "Nachrichten-Broker antwortet nicht" in notice.text
