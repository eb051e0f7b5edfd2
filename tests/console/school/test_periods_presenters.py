"""What the page on periods and holidays says, and how the year is drawn."""

from dataclasses import replace
from datetime import date

import pytest

from console.i18n import use_language
from console.school.presenters.holidays import (
    count_text,
    country_names,
    followed_text,
    holiday_html,
    is_worth_importing,
    narrowed,
    report_sentence,
    report_table,
)
from console.school.presenters.periods import (
    NO_PERIOD,
    BlockerLine,
    EventPlace,
    PeriodLine,
    activate_consequence,
    count_working_days,
    days_text,
    delete_consequence,
    find_line,
    in_order,
    next_year,
    period_html,
    periods_line,
    reasons_html,
    state_html,
)
from console.school.presenters.year_strip import FreeDays, strip_html, strip_sentence, strip_text
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.holiday_import import HolidayFormat, ImportRow
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.school.holiday_import import ImportReport
from infoscreen_core.services.school.views import HolidayView

pytestmark = pytest.mark.usefixtures("german")

YEAR = PeriodLine(
    id=3,
    name="Schuljahr 2026/27",
    kind=PeriodType.SCHULJAHR,
    first=date(2026, 9, 7),
    last=date(2027, 7, 2),
    is_active=True,
    is_archived=False,
    holiday_count=2,
    event_count=7,
    media_count=0,
)
OLD = replace(
    YEAR,
    id=1,
    name="Alt",
    first=date(2024, 9, 2),
    last=date(2025, 7, 4),
    is_active=False,
    is_archived=True,
)
NEXT = replace(
    YEAR,
    id=4,
    name="Neu",
    first=date(2027, 9, 6),
    last=date(2028, 7, 7),
    is_active=False,
    holiday_count=0,
)
OVER = replace(YEAR, is_active=False)
LOOSE = replace(YEAR, id=NO_PERIOD, name="", is_active=False)
AUTUMN = FreeDays("Herbstferien", date(2026, 10, 26), date(2026, 10, 31))
MARY = FreeDays("Mariä Empfängnis", date(2026, 12, 8), date(2026, 12, 8))
XMAS = FreeDays("Weihnachtsferien", date(2026, 12, 24), date(2027, 1, 6))
FREE = (AUTUMN, MARY, XMAS)


def test_archived_periods_follow_and_the_holidays_of_none_come_last() -> None:
    assert in_order([LOOSE, NEXT, OLD, YEAR]) == [YEAR, NEXT, OLD, LOOSE]


@pytest.mark.parametrize(
    ("lines", "wanted", "found"),
    [
        (
            [OVER, NEXT, replace(NEXT, id=5, first=date(2028, 9, 4), last=date(2029, 7, 6))],
            "",
            NEXT,
        ),
        ([OVER, LOOSE], "", OVER),
        ([YEAR, NEXT, OLD, LOOSE], "1", OLD),
        ([YEAR, NEXT, OLD, LOOSE], "0", LOOSE),
        ([YEAR, NEXT, OLD, LOOSE], "", YEAR),
        ([YEAR, NEXT, OLD, LOOSE], "x", YEAR),
        ([NEXT, OLD, LOOSE], "", NEXT),
        ([OLD, LOOSE], "", OLD),
        ([LOOSE], "7", LOOSE),
        ([], "", None),
    ],
)
def test_the_chosen_period_is_the_one_asked_for_then_the_active_the_first_not_over_the_newest(
    lines: list[PeriodLine], wanted: str, found: PeriodLine | None
) -> None:
    assert find_line(lines, wanted, date(2027, 7, 20)) == found


def test_state_is_told_by_sign_and_word() -> None:
    assert [
        next(
            (word for word in ("nicht aktiv", "archiviert", "aktiv") if word in state_html(line)),
            "",
        )
        for line in (YEAR, OLD, NEXT, LOOSE)
    ] == ["aktiv", "archiviert", "nicht aktiv", ""]
    assert "●" in state_html(YEAR)


def test_days_are_written_with_what_differs() -> None:
    assert days_text(date(2026, 12, 8), date(2026, 12, 8)) == "Di 08.12.2026"
    assert days_text(AUTUMN.first, AUTUMN.last) == "Mo 26.10. – Sa 31.10.2026"
    assert days_text(XMAS.first, XMAS.last) == "Do 24.12.2026 – Mi 06.01.2027"


def test_the_page_tells_in_one_line_what_is_in_force() -> None:
    assert periods_line([YEAR], date(2026, 9, 7)) == "Schuljahr 2026/27 ist aktiv."
    assert "heutige Tag liegt nicht darin" in periods_line([YEAR], date(2026, 9, 6))


