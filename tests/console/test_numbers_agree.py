"""Whatever the fleet, every page says the same numbers about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, insert
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from console.i18n import use_language
from console.monitoring.presenters.fleet import (
    IN_SERVICE_FILTERS,
    MONITORING_FILTERS,
    filter_labels,
    line_of_truth,
)
from console.monitoring.presenters.fleet_table import fleet_table, totals_html
from console.monitoring.presenters.groups import troubled_groups
from console.overview.presenters.cards import GroupCard, Ways, card_html, visible_cards
from console.screens.presenters.words import roster_line
from console.words.status import STATUSES, status_word
from infoscreen_core.db.base import Base
from infoscreen_core.db.engine import folded
from infoscreen_core.db.models import ClientGroup, ClientStatus
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.fleet_count import DOWN_STATUSES, FleetFigures
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetWish
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.services.monitoring import fleet as service
from tests.support.fleet import client_view, count_of
from tests.support.people import add_client, uuid_of

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
WAYS = Ways(screens="monitoring", may_plan=True)
GROUPS = {1: "Foyer", 2: "Aula"}
READING = service.Reading(NOW, timedelta(hours=24), timedelta(minutes=2))
ALARMS = service.Alarms(0, 0, 0)


@dataclass(frozen=True)
class _Player:
    standing: Standing
    status: Status
    group_id: int | None
    content: Content | None


PLAYERS = st.builds(
    _Player,
    standing=st.sampled_from(Standing),
    status=st.sampled_from(Status),
    group_id=st.sampled_from([1, 2, None]),
    content=st.none() | st.sampled_from(Content),
)


def _add(session: Session, number: int, player: _Player) -> None:
    is_approved = player.standing in {Standing.IN_SERVICE, Standing.OUT_OF_SERVICE}
    add_client(
        session,
        number,
        is_approved=is_approved,
        is_active=player.standing is not Standing.OUT_OF_SERVICE,
        rejected_at=NOW if player.standing is Standing.REJECTED else None,
        group_id=player.group_id if is_approved else None,
    )
    if player.status is not Status.UNKNOWN:
        reason = StatusReason.ALL_WELL
        record = ClientStatus(client_uuid=uuid_of(number), status=player.status, reason=reason)
        record.since, record.judge_at = NOW, NOW
        record.content, record.content_reason = player.content, ContentReason.NOT_YET
        session.add(record)


def _number_before(text: str, word: str) -> int:
    found = re.search(rf"<b>(\d+)</b><span>(?:<i[^>]*>.</i> )?{word}", text)
    return int(found[1]) if found else 0


def _labelled(figures: FleetFigures) -> dict[FleetFilter, int]:
    labels = filter_labels(figures.whole, MONITORING_FILTERS, chosen="unknown")
    return {chosen: int(label.rsplit(" ", 1)[1]) for chosen, label in labels.items()}


def _cards(figures: FleetFigures) -> list[GroupCard]:
    names = [*GROUPS.items(), (None, "")]
    return [
        GroupCard(group_id, name, figures.of_groups((group_id,)), (), None)
        for group_id, name in names
    ]


@pytest.fixture(scope="module")
def database() -> Iterator[Connection]:
    """The tables, without a player."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with engine.connect() as connection:
        connection.connection.create_function("casefold", 1, folded)
        Base.metadata.create_all(connection)
        connection.execute(
            insert(ClientGroup),
            [{"id": one, "name": name, "created_at": NOW} for one, name in GROUPS.items()],
        )
        connection.commit()
        yield connection
    engine.dispose()


@settings(max_examples=25)
@given(fleet=st.lists(PLAYERS, max_size=12))
def test_overview_monitoring_and_screens_say_the_same_numbers(
    database: Connection, fleet: list[_Player]
) -> None:
    with Session(database) as session:
        for number, player in enumerate(fleet, start=1):
            _add(session, number, player)
        session.flush()
        _compare(session, fleet)
        session.rollback()


def _compare(session: Session, fleet: list[_Player]) -> None:
    figures = service.read_figures(session, now=NOW)
    with use_language("de"):
        truth = line_of_truth(figures.whole, 0)
        running, total = (
            (0, 0)
            if truth.startswith("Kein Bildschirm ist in Betrieb")
            else map(int, re.findall(r"\d+", truth)[:2])
        )
        labels = _labelled(figures)
        tiles = totals_html(figures.whole, ALARMS, (0, 0), truth="", hours=24)
        by_status = {status: _number_before(tiles, status_word(status)) for status in STATUSES}
        cards = _cards(figures)
        html = "".join(card_html(card, WAYS, VIENNA, now=NOW) for card in cards)
        on_cards = [
            int(n)
            for counts in re.findall(r'class="is-counts">(.*?)</div>', html)
            for n in re.findall(r"</i>(\d+)", counts)
        ]
        roster = roster_line(figures.whole, len(cards))
        lines = troubled_groups(figures, GROUPS)

    # the sentence of truth, the tiles, the filters, the cards, the roster's line, the groups
    in_service = [player for player in fleet if player.standing is Standing.IN_SERVICE]
    assert total == len(in_service)
    assert total == labels[FleetFilter.ALL] == sum(by_status.values()) == sum(on_cards)
    assert roster.startswith(f"{total} Bildschirm")
    assert running == by_status[Status.HEALTHY] + by_status[Status.WARNING]
    unknown = by_status[Status.UNKNOWN]
    assert labels[FleetFilter.ONLINE] == total - by_status[Status.OFFLINE] - unknown
    assert labels[FleetFilter.OFFLINE] == by_status[Status.OFFLINE]
    assert labels[FleetFilter.WARNINGS] == by_status[Status.CRITICAL] + by_status[Status.WARNING]
    assert labels[FleetFilter.UNKNOWN] == unknown
    troubled = sum(line.count.in_service - line.count.statuses[Status.HEALTHY] for line in lines)
    assert troubled == total - by_status[Status.HEALTHY]

    # what screens show, apart from how they do: the line of truth, the tile, the filter's list
    contents = figures.whole.contents
    assert sum(contents.values()) == total
    assert _number_before(tiles, "Nicht wie geplant") == contents[Content.BEHIND]
    for content, number in contents.items():
        listed = service.list_players(session, FleetWish(content=content), READING)
        assert len(listed) == number
        assert all(view.content and view.content.state is content for view in listed)

    # a number on a filter is the length of the list behind it, on each page
    for chosen in FleetFilter:
        wish = FleetWish(chosen)
        listed = service.list_players(session, wish, READING)
        expected = labels.get(chosen, chosen.left_of(figures.whole))
        assert len(listed) == expected
        assert fleet_table(listed, VIENNA, now=NOW).count("<tr") == expected + 1
        if chosen in IN_SERVICE_FILTERS:
            shown = visible_cards(cards, chosen)
            assert sum(chosen.left_of(card.count) for card in shown) == expected
        if chosen is FleetFilter.ALL:
            assert sum(view.status in DOWN_STATUSES for view in listed) == figures.whole.down


@pytest.mark.usefixtures("german")
def test_who_waits_or_rests_is_told_apart() -> None:
    waiting = client_view(1, "Neu", is_approved=False)
    resting = client_view(2, "Alt", is_active=False, status=Status.OFFLINE)
    fleet = count_of([waiting, resting])
    assert line_of_truth(fleet, 0) == "Kein Bildschirm ist in Betrieb · kein Vorfall"
    tiles = totals_html(fleet, ALARMS, (0, 0), truth="", hours=24)
    assert "1 wartet auf Freigabe · 1 außer Betrieb" in tiles
