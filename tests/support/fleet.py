"""Players as readers see them, for tests that need no database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from infoscreen_core.domain.monitoring.fleet_count import FleetCount, Tally, count_fleet
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import PictureView
from tests.support.people import uuid_of

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def client_view(number: int, name: str, **changes: object) -> ClientView:
    """A healthy player of the group Foyer."""
    view = ClientView(
        uuid=uuid_of(number),
        name=name,
        given_name=name,
        hostname=f"player-{number}",
        ip=f"10.0.0.{number}",
        software="2.4.1",
        model="Raspberry Pi 5",
        registered_at=NOW,
        group_id=1,
        group_name="Foyer",
        status=Status.HEALTHY,
        reason=StatusReason.ALL_WELL,
        is_active=True,
        is_approved=True,
        last_alive=NOW,
        shown_title=None,
        screen_health=ScreenHealth.OK,
        error_count=0,
        warn_count=0,
        reconnect_count=0,
        last_disconnect_at=None,
        picture=None,
        has_active_priority_picture=False,
        is_service_failed=False,
        is_crashed=False,
    )
    return replace(view, **changes)  # type: ignore[arg-type]  # whatever the test needs


def count_of(clients: Iterable[ClientView]) -> FleetCount:
    """The figures over these players."""
    return count_fleet(
        Tally(one.group_id, one.standing, one.status, 1, one.content.state if one.content else None)
        for one in clients
    )


def picture_view(client_uuid: str, number: int, at: datetime) -> PictureView:
    """A picture taken as a matter of routine."""
    return PictureView(client_uuid, number, at, PictureType.PERIODIC, f"{number}.jpg", "0" * 32)


def _client(
    name: str = "Aula",
    status: Status = Status.HEALTHY,
    reason: StatusReason = StatusReason.ALL_WELL,
) -> ClientView:
    return client_view(
        1,
        name,
        uuid=f"00000000-0000-0000-0000-{name:0>12.12}",
        status=status,
        reason=reason,
        last_alive=NOW - timedelta(seconds=4),
        shown_title="Mathe 3B",
        reconnect_count=2,
        picture=picture_view("u", 1, NOW - timedelta(seconds=40)),
    )


HEALTHY = _client("Aula")
OFFLINE = _client("Physik", Status.OFFLINE, StatusReason.HEARTBEAT_STALE)
CRITICAL = _client("Mensa", Status.CRITICAL, StatusReason.SCREEN_BLACK)
WARNING = _client("Chemie", Status.WARNING, StatusReason.ERROR_LOGS)
PENDING = replace(
    _client("Neu", Status.HEALTHY, StatusReason.PENDING),
    is_approved=False,
    group_id=None,
    group_name=None,
)
RETIRED = replace(_client("Alt", Status.OFFLINE, StatusReason.DEACTIVATED), is_active=False)
FLEET = [HEALTHY, OFFLINE, CRITICAL, WARNING, PENDING, RETIRED]
