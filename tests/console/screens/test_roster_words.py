"""Screens & groups: its order, its words, and what it writes of others' texts."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.screens.presenters.groups import moved
from console.screens.presenters.html import groups_html, pending_html, rejected_html, screens_html
from console.screens.presenters.words import (
    assigned_sentence,
    delete_consequence,
    names_in_short,
    remove_consequence,
    roster_line,
)
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.screens.views import GroupView
from tests.support.fleet import client_view, count_of

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
VIENNA = ZoneInfo("Europe/Vienna")
PAGE = "clients"


AULA = client_view(1, "Aula", group_id=2, group_name="Aula", software="2.4.0")
FLEET = [client_view(2, "Foyer links", status=Status.OFFLINE), AULA, client_view(3, "Turnsaal")]


@pytest.mark.parametrize(
    ("group_id", "steps", "order"),
    [(2, -1, [2, 1, 3]), (2, 1, [1, 3, 2]), (1, -1, [1, 2, 3]), (3, 1, [1, 2, 3])],
)
def test_a_group_moves_by_steps_and_stays_within_the_list(
    group_id: int, steps: int, order: list[int]
) -> None:
    assert moved([1, 2, 3], group_id, steps) == order


def test_whatever_a_player_or_person_wrote_is_escaped() -> None:
    evil = client_view(
        6, '<b>"x', hostname="<i>", ip="<u>", software="<s>", model="<q>", group_name="<g>"
    )
    group = GroupView(1, '<b>"x', "<i>", 1, 1)
    text = (
        screens_html([evil], VIENNA, now=NOW)
        + pending_html([evil], VIENNA, now=NOW)
        + rejected_html([evil], VIENNA, now=NOW)
        + groups_html([group], 0)
    )
    assert not any(mark in text for mark in ('"x', "<i>", "<u>", "<s>", "<q>", "<g>"))


def test_words_name_the_consequence() -> None:
    with use_language("de"):
        assert names_in_short(["A", "B", "C", "D", "E"]) == "A, B, C und 2 weitere"
        fleet = count_of([*FLEET, client_view(7, "Neu", is_approved=False)])
        assert roster_line(fleet, 1) == "3 Bildschirme · 1 Raumgruppe · 1 wartet auf Freigabe"
        assert "endgültig gelöscht" in remove_consequence([AULA])
        assert assigned_sentence(["Aula"], None) == "Aula gehört jetzt zu keiner Raumgruppe."
        assert "ist leer" in delete_consequence(GroupView(1, "Foyer", "", 0, 0))
        full = delete_consequence(GroupView(1, "Foyer", "", 1, 2))
        assert "1 Bildschirm und 2 Termine" in full
        assert "0 Bildschirme" in groups_html([], 0)
