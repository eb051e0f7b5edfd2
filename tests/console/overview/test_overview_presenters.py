"""The overview: the card of each group."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.monitoring.presenters.fleet import FleetFilter
from console.overview.presenters.cards import GroupCard, card_html, list_html, visible_cards
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services.playing.views import PlayingItem
from tests.support.fleet import HEALTHY, OFFLINE, PENDING, WARNING, picture_view

pytestmark = pytest.mark.usefixtures("german")

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def _item(title: str, minutes: int, kind: EventType = EventType.WEBSITE) -> PlayingItem:
    return PlayingItem(
        1, NOW - timedelta(minutes=20), NOW + timedelta(minutes=minutes), title, kind, 0
    )


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
    groups[1] = replace(groups[1], clients=(PENDING, RETIRED))
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == ["Foyer"]
    groups[1] = replace(groups[1], clients=(PENDING, HEALTHY))
    assert [card.name for card in visible_cards(groups, FleetFilter.ALL)] == [
        "Foyer",
        "Nicht zugeordnet",
    ]
    assert visible_cards(groups, FleetFilter.OFFLINE) == []
