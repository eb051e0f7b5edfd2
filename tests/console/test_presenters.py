"""What pages say, from what the core knows."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from console.events.presenters.consequences import emergency_consequence
from console.i18n import use_language
from console.monitoring.presenters.fleet import (
    FleetFilter,
    by_urgency,
    filter_labels,
    line_of_truth,
    matches,
)
from console.monitoring.presenters.fleet_table import fleet_table, row_count, totals_html
from console.monitoring.presenters.incidents import advice_for, remedy_for
from console.monitoring.presenters.logs import log_table
from console.monitoring.presenters.system import system_notices
from console.monitoring.presenters.wall import wall_html
from console.overview.presenters.cards import GroupCard, card_html, list_html, visible_cards
from console.overview.presenters.emergencies import emergency_banner
from console.school.presenters.school import (
    SchoolCalendar,
    banner_html,
    holiday_sentences,
    period_sentence,
)
from console.words import html, plots
from console.words.errors import error_sentence
from console.words.event_types import EVENT_TYPES, event_type_word
from console.words.markdown import literal
from console.words.status import (
    REASONS,
    SCREEN_HEALTH_WORDS,
    STATUSES,
    reason_text,
    status_html,
)
from infoscreen_core.domain.events.event import EventType, PeriodType
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.errors import InvalidInputError, NotAllowedError
from infoscreen_core.services.monitoring.views import ClientView, LogLine, WorkerView
from infoscreen_core.services.playing.views import PlayingItem
from infoscreen_core.services.school.views import HolidayView, PeriodView
from tests.support.fleet import client_view, picture_view

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _german() -> Iterator[None]:
    with use_language("de"):
        yield


def _client(
    name: str = "Aula",
    status: Status = Status.HEALTHY,
    reason: StatusReason = StatusReason.ALL_WELL,
) -> ClientView:
    return client_view(
        1,
        name,
        uuid=f"00000000-0000-0000-0000-{name:0>12.12}",
        status=status,
        reason=reason,
        last_alive=NOW - timedelta(seconds=4),
        shown_title="Mathe 3B",
        reconnect_count=2,
        picture=picture_view("u", 1, NOW - timedelta(seconds=40)),
    )


HEALTHY = _client("Aula")
OFFLINE = _client("Physik", Status.OFFLINE, StatusReason.HEARTBEAT_STALE)
CRITICAL = _client("Mensa", Status.CRITICAL, StatusReason.SCREEN_BLACK)
WARNING = _client("Chemie", Status.WARNING, StatusReason.ERROR_LOGS)
PENDING = replace(
    _client("Neu", Status.HEALTHY, StatusReason.PENDING),
    is_approved=False,
    group_id=None,
    group_name=None,
)
RETIRED = _client("Alt", Status.OFFLINE, StatusReason.DEACTIVATED)
FLEET = [HEALTHY, OFFLINE, CRITICAL, WARNING, PENDING, RETIRED]


def _item(title: str, minutes: int, kind: EventType = EventType.WEBSITE) -> PlayingItem:
    return PlayingItem(
        1, NOW - timedelta(minutes=20), NOW + timedelta(minutes=minutes), title, kind, 0
    )


def test_an_emergency_has_a_banner_with_its_groups_screens_and_end() -> None:
    alarm = replace(_item("Feuer <sofort raus>", 40), priority=100)
    lesson = _item("Mathe", 40)
    cards = [
        GroupCard(1, "Aula", (HEALTHY, OFFLINE), (alarm,), None),
        GroupCard(2, "Hof", (WARNING, RETIRED, PENDING), (replace(alarm, event_id=2),), None),
        GroupCard(3, "Keller", (CRITICAL,), (lesson,), None),
    ]
    banner = emergency_banner(cards, VIENNA, now=NOW)
    assert banner.count("is-emergency") == 1
    assert "Notfall auf den Bildschirmen: Feuer &lt;sofort raus&gt;" in banner
    assert "Aula, Hof · 3 Bildschirme · bis 08:40" in banner
    assert emergency_banner(cards[2:], VIENNA, now=NOW) == ""


@pytest.mark.parametrize(
    ("groups", "words"),
    [(0, "die Bildschirme nur"), (1, "von 1 Raumgruppe nur"), (7, "von 7 Raumgruppen nur")],
)
def test_planning_an_emergency_names_its_consequence(groups: int, words: str) -> None:
    assert words in emergency_consequence(groups)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_status_and_reason_has_its_words() -> None:
    assert set(STATUSES) == set(Status)
    assert set(REASONS) == set(StatusReason)
    assert set(SCREEN_HEALTH_WORDS) == set(ScreenHealth)
    for reason in StatusReason:
        assert reason_text(reason)
        assert advice_for(reason)


def test_status_is_never_colour_alone() -> None:
    assert re.sub("<[^>]+>", " ", status_html(Status.WARNING)).split() == ["▲", "Warnung"]
    assert ">▲<" in status_html(Status.WARNING)
    assert ">Warnung<" in status_html(Status.WARNING)
    assert len({style.icon for style in STATUSES.values()}) == len(STATUSES)


def test_status_colours_can_be_read_on_both_grounds() -> None:
    for style in STATUSES.values():
        assert _contrast(style.color, "#FFFFFF") >= 3
        assert _contrast(style.dark_color, "#1B2129") >= 4.5


def test_event_types_have_a_colour_of_their_own_that_carries_white_text() -> None:
    assert set(EVENT_TYPES) == set(EventType)
    for style in EVENT_TYPES.values():
        assert _contrast(style.color, "#FFFFFF") >= 4.5
    for one, other in combinations(EVENT_TYPES.values(), 2):
        assert (one.color, one.glyph, one.word) != (other.color, other.glyph, other.word)
    assert event_type_word(EventType.MESSAGE) == "Mitteilung"


def test_the_line_of_truth_counts_what_is_in_service() -> None:
    assert line_of_truth(FLEET) == "2 von 4 Bildschirmen laufen · 2 Vorfälle"
    assert line_of_truth([HEALTHY]) == "1 von 1 Bildschirm läuft · kein Vorfall"


def test_filters_say_how_many_they_leave() -> None:
    assert list(filter_labels(FLEET[:4]).values()) == [
        "Alle 4",
        "Online 3",
        "Offline 1",
        "Warnungen 2",
    ]
    assert matches(CRITICAL, FleetFilter.WARNINGS)
    assert not matches(OFFLINE, FleetFilter.ONLINE)


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


def test_a_card_says_what_plays_until_when_and_what_comes_next() -> None:
    card = GroupCard(
        1, "Foyer <1>", (HEALTHY, WARNING), (_item("Mathe & Co", 100),), _item("Film", 200)
    )
    text = card_html(card, VIENNA, now=NOW)
    assert "Foyer &lt;1&gt;" in text
    assert "Mathe &amp; Co" in text
    assert "bis 09:40" in text
    assert "/screenshots/u/1.jpg" in text
    assert "Fehler im Protokoll" in text


def test_a_card_without_anything_says_so() -> None:
    text = card_html(GroupCard(1, "Leer", (), (), None), VIENNA, now=NOW)
    assert "Gerade nichts geplant" in text
    assert "nichts weiter in den nächsten 7 Tagen" in text
    assert "keine Bildschirme in dieser Raumgruppe" in text


def test_many_events_at_once_are_counted_not_listed() -> None:
    card = GroupCard(
        1, "Voll", (HEALTHY,), tuple(_item(f"Nummer {n}", 10 + n) for n in range(5)), None
    )
    text = card_html(card, VIENNA, now=NOW)
    assert "Nummer 2" in text
    assert "Nummer 3" not in text
    assert "und 2 weitere" in text
    assert "Nummer 0" in list_html([card], VIENNA, now=NOW)


def test_the_picture_of_a_group_is_the_newest_of_a_screen_that_is_online() -> None:
    newer = replace(OFFLINE, picture=picture_view("o", 2, NOW))
    assert GroupCard(1, "Foyer", (newer, HEALTHY), (), None).shown == HEALTHY


def test_unassigned_screens_stand_last_and_only_when_there_are_any() -> None:
    groups = [GroupCard(1, "Foyer", (), (), None), GroupCard(None, "", (), (), None)]
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == ["Foyer"]
    groups[1] = replace(groups[1], clients=(PENDING,))
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == [
        "Foyer",
        "Nicht zugeordnet",
    ]
    assert visible_cards(groups, FleetFilter.OFFLINE) == []


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


def test_the_health_bar_has_a_text_of_its_own() -> None:
    text = html.health_bar({Status.HEALTHY: 3, Status.OFFLINE: 1})
    assert 'aria-label="In Ordnung 3/4, Offline 1/4"' in text


def _workers(*, age: int = 1, is_connected: bool = True) -> list[WorkerView]:
    names = ("listener", "scheduler", "dispatcher")
    return [WorkerView(name, NOW - timedelta(seconds=age), is_connected) for name in names]


def test_when_all_is_well_nothing_is_said() -> None:
    assert system_notices(_workers(), VIENNA, now=NOW) == []


def test_a_silent_worker_is_named_with_its_consequence() -> None:
    workers = [
        *_workers()[:2],
        WorkerView("dispatcher", NOW - timedelta(seconds=30), is_broker_connected=True),
    ]
    (notice,) = system_notices(workers, VIENNA, now=NOW)
    assert "„dispatcher“ schweigt seit 07:59:30" in notice.text
    assert "Befehle und Gruppenwechsel warten" in notice.text


def test_a_worker_that_never_ran_is_named_too() -> None:
    notices = system_notices(_workers()[:2], VIENNA, now=NOW)
    assert [notice.text.split(". ")[0] for notice in notices] == [
        "Der Dienst „dispatcher“ läuft nicht"
    ]


def test_a_broker_that_is_away_is_one_error() -> None:
    (notice,) = system_notices(_workers(is_connected=False), VIENNA, now=NOW)
    assert notice.tone == "error"
    assert "Nachrichten-Broker antwortet nicht" in notice.text


YEAR = PeriodView(3, "2026/27", PeriodType.SCHULJAHR, date(2026, 9, 7), date(2027, 7, 2))
NEXT_YEAR = PeriodView(4, "2027/28", PeriodType.SCHULJAHR, date(2027, 9, 6), date(2028, 7, 7))


def test_the_school_calendar_tells_period_and_near_holidays() -> None:
    calendar = SchoolCalendar(
        date(2026, 12, 22),
        YEAR,
        (
            HolidayView("Weihnachtsferien", date(2026, 12, 24), date(2027, 1, 6)),
            HolidayView("Schulfrei", date(2026, 12, 20), date(2026, 12, 23)),
            HolidayView("Fenstertag", date(2026, 12, 28), date(2026, 12, 28)),
        ),
    )
    assert period_sentence(calendar) == "Periode 2026/27"
    assert holiday_sentences(calendar) == [
        "Bald Ferien: Weihnachtsferien, Do 24.12. – Mi 06.01.",
        "Ferien: Schulfrei, bis Mi 23.12.",
        "Bald frei: Fenstertag, Mo 28.12.",
    ]
    assert 'href="/periods?period=3"' in banner_html(calendar)
    assert "is-warning" not in banner_html(calendar)
    assert "Keine Ferien in den nächsten 7 Tagen" in banner_html(replace(calendar, holidays=()))


@pytest.mark.parametrize(
    ("today", "active", "covering", "sentence"),
    [
        (
            date(2027, 7, 3),
            YEAR,
            None,
            "Periode 2026/27 ist seit Fr 02.07.2027 zu Ende; heute liegt in keiner",
        ),
        (
            date(2026, 9, 6),
            YEAR,
            None,
            "Periode 2026/27 beginnt am Mo 07.09.2026; heute liegt in keiner",
        ),
        (
            date(2027, 9, 6),
            YEAR,
            NEXT_YEAR,
            "Periode 2026/27 ist aktiv, aber heute liegt in 2027/28",
        ),
        (date(2026, 12, 22), None, YEAR, "Keine Periode ist aktiv; heute liegt in 2026/27"),
        (date(2026, 8, 1), None, None, "Keine Periode ist aktiv, und heute liegt in keiner"),
    ],
)
def test_a_day_outside_the_active_period_is_pointed_out(
    today: date, active: PeriodView | None, covering: PeriodView | None, sentence: str
) -> None:
    calendar = SchoolCalendar(today, active, (), covering)
    assert period_sentence(calendar) == sentence
    assert "is-warning" in banner_html(calendar)
    chosen = covering or active
    assert (f'href="/periods?period={chosen.id}"' if chosen else 'href="/periods"') in banner_html(
        calendar
    )


@pytest.mark.parametrize(
    ("active", "sentence"),
    [
        (YEAR, "Periode 2026/27 ist seit Fr 02.07.2027 zu Ende; 2027/28 beginnt am Mo 06.09.2027"),
        (None, "Keine Periode ist aktiv; 2027/28 beginnt am Mo 06.09.2027"),
    ],
)
def test_in_the_summer_the_coming_period_is_named(active: PeriodView | None, sentence: str) -> None:
    calendar = SchoolCalendar(date(2027, 7, 20), active, (), None, NEXT_YEAR)
    assert period_sentence(calendar) == sentence
    assert "is-warning" in banner_html(calendar)
    assert f'href="/periods?period={NEXT_YEAR.id}"' in banner_html(calendar)


def test_errors_of_the_core_are_told_in_the_readers_language_and_zone() -> None:
    refused = NotAllowedError(
        "This needs the role {role}; yours is {own}.", role=Role.ADMIN, own=Role.USER
    )
    assert (
        error_sentence(refused) == "Dafür braucht es die Rolle Administration; Ihre ist Betrachter."
    )
    long = InvalidInputError(
        "{name} has {length} characters; {limit} are allowed: shorten it.",
        field="title", name="title", length=300, limit=200,
    )  # fmt: skip
    assert error_sentence(long) == "Der Titel hat 300 Zeichen; erlaubt sind 200: bitte kürzen."
    late = InvalidInputError(
        "The end, {end}, is not after the start, {start}; give a later end.", end=NOW, start=NOW
    )
    assert "Mo 23.11. 08:00" in error_sentence(late, VIENNA)
    assert error_sentence(InvalidInputError("100 % untranslated")) == "100 % untranslated"


def test_typed_words_are_never_markup() -> None:
    assert literal("**fett** ![x](http://a.b) :red[rot]") == (
        r"\*\*fett\*\* \!\[x\](http\://a.b) \:red\[rot\]"
    )


@pytest.mark.parametrize("is_dark", [False, True])
def test_plots_have_axis_titles_and_our_colours(*, is_dark: bool) -> None:
    figure = plots.new_figure(x_title="Zeit", y_title="Temperatur (°C)", is_dark=is_dark)
    assert figure.layout.yaxis.title.text == "Temperatur (°C)"
    assert len(figure.layout.template.layout.colorway) == 7
