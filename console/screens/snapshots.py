"""One player in full, as all browsers that look at it share it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from console.monitoring.presenters.fleet_rows import picture_view
from console.monitoring.snapshots import FRESH_SECONDS, STATUS_WINDOW_HOURS, view_at
from console.runtime import now, read_session, resources
from console.screens.presenters.client import ClientDetail
from console.shared import shared
from infoscreen_core.db.queries.fleet import FleetRow, event_titles, find_fleet_row
from infoscreen_core.db.queries.monitoring import find_priority_picture, list_pictures
from infoscreen_core.services.playing.playing import PlayingNow, playing_now
from infoscreen_core.services.screens.power import desired_power


@shared(seconds=FRESH_SECONDS, entries=64)
def client(uuid: str) -> ClientDetail | None:
    """Return one player in full; None when there is none."""
    taken_at = now()
    grace, window = resources().settings.heartbeat_grace, timedelta(hours=STATUS_WINDOW_HOURS)
    with read_session() as session:
        row = find_fleet_row(session, uuid, now=taken_at, grace=grace, window=window)
        return _detail(session, row, taken_at) if row else None


def _detail(session: Session, row: FleetRow, at: datetime) -> ClientDetail:
    client = row.row.client
    plays = playing_now(session, client.group_id, now=at) if client.group_id else PlayingNow()
    kept = list_pictures(session, client.uuid)
    planned = event_titles(session, [client.expected_event_id])
    return ClientDetail(
        view=view_at(row, at),
        client=client,
        planned=plays.current[0] if plays.current else None,
        planned_title=planned.get(client.expected_event_id or 0),
        priority_picture=picture_view(find_priority_picture(session, client.uuid)),
        pictures=tuple(filter(None, map(picture_view, kept))),
        desired=desired_power(session, client, now=at),
    )
