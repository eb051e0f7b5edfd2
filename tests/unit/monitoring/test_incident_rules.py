"""What opens and closes an incident: limits that lie apart, durations, and what nobody can tell."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.monitoring.content.rule import Truth
from infoscreen_core.domain.monitoring.content.states import Content, ContentReason
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.monitoring.incidents.limits import Limits
from infoscreen_core.domain.monitoring.incidents.rules import (
    RULES,
    IncidentFacts,
    Life,
    Steps,
    bind_rules,
    take_steps,
)
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.people import NOW

MINUTE = timedelta(minutes=1)
LIMITS = Limits()
RULES_HERE = bind_rules(LIMITS)
WELL = IncidentFacts(
    now=NOW,
    life=Life.HEARD,
    status_since=NOW,
    last_alive=NOW,
    process_status=ProcessStatus.RUNNING,
    is_health_fresh=True,
    cpu_percent=10,
    temperature_c=45,
    disk_free_mb=20_000,
    clock_behind_seconds=1,
    picture_at=NOW,
    picture_type=PictureType.PERIODIC,
)
AWAY = replace(WELL, life=Life.SILENT, status_since=NOW - MINUTE)
OLD = NOW - timedelta(hours=1)


class Screen:
    """A screen that is looked at every minute."""

    def __init__(self) -> None:
        self.now = NOW
        self.open: set[IncidentKind] = set()
        self.waiting: dict[IncidentKind, datetime] = {}
        self.log: list[tuple[str, IncidentKind]] = []

    def look(self, **facts: object) -> Steps:
        """Look at it with these facts, a minute after the last look."""
        self.now += MINUTE
        known: dict[str, Any] = {"now": self.now, "picture_at": self.now, **facts}
        found = replace(WELL, **known)
        steps = take_steps(found, RULES_HERE, LIMITS, unsettled=self.open, waiting=self.waiting)
        self.waiting = dict(steps.waiting)
        self.open = (self.open | {one.kind for one in steps.opened}) - set(steps.closed)
        self.log += [("opened", one.kind) for one in steps.opened]
        self.log += [("closed", kind) for kind in steps.closed]
        return steps


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (IncidentKind.SILENT, {"life": Life.SILENT}),
        (IncidentKind.SILENT, {"life": Life.NEVER, "last_alive": None}),
        (
            IncidentKind.SILENT,
            {"life": Life.NEVER, "last_alive": None, "approved_at": NOW - 11 * MINUTE},
        ),
        (IncidentKind.PROCESS_CRASHED, {"process_status": ProcessStatus.CRASHED}),
        (
            IncidentKind.PROCESS_CRASHED,
            {"process_status": ProcessStatus.STOPPED, "errors_last_hour": 1},
        ),
        (IncidentKind.SERVICE_FAILED, {"service_failed_at": NOW - MINUTE}),
        (IncidentKind.SERVICE_FAILED, {"service_failed_at": NOW, "life": Life.UNSURE}),
        (IncidentKind.SCREEN_BLACK, {"screen_health": ScreenHealth.BLACK}),
        (IncidentKind.SCREEN_FROZEN, {"screen_health": ScreenHealth.FROZEN}),
        (IncidentKind.PICTURE_STALE, {"picture_captured_at": OLD}),
        (IncidentKind.PICTURE_STALE, {"picture_at": OLD}),
        (
            IncidentKind.PICTURE_STALE,
            {"picture_captured_at": OLD, "picture_type": PictureType.EVENT_START},
        ),
        (IncidentKind.DUPLICATE_ID, {"boot_returned_at": NOW - MINUTE}),
        (IncidentKind.RESTART_STORM, {"reconnects_last_hour": 3}),
        (IncidentKind.DISK_NEARLY_FULL, {"disk_free_mb": 1599}),
        (IncidentKind.CLOCK_WRONG, {"clock_behind_seconds": -400}),
    ],
)
def test_each_kind_is_told_from_the_facts(kind: IncidentKind, facts: dict[str, Any]) -> None:
    steps = take_steps(replace(WELL, **facts), RULES_HERE, LIMITS, unsettled=(), waiting={})
    assert [one.kind for one in steps.opened] == [kind]
    assert "{" not in str(incident_sentence(kind, steps.opened[0].evidence))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"temperature_c": None, "cpu_percent": None, "disk_free_mb": None},
        {"clock_behind_seconds": -290},
        {"is_health_fresh": False, "disk_free_mb": 1},
        {"life": Life.UNSURE, "last_alive": OLD},
        {"life": Life.NEVER, "last_alive": None, "approved_at": NOW - 9 * MINUTE},
        {"picture_at": OLD, "picture_type": PictureType.EVENT_STOP},  # it sends none in between
        {"picture_at": OLD, "process_status": ProcessStatus.STOPPED},
        {"picture_captured_at": OLD, "life": Life.UNSURE},
        {"boot_returned_at": OLD},
        {"content": Truth(Content.AS_PLANNED, ContentReason.REPORTED)},
        {"content": Truth(Content.BEHIND, ContentReason.NOT_RUNNING)},
        {"content": Truth(Content.BEHIND, ContentReason.TV_OFF)},
        {"content": Truth(Content.UNKNOWN, ContentReason.NOT_YET)},
        {"content": Truth(None, ContentReason.OUT_OF_SERVICE)},
    ],
)
def test_what_is_well_or_cannot_be_told_is_no_incident(facts: dict[str, Any]) -> None:
    steps = take_steps(replace(WELL, **facts), RULES_HERE, LIMITS, unsettled=(), waiting={})
    assert (list(steps.opened), dict(steps.waiting)) == ([], {})


def test_a_picture_of_a_player_whose_clock_is_slow_is_no_older_for_it() -> None:
    slow = replace(WELL, picture_captured_at=OLD, clock_behind_seconds=3600)
    steps = take_steps(slow, RULES_HERE, LIMITS, unsettled=(), waiting={})
    assert [one.kind for one in steps.opened] == [IncidentKind.CLOCK_WRONG]


def test_silence_opens_when_the_status_began_and_says_when_it_was_heard_last() -> None:
    (opening,) = take_steps(AWAY, RULES_HERE, LIMITS, unsettled=(), waiting={}).opened
    assert (opening.at, opening.evidence) == (NOW - MINUTE, {"last_alive": NOW.isoformat()})


@pytest.mark.parametrize(
    ("said", "behind_seconds", "opened"),
    [
        (NOW - 5 * MINUTE, None, NOW - 5 * MINUTE),
        (NOW - timedelta(days=365, minutes=5), 365 * 86_400.0, NOW - 5 * MINUTE),
        (NOW + timedelta(days=365, minutes=-5), -365 * 86_400.0, NOW - 5 * MINUTE),
        (NOW + timedelta(days=365), None, NOW),
    ],
)
def test_a_failed_service_opens_when_systemd_gave_up_by_our_clock(
    said: datetime, behind_seconds: float | None, opened: datetime
) -> None:
    facts = replace(WELL, service_failed_at=said, clock_behind_seconds=behind_seconds)
    steps = take_steps(facts, RULES_HERE, LIMITS, unsettled=(), waiting={})
    assert opened in [one.at for one in steps.opened if one.kind is IncidentKind.SERVICE_FAILED]


def test_a_busy_processor_opens_after_ten_minutes_and_closes_below_eighty() -> None:
    screen = Screen()
    began = screen.now + MINUTE
    steps = screen.look(cpu_percent=95)
    assert steps.look_at == began + 10 * MINUTE
    for _ in range(9):
        screen.look(cpu_percent=90)
    assert screen.log == []
    (opening,) = screen.look(cpu_percent=99).opened
    assert (opening.at, opening.evidence) == (began + 10 * MINUTE, {"cpu_percent": 99})
    screen.look(cpu_percent=80)
    assert screen.open == {IncidentKind.PROCESSOR_BUSY}
    screen.look(cpu_percent=79.9)
    assert screen.open == set()


def test_one_look_below_the_limit_begins_the_wait_anew() -> None:
    screen = Screen()
    for percent in (*[95] * 9, 89, *[95] * 10):
        screen.look(cpu_percent=percent)
    assert screen.log == []
    screen.look(cpu_percent=95)
    assert screen.log == [("opened", IncidentKind.PROCESSOR_BUSY)]


def test_heat_that_swings_between_the_limits_is_one_incident() -> None:
    screen = Screen()
    for degrees in (80, 80, 73, 80, 72, 81, 71.9, 79, 79.9):
        screen.look(temperature_c=degrees)
    assert screen.log == [("opened", IncidentKind.HOT), ("closed", IncidentKind.HOT)]


def test_a_disk_closes_at_more_than_it_opens() -> None:
    screen = Screen()
    for free in (1600, 1599, 2000, 2559, 2560, 1700):
        screen.look(disk_free_mb=free)
    kind = IncidentKind.DISK_NEARLY_FULL
    assert screen.log == [("opened", kind), ("closed", kind)]


def test_a_silent_player_keeps_what_is_open_and_begins_its_waits_anew() -> None:
    screen = Screen()
    screen.look(screen_health=ScreenHealth.BLACK, cpu_percent=95)
    steps = screen.look(life=Life.SILENT, cpu_percent=95)
    assert (list(steps.closed), dict(steps.waiting)) == ([], {})
    assert screen.open == {IncidentKind.SCREEN_BLACK, IncidentKind.SILENT}


def test_nobody_falls_silent_or_comes_back_while_we_are_deaf() -> None:
    screen = Screen()
    screen.look(life=Life.UNSURE)
    screen.look(life=Life.SILENT)
    screen.look(life=Life.UNSURE)
    assert screen.log == [("opened", IncidentKind.SILENT)]


WRONG = Truth(Content.BEHIND, ContentReason.OTHER_EVENT, OLD, planned_id=1, shown_id=2)


def test_wrong_content_has_a_minute() -> None:
    screen = Screen()
    screen.look(content=WRONG)
    assert screen.log == []
    steps = screen.look(content=WRONG)
    assert screen.log == [("opened", IncidentKind.WRONG_CONTENT)]
    assert steps.opened[0].evidence == {
        "planned_event_id": 1,
        "shown_event_id": 2,
        "since": OLD.isoformat(),
    }


def test_wrong_content_ends_when_it_is_right_or_nobody_plans_it_but_not_by_doubt() -> None:
    for reason, ends in (
        (ContentReason.NOT_YET, False),
        (ContentReason.PICTURE_STALE, False),
        (ContentReason.UNASSIGNED, True),
        (ContentReason.NOT_PUBLISHED, True),
    ):
        screen = Screen()
        screen.open = {IncidentKind.WRONG_CONTENT}
        screen.look(content=Truth(Content.UNKNOWN, reason))
        assert bool(screen.log) is ends, reason
    screen = Screen()
    screen.open = {IncidentKind.WRONG_CONTENT}
    screen.look(content=Truth(Content.AS_PLANNED, ContentReason.REPORTED))
    assert screen.log == [("closed", IncidentKind.WRONG_CONTENT)]


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (
            {"planned_title": "Chor", "shown_title": "Mathe", "shown_event_id": 2},
            "It shows “Mathe” instead of “Chor”.",
        ),
        (
            {"planned_title": "Chor", "shown_event_id": None},
            "It shows nothing instead of “Chor”.",
        ),
        (
            {"planned_title": "Chor", "shown_event_id": 9},
            "It shows another event instead of “Chor”.",
        ),
        (
            {"planned_event_id": None, "shown_event_id": 2, "shown_title": "Mathe"},
            "It still shows “Mathe”, and nothing is planned.",
        ),
        ({"expected_event_id": 1}, "It shows something else than planned."),  # of before
    ],
)
def test_wrong_content_says_what_is_shown_in_the_place_of_what(
    evidence: dict[str, Any], words: str
) -> None:
    assert str(incident_sentence(IncidentKind.WRONG_CONTENT, evidence)) == words


@given(st.lists(st.one_of(st.none(), st.floats(0, 100)), max_size=80))
def test_incidents_of_one_kind_open_and_close_in_turn(figures: list[float | None]) -> None:
    screen = Screen()
    kind = IncidentKind.PROCESSOR_BUSY
    for percent in figures:
        before, steps = set(screen.open), screen.look(cpu_percent=percent)
        if steps.opened:
            recent = figures[: round((screen.now - NOW) / MINUTE)][-11:]
            assert all(one is not None and one >= LIMITS.cpu_opens for one in recent)
            assert len(recent) == 11
        if kind in before and percent is not None:
            assert (kind in screen.open) is (percent >= LIMITS.cpu_closes)
    changes = [word for word, _ in screen.log]
    assert changes == ["opened", "closed"] * (len(changes) // 2) + ["opened"] * (len(changes) % 2)


def test_every_kind_has_a_rule_and_a_sentence_without_any_evidence() -> None:
    assert RULES.keys() == set(IncidentKind) - {IncidentKind.OUTAGE}
    sentences = {str(incident_sentence(kind, {})) for kind in IncidentKind}
    assert len(sentences) == len(IncidentKind)
    assert max(len(open_key(kind, "x" * 36)) for kind in IncidentKind) <= 80


@pytest.mark.parametrize(
    ("behind_seconds", "words"),
    [
        (-360, "Its clock is 6 minutes fast."),
        (7199, "Its clock is 120 minutes slow."),
        (7200, "Its clock is 2 hours slow."),
        (-47 * 3600, "Its clock is 47 hours fast."),
        (-365 * 86400 - 7, "Its clock is 365 days fast."),
        (365 * 86400, "Its clock is 365 days slow."),
    ],
)
def test_a_wrong_clock_is_told_in_a_fitting_unit(behind_seconds: float, words: str) -> None:
    evidence = {"behind_seconds": behind_seconds}
    assert str(incident_sentence(IncidentKind.CLOCK_WRONG, evidence)) == words
