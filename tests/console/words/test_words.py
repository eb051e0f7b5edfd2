"""How things are written and coloured anywhere: status, event types, errors, markup, plots."""

import re
from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from console.analysis.presenters.heat_map import INK, SCALE
from console.i18n import use_language
from console.monitoring.presenters.incidents import advice_for
from console.words import html, plots
from console.words.errors import error_sentence
from console.words.event_types import EVENT_TYPES, event_type_word
from console.words.markdown import literal
from console.words.status import STATUSES, reason_text, status_html
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.monitoring.fleet_wish import URGENCY
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.status_words import REASON_WORDS
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.words import SCREEN_HEALTH_WORDS
from infoscreen_core.errors import InvalidInputError, NotAllowedError
from tests.support.monitoring.plots import checked

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_every_status_and_reason_has_its_words() -> None:
    assert tuple(STATUSES) == URGENCY
    assert set(REASON_WORDS) == set(StatusReason)
    assert set(SCREEN_HEALTH_WORDS) == set(ScreenHealth)
    for reason in StatusReason:
        assert reason_text(reason)
        assert advice_for(reason, may_act=True)


def test_advice_names_only_what_its_reader_can_do() -> None:
    with use_language("en"):
        for reason in StatusReason:
            told = advice_for(reason, may_act=False)
            assert not re.search(r"its log|reboot|restart|Screens & groups|set-up", told) or (
                "administrator" in told
            )
        assert advice_for(StatusReason.HEARTBEAT_STALE, may_act=False) == (
            "check power and network on site"
        )


def test_status_is_never_colour_alone() -> None:
    assert re.sub("<[^>]+>", " ", status_html(Status.WARNING)).split() == ["▲", "Warnung"]
    assert ">▲<" in status_html(Status.WARNING)
    assert ">Warnung<" in status_html(Status.WARNING)
    assert len({style.icon for style in STATUSES.values()}) == len(STATUSES)


def test_status_colours_can_be_read_on_both_grounds() -> None:
    for style in STATUSES.values():
        assert _contrast(style.color, "#FFFFFF") >= 3
        assert _contrast(style.dark_color, "#1B2129") >= 4.5


def test_numbers_can_be_read_on_every_colour_of_the_heat_map() -> None:
    assert all(_contrast(color, INK) >= 4.5 for _place, color in SCALE)


def test_event_types_have_a_colour_of_their_own_that_carries_white_text() -> None:
    assert set(EVENT_TYPES) == set(EventType)
    for style in EVENT_TYPES.values():
        assert _contrast(style.color, "#FFFFFF") >= 4.5
    for one, other in combinations(EVENT_TYPES.values(), 2):
        assert (one.color, one.glyph, one.word) != (other.color, other.glyph, other.word)
    assert event_type_word(EventType.MESSAGE) == "Mitteilung"


def test_the_health_bar_has_a_text_of_its_own() -> None:
    text = html.health_bar({Status.HEALTHY: 3, Status.OFFLINE: 1})
    assert 'aria-label="In Ordnung 3/4, Offline 1/4"' in text


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
    made = plots.new_figure(x_title="Zeit", y_title="Temperatur (°C)", is_dark=is_dark)
    figure = checked(made)
    assert figure.layout.yaxis.title.text == "Temperatur (°C)"
    assert len(figure.layout.template.layout.colorway) == 7


def test_columns_of_numbers_stand_on_the_right_and_nothing_else_does() -> None:
    heads = ("Raum", "Ausfälle", "Dauer", "Tag", "Version", "Nichts")
    rows = (
        ("Aula", "1.234", "2 h 05 min", "29.11.2026", "1.20.1", "–"),
        ("12", "–", "45 s", "08:00", "2", ""),
    )
    text = html.table(heads, rows, caption="Räume")
    on_the_right = re.findall(r'<th scope="col" class="is-number">([^<]*)</th>', text)
    assert on_the_right == ["Ausfälle", "Dauer"]
    assert text.count('<td class="is-number"') == 4
    assert '<td data-label="Tag">29.11.2026</td>' in text


def test_a_number_with_a_line_below_is_a_number() -> None:
    text = html.table(("Abbrüche",), [("3<div>vor 5 min</div>",), ("0",)], caption="Abbrüche")
    assert text.count('class="is-number"') == 3


@pytest.mark.parametrize(("counts", "step"), [((1, 0), 1), ((2, 3), None), ((0, 0), 1)])
def test_an_axis_of_counts_has_no_mark_between_two_numbers(
    counts: tuple[int, int], step: int | None
) -> None:
    made = plots.new_figure(x_title="Tag", y_title="Befehle")
    for count in counts:
        made.add("bar", x=["Mo"], y=[count])
    plots.set_counts_axis(made)
    assert checked(made).layout.yaxis.dtick == step