@pytest.mark.parametrize(
    ("lines", "today", "sentence"),
    [
        (
            [OVER, NEXT],
            date(2027, 7, 2),
            "Keine Periode ist aktiv. Aktivieren Sie Schuljahr 2026/27: Diese läuft gerade.",
        ),
        (
            [OVER, NEXT],
            date(2027, 7, 20),
            "Keine Periode ist aktiv. Die nächste, Neu, beginnt am Mo 06.09.2027.",
        ),
        (
            [YEAR, NEXT],
            date(2027, 9, 6),
            (
                "Schuljahr 2026/27 ist aktiv, aber der heutige Tag liegt nicht darin."
                " Aktivieren Sie Neu: Diese läuft gerade."
            ),
        ),
        (
            [OLD, OVER, LOOSE],
            date(2029, 6, 1),
            "Keine Periode ist aktiv. Auch künftige gibt es keine: Legen Sie die nächste an.",
        ),
        (
            [],
            date(2029, 6, 1),
            "Keine Periode ist aktiv. Auch künftige gibt es keine: Legen Sie die nächste an.",
        ),
    ],
)
def test_the_page_says_what_to_do_where_no_period_covers_today(
    lines: list[PeriodLine], today: date, sentence: str
) -> None:
    assert periods_line(lines, today) == sentence


def test_consequences_are_named() -> None:
    assert activate_consequence(NEXT, [YEAR, NEXT]) == (
        "Neue Termine gehören dann zu Neu; Schuljahr 2026/27 ist nicht mehr aktiv."
    )
    assert activate_consequence(NEXT, [NEXT]) == "Neue Termine gehören dann zu Neu."
    assert delete_consequence(NEXT) == "Neu wird endgültig gelöscht."
    assert delete_consequence(OLD) == "Alt wird endgültig gelöscht und damit 2 Ferieneinträge."


def test_a_reason_leads_to_its_event_and_is_escaped() -> None:
    text = reasons_html(
        [BlockerLine("<b>", EventPlace(2, date(2026, 11, 23))), BlockerLine("ohne Weg")]
    )
    assert 'href="/calendar?group=2&amp;date=2026-11-23"' in text
    assert "<b>" not in text
    assert text.count("<a ") == 1


def test_the_next_year_begins_on_a_monday_in_september_and_ends_on_a_friday_in_july() -> None:
    assert next_year([YEAR, OLD], date(2026, 11, 23)) == (
        "Schuljahr 2027/28",
        date(2027, 9, 6),
        date(2028, 7, 7),
    )
    assert next_year([], date(2026, 3, 1))[1] == date(2026, 9, 7)


@pytest.mark.parametrize(
    ("today", "name"),
    [(date(2027, 7, 20), "Schuljahr 2027/28"), (date(2029, 6, 1), "Schuljahr 2028/29")],
)
def test_a_next_year_that_is_over_already_is_not_proposed(today: date, name: str) -> None:
    assert next_year([YEAR, OLD], today)[0] == name


def test_a_period_in_the_list_is_escaped_and_counted() -> None:
    assert 'data-label="Termine">7</div>' in period_html(YEAR)
    assert "Schuljahr" not in period_html(LOOSE)


def test_working_days_are_counted_once_each() -> None:
    spans = [
        (AUTUMN.first, AUTUMN.last),
        (date(2026, 10, 26), date(2026, 10, 26)),
        (MARY.first, MARY.last),
    ]
    assert count_working_days(spans) == 6


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 10, 20), "; als Nächstes: Herbstferien ab Mo 26.10. (in 6 Tagen)."),
        (date(2026, 12, 1), "; als Nächstes: Mariä Empfängnis am Di 08.12. (in 7 Tagen)."),
        (date(2026, 10, 27), "; jetzt: Herbstferien bis Sa 31.10."),
        (date(2027, 3, 1), "frei."),
    ],
)
def test_the_strip_says_how_much_is_free_and_what_comes_next(today: date, end: str) -> None:
    said = strip_sentence(YEAR.first, YEAR.last, FREE, today)
    assert said.startswith("16 von 215 Tagen von Montag bis Freitag sind frei")
    assert said.endswith(end)


def test_without_holidays_the_strip_says_what_that_means() -> None:
    assert strip_sentence(YEAR.first, YEAR.last, (), YEAR.first).startswith(
        "Es sind keine Ferien eingetragen"
    )
    assert strip_text("2026/27", ()) == "2026/27: es sind keine freien Tage eingetragen"


def test_the_strip_draws_each_holiday_at_its_place_and_names_the_longer_ones() -> None:
    text = strip_html("2026/27", YEAR.first, YEAR.last, FREE, date(2026, 11, 23))
    assert text.count('class="is-year-month"') == 11
    assert [text.count(f">{year}</span>") for year in (2026, 2027)] == [1, 1]
    assert text.count('<i class="is-year-free" style') == 2
    assert text.count('<i class="is-year-day" style') == 1
    assert 'title="Herbstferien, Mo 26.10. – Sa 31.10.2026"' in text
    assert ">Herbstferien</span>" in text
    assert ">Mariä Empfängnis</span>" not in text
    assert 'title="Heute, Mo 23.11."' in text
    assert 'aria-label="2026/27: Herbstferien: Mo 26.10. – Sa 31.10.2026; ' in text


