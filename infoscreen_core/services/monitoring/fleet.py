"""Every player with its status, in a handful of queries however many there are."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client
from infoscreen_core.db.queries.monitoring import fleet as queries
from infoscreen_core.db.queries.monitoring.fleet import FleetRow
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import is_recent
from infoscreen_core.services.monitoring.views import ClientView, MachineView
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.screens.kept_pictures import picture_view
from infoscreen_core.services.screens.views import RejectionView


def list_fleet(
    session: Session, *, now: datetime, grace: timedelta, window: timedelta, priority_ttl: timedelta
) -> list[ClientView]:
    """Return every player by its group's place, then by name.

    A player is offline after `grace`, log lines are counted over `window`, and a priority picture
    is active for `priority_ttl`.
    """
    rows = queries.list_fleet(session, now=now, grace=grace, window=window)
    return [_client_view(row, now=now, priority_ttl=priority_ttl) for row in rows]


def find_client(
    session: Session,
    uuid: str,
    *,
    now: datetime,
    grace: timedelta,
    window: timedelta,
    priority_ttl: timedelta,
) -> ClientView | None:
    """Return one player as `list_fleet` does, or None."""
    row = queries.find_fleet_row(session, uuid, now=now, grace=grace, window=window)
    return _client_view(row, now=now, priority_ttl=priority_ttl) if row else None


def get_machine(session: Session, uuid: str) -> MachineView:
    """Return what a player last reported about itself; raise `NotFoundError` if there is none."""
    client = get_client(session, uuid)
    titles = queries.event_titles(session, [client.expected_event_id])
    return MachineView(
        process=client.current_process,
        process_pid=client.process_pid,
        process_status=client.process_status,
        expected_title=titles.get(client.expected_event_id or 0),
        reported_at=client.health_at,
        last_frame_at=client.last_frame_update,
        cpu_percent=client.cpu_percent,
        memory_percent=client.memory_percent,
        temperature_c=client.temperature_c,
        disk_free_mb=client.disk_free_mb,
        booted_at=client.booted_at,
        os_version=client.os_version,
    )


def _client_view(row: FleetRow, *, now: datetime, priority_ttl: timedelta) -> ClientView:
    client, verdict, logs = row.row.client, row.row.verdict, row.row.logs
    return ClientView(
        uuid=client.uuid,
        name=client.display_name,
        given_name=client.description or "",
        hostname=client.hostname or "",
        ip=client.ip or "",
        software=client.software_version or "",
        model=client.model or "",
        registered_at=client.registration_time,
        group_id=client.group_id,
        group_name=client.group.name if client.group else None,
        status=verdict.status,
        reason=verdict.reason,
        is_active=client.is_active,
        is_approved=client.approved_at is not None,
        last_alive=client.last_alive,
        shown_title=row.shown_title,
        screen_health=client.screen_health_status,
        error_count=logs.errors,
        warn_count=logs.warnings,
        reconnect_count=client.mqtt_reconnect_count,
        last_disconnect_at=client.mqtt_last_disconnect_at,
        picture=picture_view(row.picture) if row.picture else None,
        has_active_priority_picture=is_recent(
            client.priority_screenshot_at, ttl=priority_ttl, now=now
        ),
        is_service_failed=client.service_failed_at is not None,
        is_crashed=client.process_status is ProcessStatus.CRASHED,
        rejection=_rejection(client),
    )


def _rejection(client: Client) -> RejectionView | None:
    if client.approved_at is not None or client.rejected_at is None:
        return None
    return RejectionView(
        client.rejected_at, client.rejected_name or "", client.rejection_reason or ""
    )
