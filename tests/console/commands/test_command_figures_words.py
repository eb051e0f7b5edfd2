"""Figures of commands as sentences, tables and pictures."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.commands.asked import Question, query_of_files, read_division, read_question
from console.commands.presenters import errors, success, waits
from console.commands.presenters.spans import read_span, span_sentence
from console.words.commands import STATE_LOOKS, error_word
from infoscreen_core.domain.commands.figures import JUDGED, Division, Success, Waits
from infoscreen_core.domain.commands.lifecycle import ERROR_OF, Action, State
from infoscreen_core.services.commands.figures import EndCount, ErrorCount
from tests.support.monitoring.plots import checked

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REBOOT, APP = Action.REBOOT_HOST, Action.RESTART_APP


def all_back(found: waits.Found) -> waits.Ends:
    return {kind: Success(one.total, one.total, 0) for kind, one in found.items()}


def test_each_state_has_a_look_each_code_of_ours_a_word_and_each_end_a_colour() -> None:
    assert set(STATE_LOOKS) == set(State)
    assert not [code for code, _text in ERROR_OF.values() if error_word(code) == code]
    assert set(success.COLORS) == JUDGED
    assert error_word("odd_code") == "odd_code"
    assert error_word(None) == "Ohne Code"


def test_ends_stand_in_bars_of_the_schools_days_and_weeks() -> None:
    late = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)  # midnight in Vienna: Monday has begun
    found = [
        EndCount(late, State.COMPLETED, 2),
        EndCount(late - HOUR, State.COMPLETED, 1),
        EndCount(late - HOUR, State.FAILED, 1),
    ]
    by_day = success.ends_in_bars(found, 30 * DAY, VIENNA)
    assert by_day.counts[State.COMPLETED] == {
        datetime(2026, 11, 23): 2,
        datetime(2026, 11, 22): 1,
    }
    by_week = success.ends_in_bars(found, 90 * DAY, VIENNA)
    assert by_week.counts[State.COMPLETED] == {
        datetime(2026, 11, 23): 2,
        datetime(2026, 11, 16): 1,
    }
    by_hour = success.ends_in_bars(found, DAY, VIENNA)
    assert by_hour.counts[State.FAILED] == {datetime(2026, 11, 22, 23): 1}
    table = success.success_table(by_week, "Zahlen")
    assert table.index("Woche ab Mo 23.11.2026") < table.index("Woche ab Mo 16.11.2026")
    assert len(checked(success.success_figure(by_hour, is_dark=True)).data) == 2


def test_the_bars_are_told_apart_without_their_colours() -> None:
    found = [EndCount(NOW, state, 1) for state in JUDGED]
    bars = checked(
        success.success_figure(success.ends_in_bars(found, DAY, VIENNA), is_dark=False)
    ).data
    assert len({bar.marker.pattern.shape for bar in bars}) == len(bars) == len(JUDGED)


def test_the_sentence_on_success_says_what_does_not_count() -> None:
    one = success.ends_in_bars([EndCount(NOW, State.COMPLETED, 1)], DAY, VIENNA)
    assert success.success_sentence(one, "heute") == "1 von 1 Befehl heute gelang (100,0 %)."
    several = [
        EndCount(NOW, State.COMPLETED, 2),
        EndCount(NOW, State.EXPIRED, 1),
        EndCount(NOW, State.CANCELED, 1),
    ]
    said = success.success_sentence(success.ends_in_bars(several, DAY, VIENNA), "heute")
    assert said.startswith("2 von 3 Befehlen heute gelangen (66,7 %). 1 abgebrochener")
    nothing = success.ends_in_bars([], DAY, VIENNA)
    assert "Kein Befehl heute" in success.success_sentence(nothing, "heute")


def test_the_slowest_kind_is_named_if_enough_is_known_of_several() -> None:
    found = {
        (REBOOT, "Pi 3"): Waits({80: 6}),
        (REBOOT, "Pi 4"): Waits({40: 9}),
        (REBOOT, "Pi 5"): Waits({200: 1}),
        (APP, None): Waits({8: 5}),
    }
    ends = all_back(found)
    said = waits.waits_sentence(found, ends, Division.MODEL)
    assert "Am langsamsten beim Neustart: Pi 3, die Hälfte binnen 80 s." in said
    assert "App-Neustart: Die Hälfte der Bildschirme war binnen 8 s zurück" in said
    assert "Am langsamsten" not in waits.waits_sentence(found, ends, Division.NONE)
    figure = checked(waits.waits_figure(found, Division.MODEL, is_dark=False))
    assert [box.type for box in figure.data] == ["box", "box"]
    assert list(figure.data[0].median) == [40, 80, 200]
    assert "Unbekannt" in waits.waits_table(found, ends, Division.MODEL, "Zeiten")
    bars = checked(waits.waits_figure(found, Division.NONE, is_dark=True))
    assert dict(zip(bars.data[0].x, bars.data[0].y, strict=True)) == {40: 9, 80: 6, 200: 1}


def test_who_never_came_back_is_told_and_stands_in_the_table_with_the_rate() -> None:
    found: waits.Found = {(REBOOT, "Pi 4"): Waits({40: 9})}
    ends: waits.Ends = {
        (REBOOT, "Pi 4"): Success(9, 10, 3),
        (REBOOT, "Pi 5"): Success(0, 1, 0),
        (APP, "Pi 5"): Success(0, 0, 2),
        (Action.SHUTDOWN_HOST, "Pi 4"): Success(0, 4, 0),
    }
    said = waits.waits_sentence(found, ends, Division.MODEL)
    assert "2, die misslangen oder nicht rechtzeitig zurück waren, zählen nicht mit." in said
    rows = waits.waits_table(found, ends, Division.MODEL, "Zeiten").split("<tr>")[2:]
    assert [row.count("–") for row in rows] == [0, 2, 2]
    assert "90,0" in rows[0]
    assert "Pi 5" in rows[2]
    none = waits.waits_sentence({}, ends, Division.NONE)
    assert none.startswith("Von keinem Neustart")
    assert not waits.how_to_read(Division.NONE)
    assert "Version von heute" in waits.how_to_read(Division.VERSION)


def test_only_the_kinds_with_most_commands_are_drawn_and_the_table_has_all() -> None:
    found: waits.Found = {(REBOOT, f"<{number}>"): Waits({30: number}) for number in range(1, 31)}
    figure = checked(waits.waits_figure(found, Division.VERSION, is_dark=False))
    assert len(figure.data[0].y) == waits.SHOWN
    assert figure.data[0].y[0] == "&lt;30&gt;"
    assert "&lt;1&gt;" in waits.waits_table(found, all_back(found), Division.VERSION, "Zeiten")


def test_errors_are_named_and_players_own_codes_are_shown_as_they_came() -> None:
    found = [
        ErrorCount("ack_timeout", State.TIMED_OUT, 3),
        ErrorCount("<odd>", State.FAILED, 1),
    ]
    assert errors.errors_sentence(found) == (
        "4 Befehle wurden nicht ausgeführt; am häufigsten: Nicht rechtzeitig bestätigt (3)."
    )
    assert "&lt;odd&gt;" in errors.errors_table(found, "Fehler")
    ticks = checked(errors.errors_figure(found, is_dark=False)).layout.yaxis.ticktext
    assert list(ticks) == ["Nicht rechtzeitig bestätigt", "&lt;odd&gt;"]


def test_the_span_is_what_the_address_says() -> None:
    assert span_sentence(read_span(days="7", start=None, end=None), VIENNA, now=NOW) == (
        "in den letzten 7 Tagen"
    )
    part = read_span(days=None, start="20261123T070000Z", end="20261123T080000Z")
    assert span_sentence(part, VIENNA, now=NOW) == "08:00–09:00"
    assert (part.start(NOW), part.end()) == (NOW, NOW + HOUR)
    backwards = read_span(days="5", start="20261123T080000Z", end="20261123T070000Z")
    assert (backwards.days, backwards.part) == (30, None)


def test_a_file_is_asked_for_what_the_page_shows_with_a_fixed_end() -> None:
    asked = query_of_files({"days": "1", "text": "Aula", "view": "figures", "page": "2"}, NOW)
    assert asked == {"text": "Aula", "from": "20261122T070000Z", "to": "20261123T070000Z"}
    wanted = read_question(asked).wanted(NOW)
    assert (wanted.start, wanted.end, wanted.text) == (NOW - DAY, NOW, "aula")
    assert read_division({"divide": "model"}) is Division.MODEL
    assert read_division({"divide": "odd"}) is Division.NONE
    assert not Question(read_question({}).span).is_narrowed