def test_the_strip_leaves_out_what_it_cannot_show() -> None:
    later = FreeDays("Später", date(2030, 1, 1), date(2030, 1, 5))
    text = strip_html("2026/27", YEAR.first, YEAR.last, [later], date(2030, 1, 1))
    assert '<i class="is-year-free" style' not in text
    assert '<i class="is-year-today" style' not in text


def test_names_that_would_run_into_each_other_go_to_the_next_lane_or_stay_tooltips() -> None:
    crowd = [
        FreeDays(f"Lange Ferien {n}", date(2026, 10, n * 3), date(2026, 10, n * 3 + 1))
        for n in (1, 2, 3)
    ]
    text = strip_html("2026/27", YEAR.first, YEAR.last, crowd, YEAR.first)
    assert (text.count("is-lane-0"), text.count("is-lane-1")) == (1, 1)
    assert text.count('<i class="is-year-free" style') == 3


def test_what_a_file_named_is_escaped() -> None:
    evil = HolidayView("<b>x", date(2026, 1, 1), date(2026, 1, 1), region="<i>", source="<u>")
    free = FreeDays("<b>x", date(2026, 10, 1), date(2026, 10, 5))
    text = holiday_html(evil) + strip_html("<u>", YEAR.first, YEAR.last, [free], YEAR.first)
    assert not any(mark in text for mark in ("<b>x", "<i>", "<u>"))


@pytest.mark.parametrize("search", ["wien", "2026-10-26", "26.10.", "ferien.csv", "herbst", ""])
def test_a_holiday_is_found_by_all_that_stands_in_its_line(search: str) -> None:
    line = HolidayView(
        "Herbstferien", AUTUMN.first, AUTUMN.last, region="Wien", source="Ferien.csv"
    )
    assert narrowed([line], search) == [line]
    assert narrowed([line], "ostern") == []


def test_numbers_of_holidays_and_events_are_told() -> None:
    assert (count_text(1, 1), count_text(2, 5)) == ("1 Eintrag", "2 von 5 Einträgen")
    assert followed_text(0) == ""
    assert followed_text(1) == " 1 Termin richtet sich danach."
    assert followed_text(12) == " 12 Termine richten sich danach."


def _report(*outcomes: Outcome, updated: int = 0) -> ImportReport:
    holiday = Holiday(name="Ostern", start_date=date(2027, 3, 20), end_date=date(2027, 3, 29))
    rows = [
        ImportRow(number, outcome, Sentence("It is new."), holiday)
        for number, outcome in enumerate(outcomes, start=1)
    ]
    return ImportReport(HolidayFormat.TABLE, rows, updated)


def test_an_import_is_summed_up_without_zeros() -> None:
    assert report_sentence(_report(Outcome.INSERTED, Outcome.CONFLICT)) == (
        "Tabelle (CSV oder TXT): 1 neu · 1 Konflikt"
    )
    assert report_sentence(
        _report(Outcome.MERGED, Outcome.SKIPPED, Outcome.INVALID, updated=1)
    ).endswith("1 vereint · 1 gespeicherter ändert sich · 1 übersprungen · 1 falsche Zeile")


def test_lines_that_need_a_person_stand_first() -> None:
    text = report_table(
        _report(Outcome.INSERTED, Outcome.SKIPPED, Outcome.CONFLICT, Outcome.INVALID)
    )
    places = [text.index(f"</i>{word}") for word in ("falsch", "Konflikt", "übersprungen", "neu")]
    assert places == sorted(places)


def test_of_a_very_long_list_the_first_lines_are_shown_and_the_others_counted() -> None:
    text = report_table(_report(Outcome.INVALID, *[Outcome.INSERTED] * 250))
    assert text.count("<tr>") == 201
    assert "falsch" in text
    assert "und 51 weitere Zeilen" in text


@pytest.mark.parametrize(
    ("outcomes", "is_worth"),
    [
        ((Outcome.INSERTED, Outcome.CONFLICT), True),
        ((Outcome.MERGED,), True),
        ((Outcome.SKIPPED, Outcome.CONFLICT), False),
        ((Outcome.INSERTED, Outcome.INVALID), False),
    ],
)
def test_what_changes_nothing_or_is_wrong_cannot_be_imported(
    outcomes: tuple[Outcome, ...], is_worth: bool
) -> None:
    assert is_worth_importing(_report(*outcomes)) is is_worth


def test_countries_are_named_and_sorted_in_the_readers_language() -> None:
    assert list(country_names(["US", "AT", "DE"]).values()) == [
        "Deutschland",
        "Österreich",
        "Vereinigte Staaten",
    ]
    with use_language("en"):
        assert list(country_names(["US", "AT", "DE"]).values()) == [
            "Austria",
            "Germany",
            "United States",
        ]
