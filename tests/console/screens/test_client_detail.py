"""What a screen's page says of its machine."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.i18n import use_language
from console.screens.presenters.client import ClientDetail, machine_facts
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason
from infoscreen_core.services.monitoring.views import MachineView
from infoscreen_core.services.screens.views import Desired, ObservedTv, TvView
from tests.support.fleet import client_view

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 9, 30, 5, tzinfo=UTC)


def detail(booted_at: datetime | None, *, is_online: bool = True) -> ClientDetail:
    view = client_view(
        1,
        "Aula",
        group_id=None,
        group_name=None,
        status=Status.HEALTHY if is_online else Status.OFFLINE,
        reason=StatusReason.ALL_WELL if is_online else StatusReason.HEARTBEAT_STALE,
        last_alive=NOW,
    )
    desired = Desired(DesiredPower.ON, PowerReason.ACTIVE_EVENT, NOW)
    tv = TvView(desired, ObservedTv(ObservedPower.UNKNOWN, None, None))
    return ClientDetail(view, _machine(booted_at), tv, None, None, ())


def _machine(booted_at: datetime | None) -> MachineView:
    return MachineView(
        process=None,
        process_pid=None,
        process_status=None,
        expected_title=None,
        reported_at=None,
        last_frame_at=None,
        cpu_percent=None,
        memory_percent=None,
        temperature_c=None,
        disk_free_mb=None,
        booted_at=booted_at,
        os_version=None,
    )


def started(found: ClientDetail, language: str) -> str | None:
    with use_language(language):
        pairs = dict(machine_facts(found, VIENNA, now=NOW))
    return pairs.get("Zuletzt gestartet" if language == "de" else "Last started")


@pytest.mark.parametrize(
    ("age", "language", "start", "running"),
    [
        (timedelta(0), "de", "10:30", "Laufzeit 0 s"),
        (timedelta(minutes=12), "de", "10:18", "Laufzeit 12 min"),
        (timedelta(hours=2, minutes=5), "en", "08:25", "running for 2 h 05 min"),
        (timedelta(days=3, hours=4), "de", "Fr 20.11. 06:30", "Laufzeit 3 Tage 4 h"),
        (timedelta(days=1), "en", "Sun 22 Nov 10:30", "running for 1 day"),
        (timedelta(days=400), "de", "So 19.10.2025 11:30", "Laufzeit 400 Tage"),
    ],
)
def test_it_says_when_the_machine_was_started_and_for_how_long_it_has_run(
    age: timedelta, language: str, start: str, running: str
) -> None:
    text = started(detail(NOW - age), language)
    assert text is not None
    assert f">{start}</time> · {running}" in text


def test_the_exact_start_is_a_tooltip() -> None:
    text = started(detail(NOW - timedelta(minutes=12)), "de")
    assert text is not None
    assert 'title="Mo 23.11. 10:18:05"' in text


def test_a_silent_screen_may_be_off_so_it_is_not_said_to_run() -> None:
    text = started(detail(NOW - timedelta(hours=2), is_online=False), "de")
    assert text is not None
    assert text.endswith(">08:30</time>")


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_player_that_does_not_tell_has_no_such_line(language: str) -> None:
    assert started(detail(None), language) is None
