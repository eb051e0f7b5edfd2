"""The banner of an emergency, and what is said before and after raising or ending one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.emergency.presenters.banner import banner_html, confirmed_line, screens_html
from console.emergency.presenters.consequences import (
    duration_word,
    end_sentences,
    preview_html,
    raise_label,
    raise_sentences,
)
from infoscreen_core.domain.events.emergency import DURATIONS, UNTIL_ENDED
from infoscreen_core.domain.events.event import Severity
from infoscreen_core.domain.monitoring.showing import Showing, Shown
from infoscreen_core.services.playing.emergency_orders import EmergencyOrder
from infoscreen_core.services.playing.views import (
    EmergencyReach,
    EmergencyView,
    Interrupted,
    WatchedScreen,
)

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
BEGAN = NOW - timedelta(minutes=5)
SAID = BEGAN + timedelta(seconds=4)


def screen(name: str, state: Showing, at: datetime | None = None) -> WatchedScreen:
    return WatchedScreen(f"uuid-{name}", name, "Aula", Shown(state, at))


FIRE = EmergencyView(
    title="Feuer <sofort raus>",
    text="Feuer <sofort raus>",
    look=Severity.EMERGENCY,
    start=BEGAN,
    end=NOW + timedelta(minutes=40),
    is_series=False,
    event_ids=(1, 2),
    group_names=("Aula", "Hof"),
    screens=(
        screen("Links", Showing.REPORTED, SAID),
        screen("<b>", Showing.OFFLINE, NOW - timedelta(minutes=9)),
        screen("Mitte", Showing.PICTURED, SAID),
    ),
)
ORDER = EmergencyOrder(
    text="Feuer <raus>", look=Severity.WARNING, group_ids=(1,), duration=DURATIONS[0]
)


def test_the_banner_says_what_where_since_when_and_until_when() -> None:
    banner = banner_html(FIRE, VIENNA, now=NOW)
    assert "Notfall läuft: Feuer &lt;sofort raus&gt;" in banner
    assert "Aula, Hof</span> · seit 07:55 · bis 08:40" in banner
    many = replace(FIRE, group_names=tuple(f"Raum {n}" for n in range(9)))
    assert ">9 Raumgruppen</span>" in banner_html(many, VIENNA, now=NOW)
    endless = replace(FIRE, end=BEGAN + UNTIL_ENDED)
    assert "bis er beendet wird, längstens bis Mi 23.12. 07:55" in banner_html(
        endless, VIENNA, now=NOW
    )


def test_screens_that_are_not_known_to_show_it_come_first_with_their_state() -> None:
    assert confirmed_line(FIRE) == "Bestätigt von 2 von 3 Bildschirmen"
    text = screens_html(FIRE, VIENNA, now=NOW, is_full=True)
    assert "&lt;b&gt;</a>" in text
    assert "offline seit 07:51" in text
    assert "Meldung 07:55:04" in text
    assert "Bild 07:55:04" in text
    assert text.index("offline seit") < text.index("Links") < text.index("Mitte")
    assert "Aula – " in text
    one = replace(FIRE, group_names=("Aula",))
    assert "Aula" not in screens_html(one, VIENNA, now=NOW, is_full=True)
    assert "kein Bildschirm" in confirmed_line(replace(FIRE, screens=()))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (Showing.NOT_YET, "noch keine Meldung seit Beginn"),
        (Showing.BROKEN, "Anzeige abgestürzt oder Bild schwarz"),
        (Showing.TV_OFF, "Fernseher ist aus"),
        (Showing.OFFLINE, "hat sich noch nie gemeldet"),
    ],
)
def test_a_state_needs_no_instant(state: Showing, words: str) -> None:
    view = replace(FIRE, screens=(screen("Links", state),))
    assert words in screens_html(view, VIENNA, now=NOW, is_full=False)


def test_unasked_it_lists_some_of_those_that_are_not_known_to_show_it() -> None:
    assert "Links" not in screens_html(FIRE, VIENNA, now=NOW, is_full=False)
    all_well = replace(FIRE, screens=FIRE.confirmed)
    assert screens_html(all_well, VIENNA, now=NOW, is_full=False) == ""
    silent = tuple(screen(str(number), Showing.NOT_YET) for number in range(15))
    text = screens_html(replace(FIRE, screens=silent), VIENNA, now=NOW, is_full=False)
    assert text.count("noch keine Meldung") == 12
    assert "und 3 weitere" in text


def test_before_the_second_click_it_says_whom_it_reaches_and_what_steps_aside() -> None:
    ends = NOW + timedelta(minutes=10)
    lessons = (
        *(Interrupted(f"Raum {n}", "Film", ends, is_emergency=False) for n in range(2)),
        *(Interrupted("Labor", f"Mathe {n}", ends, is_emergency=False) for n in range(6)),
    )
    former = Interrupted("Hof", "Wasser", NOW + timedelta(hours=1), is_emergency=True)
    reach = EmergencyReach(2, 6, 2, (*lessons, former))
    told = raise_sentences(ORDER, reach, ["Aula", "Hof"], VIENNA, now=NOW)
    assert told == [
        "6 Bildschirme (Aula, Hof) zeigen sofort nur noch diese Meldung, bis 08:15.",
        "Beendet den Notfall „Wasser“ (Hof, bis 09:00).",
        "Unterbricht „Film“ (Raum 0, Raum 1, bis 08:10), "
        + ", ".join(f"„Mathe {n}“ (Labor, bis 08:10)" for n in range(4))
        + " und 2 weitere.",
        "2 davon sind offline und zeigen ihn erst, wenn sie wieder da sind.",
    ]
    assert raise_label(reach) == "Notfall auf 6 Bildschirmen auslösen"
    quiet = raise_sentences(ORDER, EmergencyReach(1, 1, 0, ()), ["Aula"], VIENNA, now=NOW)
    assert quiet[1:] == ["Sonst läuft dort gerade nichts."]
    endless = replace(ORDER, duration=UNTIL_ENDED)
    (first, *_) = raise_sentences(endless, reach, ["Aula"], VIENNA, now=NOW)
    assert "bis er beendet wird, längstens bis" in first


def test_the_message_is_seen_as_it_will_look() -> None:
    assert preview_html(ORDER) == (
        '<p class="is-message is-message-warning">Feuer &lt;raus&gt;</p>'
    )


def test_durations_are_offered_in_words() -> None:
    assert [duration_word(one) for one in (*DURATIONS, UNTIL_ENDED)] == [
        "15 min",
        "30 min",
        "1 h",
        "bis beendet",
    ]


def test_before_it_ends_it_says_where_and_that_a_series_goes_on() -> None:
    assert end_sentences(FIRE) == [
        "Er verschwindet sofort von 3 Bildschirmen (Aula, Hof), die dann wieder dem Plan folgen."
    ]
    assert end_sentences(replace(FIRE, is_series=True))[1:] == [
        "Nur dieser Termin der Serie endet."
    ]
