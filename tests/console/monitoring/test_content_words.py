"""Whether a screen shows what is planned, in icon, word and hint; never by colour alone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.monitoring.presenters.fleet import line_of_truth
from console.monitoring.presenters.fleet_table import fleet_table
from console.monitoring.presenters.groups import group_lines_html, troubled_groups
from console.monitoring.presenters.wall import wall_html
from console.screens.presenters.client import content_line
from console.words.content import ICONS, REASONS, WORDS, content_counts, content_html, content_mark
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.fleet_count import FleetFigures
from infoscreen_core.services.monitoring.views import ClientView, ContentView
from tests.support.fleet import NOW, client_view, count_of, picture_view

VIENNA = ZoneInfo("Europe/Vienna")
MINUTE = timedelta(minutes=1)
BEHIND = ContentView(
    Content.BEHIND, ContentReason.OTHER_EVENT, NOW - 12 * MINUTE, planned_title="Chor & Co."
)
RIGHT = ContentView(Content.AS_PLANNED, ContentReason.REPORTED, NOW - 60 * MINUTE)
UNSURE = ContentView(Content.UNKNOWN, ContentReason.PICTURE_STALE, NOW - MINUTE)


def screen(content: ContentView | None, number: int = 1, **changes: object) -> ClientView:
    return client_view(number, f"Aula {number}", content=content, **changes)


def test_each_answer_has_an_icon_and_a_word_and_each_reason_a_phrase() -> None:
    assert set(WORDS) == set(ICONS) == set(Content)
    assert set(REASONS) == set(ContentReason)
    assert len(set(ICONS.values())) == len(Content)


def test_what_is_not_as_planned_says_for_how_long_and_the_hint_says_why() -> None:
    html = content_html(BEHIND, VIENNA, now=NOW)
    assert ">≠</i>Nicht wie geplant seit 12 min</span>" in html
    assert 'title="zeigt einen anderen Termin · ' in html
    assert ">✓</i>Wie geplant</span>" in content_html(RIGHT, VIENNA, now=NOW)
    assert ">?</i>Inhalt unbekannt</span>" in content_html(UNSURE, VIENNA, now=NOW)
    assert content_html(None, VIENNA, now=NOW) == ""


def test_the_mark_on_a_picture_is_heard_and_missing_while_all_is_well() -> None:
    assert 'aria-label="Nicht wie geplant: zeigt einen anderen Termin"' in content_mark(BEHIND)
    assert content_mark(RIGHT) == content_mark(None) == ""
    assert content_mark(BEHIND) in wall_html([screen(BEHIND)], VIENNA, now=NOW)


def test_the_table_says_it_below_what_is_shown() -> None:
    html = fleet_table([screen(BEHIND, shown_title="Mathe 3B"), screen(None, 2)], VIENNA, now=NOW)
    assert "Mathe 3B" in html
    assert html.count("Nicht wie geplant") == 1


def test_before_the_first_screen_the_line_of_truth_counts_none() -> None:
    assert line_of_truth(count_of([]), 0) == "Kein Bildschirm ist in Betrieb · kein Vorfall"


def test_figures_and_the_line_of_truth_count_what_is_not_as_planned() -> None:
    fleet = count_of([screen(BEHIND), screen(BEHIND, 2), screen(RIGHT, 3), screen(UNSURE, 4)])
    assert line_of_truth(fleet, 0) == (
        "4 von 4 Bildschirmen laufen · kein Vorfall · 2 nicht wie geplant"
    )
    html = content_counts(fleet.contents)
    assert [text in html for text in ("2 nicht wie geplant", "1 zeigt Geplantes")] == [True, True]
    assert "1 mit unbekanntem Inhalt" in html
    assert content_counts(count_of([]).contents) == ""


def test_a_group_with_a_screen_that_is_not_as_planned_needs_somebody() -> None:
    figures = FleetFigures(
        count_of([]), {1: count_of([screen(BEHIND)]), 2: count_of([screen(RIGHT)])}
    )
    (line,) = troubled_groups(figures, {1: "Foyer", 2: "Aula"})
    assert line.name == "Foyer"
    assert "1 nicht wie geplant" in group_lines_html([line])
    assert "zeigt Geplantes" not in group_lines_html([line])


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", ["zeigt einen anderen Termin", "geplant: „Chor &amp; Co.“", "meldet „Mathe 3B“"]),
        ("en", ["shows another event", "planned: “Chor &amp; Co.”", "it reports “Mathe 3B”"]),
    ],
)
def test_a_screens_page_names_the_evidence(language: str, words: list[str]) -> None:
    old = picture_view("u", 1, NOW)
    view = screen(BEHIND, shown_title="Mathe 3B", picture=old)
    with use_language(language):
        html = content_line(view, VIENNA, now=NOW)
    assert [word for word in words if word not in html] == []
    assert content_line(screen(None), VIENNA, now=NOW) == ""
