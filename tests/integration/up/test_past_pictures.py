"""Pictures of the demo's last day."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientScreenshot
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.setup.demo import seed_demo
from workers.simulator.identity import fleet
from workers.up.past_pictures import keep_past_pictures

NOW = datetime(2026, 11, 24, 9, 15, tzinfo=UTC)


def test_each_screen_has_pictures_of_what_it_showed(
    sqlite_sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    players = fleet("demo", 6)
    for _again in range(2):  # at the next start there is nothing to do
        with sqlite_sessions.begin() as session:
            seed_demo(session, players=[one.uuid for one in players], now=NOW)
            keep_past_pictures(session, players, tmp_path, now=NOW)
    with sqlite_sessions() as session:
        rows = session.scalars(select(ClientScreenshot)).all()
        assert 6 < len(rows) <= 6 * 4
        for row in rows:
            assert NOW - timedelta(days=1) < row.received_at < NOW
            assert row.captured_at == row.received_at
            assert row.event_id
            file = tmp_path / "screenshots" / row.client_uuid / row.filename
            assert file.stat().st_size == row.size
        for client in session.scalars(select(Client)):
            of_it = [row.received_at for row in rows if row.client_uuid == client.uuid]
            assert client.last_screenshot_at == max(of_it)
            assert client.screen_health_status is ScreenHealth.OK
