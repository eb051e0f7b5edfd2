"""From the core's rows to what pages show of a player."""

from datetime import datetime, timedelta

from console.monitoring.presenters.fleet import ClientView, PictureView
from infoscreen_core.db.models import ClientScreenshot
from infoscreen_core.db.queries.fleet import FleetRow
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import is_recent


def client_view(row: FleetRow, *, now: datetime, priority_ttl: timedelta) -> ClientView:
    """Return a player as lists and cards show it."""
    client, verdict, logs = row.row.client, row.row.verdict, row.row.logs
    return ClientView(
        uuid=client.uuid,
        name=client.display_name,
        group_id=client.group_id,
        group_name=client.group.name if client.group else None,
        status=verdict.status,
        reason=verdict.reason,
        is_approved=client.approved_at is not None,
        last_alive=client.last_alive,
        shown_title=row.shown_title,
        screen_health=client.screen_health_status,
        error_count=logs.errors,
        warn_count=logs.warnings,
        reconnect_count=client.mqtt_reconnect_count,
        last_disconnect_at=client.mqtt_last_disconnect_at,
        picture=picture_view(row.picture),
        has_active_priority_picture=is_recent(client.priority_screenshot_at, ttl=priority_ttl, now=now),
        is_service_failed=client.service_failed_at is not None,
        is_crashed=client.process_status is ProcessStatus.CRASHED,
    )


def picture_view(row: ClientScreenshot | None) -> PictureView | None:
    """Return a kept picture with its own address, which never changes."""
    if row is None:
        return None
    url = f"/screenshots/{row.client_uuid}/{row.id}.jpg"
    return PictureView(url, row.received_at, row.type)  # a player's own clock may be wrong
