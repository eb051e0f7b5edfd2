"""The overview: the card of each group."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.overview.presenters.cards import (
    GroupCard,
    Ways,
    card_html,
    list_html,
    visible_cards,
)
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.playing.views import PlayingItem
from tests.support.fleet import HEALTHY, PENDING, RETIRED, WARNING, count_of

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
WAYS = Ways(screens="monitoring", may_plan=True)
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def _item(title: str, minutes: int, kind: EventType = EventType.WEBSITE) -> PlayingItem:
    return PlayingItem(
        1, NOW - timedelta(minutes=20), NOW + timedelta(minutes=minutes), title, kind, 0
    )


def _card(
    group_id: int | None,
    name: str,
    screens: Sequence[ClientView],
    playing: tuple[PlayingItem, ...] = (),
    coming: PlayingItem | None = None,
) -> GroupCard:
    return GroupCard(group_id, name, count_of(screens), playing, coming)


def test_a_card_says_what_plays_until_when_and_what_comes_next() -> None:
    card = replace(
        _card(1, "Foyer <1>", (HEALTHY, WARNING), (_item("Mathe & Co", 100),), _item("Film", 200)),
        shown=HEALTHY,
        troubled=(WARNING,),
    )
    text = card_html(card, WAYS, VIENNA, now=NOW)
    assert "Foyer &lt;1&gt;" in text
    assert "Mathe &amp; Co" in text
    assert "bis 09:40" in text
    assert "/screenshots/u/1.jpg" in text
    assert "Fehler im Protokoll" in text


def test_a_card_leads_to_its_screens_its_calendar_and_the_form_for_an_event() -> None:
    card = _card(7, "Foyer & Co", (HEALTHY, WARNING))
    text = card_html(card, WAYS, VIENNA, now=NOW)
    assert 'href="/monitoring?group=7"' in text
    assert 'href="/calendar?group=7"' in text
    assert 'href="/calendar?group=7&amp;new=1"' in text
    assert '>Termin planen<span class="is-hidden"> für Foyer &amp; Co</span></a>' in text
    looking = card_html(card, Ways(screens=None, may_plan=False), VIENNA, now=NOW)
    assert "/monitoring" not in looking
    assert "new=1" not in looking
    assert 'href="/calendar?group=7"' in looking


def test_unassigned_screens_lead_to_their_list_only() -> None:
    text = card_html(_card(None, "", (HEALTHY,)), WAYS, VIENNA, now=NOW)
    assert 'href="/monitoring?group=none"' in text
    assert "/calendar" not in text


def test_a_group_in_the_table_is_a_row_that_leads_to_its_screens() -> None:
    full, empty = (_card(7, "Foyer", screens) for screens in ((HEALTHY,), ()))
    assert '<a class="is-row" href="/monitoring?group=7"' in list_html(
        [full], WAYS, VIENNA, now=NOW
    )
    assert '<a class="is-row" href="/calendar?group=7"' in list_html([empty], WAYS, VIENNA, now=NOW)


def test_counts_have_their_word() -> None:
    card = _card(1, "Foyer", (HEALTHY, HEALTHY, WARNING, PENDING))
    text = card_html(card, WAYS, VIENNA, now=NOW)
    assert "●</i>2 In Ordnung" in text
    assert "▲</i>1 Warnung" in text


def test_a_card_without_anything_says_so() -> None:
    text = card_html(_card(1, "Leer", ()), WAYS, VIENNA, now=NOW)
    assert "Gerade nichts geplant" in text
    assert "nichts weiter in den nächsten 7 Tagen" in text
    assert "keine Bildschirme in dieser Raumgruppe" in text


def test_many_events_at_once_are_counted_not_listed() -> None:
    card = _card(1, "Voll", (HEALTHY,), tuple(_item(f"Nummer {n}", 10 + n) for n in range(5)))
    text = card_html(card, WAYS, VIENNA, now=NOW)
    assert "Nummer 2" in text
    assert "Nummer 3" not in text
    assert "und 2 weitere" in text
    assert "Nummer 0" in list_html([card], WAYS, VIENNA, now=NOW)


def test_a_card_names_some_screens_in_trouble_and_counts_the_others() -> None:
    card = replace(_card(1, "Foyer", [WARNING] * 5), troubled=(WARNING,) * 3)
    text = card_html(card, WAYS, VIENNA, now=NOW)
    assert text.count("Fehler im Protokoll") == 3
    assert "und 2 weitere" in text


def test_unassigned_screens_stand_last_and_only_when_there_are_any() -> None:
    groups = [_card(1, "Foyer", ()), _card(None, "", ())]
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == ["Foyer"]
    groups[1] = replace(groups[1], count=count_of([PENDING, RETIRED]))
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == ["Foyer"]
    groups[1] = replace(groups[1], count=count_of([PENDING, HEALTHY]))
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == [
        "Foyer",
        "Nicht zugeordnet",
    ]
    assert visible_cards(groups, FleetFilter.OFFLINE) == []
