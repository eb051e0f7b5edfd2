"""Whatever the fleet, every page says the same numbers about it."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.i18n import use_language
from console.monitoring.presenters.fleet import (
    IN_SERVICE_FILTERS,
    FleetFilter,
    filter_labels,
    line_of_truth,
    matches,
)
from console.monitoring.presenters.fleet_table import fleet_table, totals_html
from console.overview.presenters.cards import GroupCard, Ways, card_html, visible_cards
from console.screens.presenters.rows import RosterQuery, approved_rows, narrowed, pending_rows
from console.screens.presenters.words import roster_line
from console.words.status import STATUSES, status_word
from infoscreen_core.domain.monitoring.fleet_count import count_fleet
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring.views import ClientView
from tests.support.fleet import client_view

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WAYS = Ways(screens="monitoring", may_plan=True)
GROUPS = {1: "Foyer", 2: "Aula", None: ""}


@st.composite
def _fleets(draw: st.DrawFn) -> list[ClientView]:
    """Players of every kind; one that is not approved has no group, an inactive one is offline."""
    fleet = []
    for number in range(draw(st.integers(0, 12))):
        standing = draw(st.sampled_from(Standing))
        is_approved = standing in {Standing.IN_SERVICE, Standing.OUT_OF_SERVICE}
        is_active = standing is not Standing.OUT_OF_SERVICE
        group_id = draw(st.sampled_from(list(GROUPS))) if is_approved else None
        view = client_view(number + 1, f"Schirm {number}", group_id=group_id)
        status = draw(st.sampled_from(Status)) if is_active else Status.OFFLINE
        reason = StatusReason.ALL_WELL if is_active else StatusReason.DEACTIVATED
        fleet.append(
            replace(
                view,
                group_name=GROUPS[group_id] or None,
                is_approved=is_approved,
                is_active=is_active,
                status=status,
                reason=reason,
                warn_count=draw(st.integers(0, 9)),
            )
        )
    return fleet


def _number_before(text: str, word: str) -> int:
    found = re.search(rf"<b>(\d+)</b><span>(?:<i[^>]*>.</i> )?{word}", text)
    assert found, (word, text)
    return int(found[1])


def _labelled(fleet: list[ClientView]) -> dict[FleetFilter, int]:
    return {
        chosen: int(label.rsplit(" ", 1)[1])
        for chosen, label in filter_labels(fleet, FleetFilter).items()
    }


def _cards(fleet: list[ClientView]) -> list[GroupCard]:
    return [
        GroupCard(group_id, name, tuple(c for c in fleet if c.group_id == group_id), (), None)
        for group_id, name in GROUPS.items()
    ]


@given(_fleets())
def test_overview_monitoring_and_screens_say_the_same_numbers(fleet: list[ClientView]) -> None:
    with use_language("de"):
        running, total = map(int, re.findall(r"\d+", line_of_truth(fleet, 0))[:2])
        labels = _labelled(fleet)
        tiles = totals_html(fleet, "", 24)
        by_status = {status: _number_before(tiles, status_word(status)) for status in STATUSES}
        cards = _cards(fleet)
        on_cards = [
            int(n)
            for n in re.findall(
                r"</i>(\d+)", "".join(card_html(card, WAYS, VIENNA, now=NOW) for card in cards)
            )
        ]
        roster = roster_line(count_fleet(fleet), len(cards))

    # the sentence of truth, the tiles, the filters, the cards and the roster's line
    assert total == labels[FleetFilter.ALL] == sum(by_status.values()) == sum(on_cards)
    assert roster.startswith(f"{total} Bildschirm")
    assert running == by_status[Status.HEALTHY] + by_status[Status.WARNING]
    assert labels[FleetFilter.ONLINE] == total - by_status[Status.OFFLINE]
    assert labels[FleetFilter.OFFLINE] == by_status[Status.OFFLINE]
    assert labels[FleetFilter.WARNINGS] == by_status[Status.CRITICAL] + by_status[Status.WARNING]

    # a number on a filter is the length of the list behind it, on each page
    approved = approved_rows(fleet)
    for chosen in FleetFilter:
        listed = [client for client in fleet if matches(client, chosen)]
        assert fleet_table(listed, VIENNA, now=NOW).count("<tr") == labels[chosen] + 1
        if chosen in IN_SERVICE_FILTERS:
            assert len(narrowed(approved, RosterQuery(show=chosen))) == labels[chosen]
            shown = [c for card in visible_cards(cards, chosen) for c in card.screens]
            assert sum(matches(client, chosen) for client in shown) == labels[chosen]
    assert len(pending_rows(fleet)) == labels[FleetFilter.PENDING]


@pytest.mark.usefixtures("german")
def test_who_waits_or_rests_is_told_apart() -> None:
    waiting = client_view(1, "Neu", is_approved=False)
    resting = client_view(2, "Alt", is_active=False, status=Status.OFFLINE)
    assert line_of_truth([waiting, resting], 0) == "0 von 0 Bildschirmen laufen · kein Vorfall"
    tiles = totals_html([waiting, resting], "", 24)
    assert "1 wartet auf Freigabe · 1 außer Betrieb" in tiles
