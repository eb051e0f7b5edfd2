"""The fetcher as a process: killed while a receiver has not answered, it loses nothing."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import WebhookDelivery
from infoscreen_core.domain.webhooks.kinds import DeliveryState
from tests.support.ports import wait_until
from tests.support.webhooks.post import KEY, Sessions, add_webhook, send_test
from tests.support.webhooks.receiver import Receiver
from workers.supervision import infoscreen_command

pytestmark = pytest.mark.server

MESSAGES = 12


@pytest.fixture
def sessions_of(database_url: str) -> Iterator[Sessions]:
    engine = make_engine(database_url)
    yield make_session_factory(engine)
    engine.dispose()


def test_killed_midway_everything_arrives_under_its_id(
    sessions_of: Sessions, database_url: str, there: Receiver, tmp_path: Path
) -> None:
    made = add_webhook(sessions_of, there.url("/s3cret-path"))
    wanted = {send_test(sessions_of, made.webhook.id) for _message in range(MESSAGES)}
    environment = {
        **os.environ,
        "DB_CONN": database_url,
        "SECRET_KEY": KEY,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "LOG_FORMAT": "json",
    }
    log = tmp_path / "fetcher.log"

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                infoscreen_command("fetcher"), env=environment, stderr=output, cwd=tmp_path
            )

    there.hold.clear()
    first = start()
    wait_until(lambda: there.heard, seconds=60, what="the first message")
    first.kill()
    first.wait()
    before = len(there.heard)
    assert _count(sessions_of, DeliveryState.DELIVERED) == 0
    there.hold.set()
    second = start()
    try:
        wait_until(
            lambda: _count(sessions_of, DeliveryState.DELIVERED) == MESSAGES,
            seconds=150,
            what="all messages, the claims of the dead one among them",
        )
    finally:
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    assert set(there.ids()) == wanted
    assert len(there.heard) == MESSAGES + before, "what was under way comes once more"
    assert all(one.checked(made.secret) for one in there.heard[before:])
    said = log.read_text()
    assert '"webhook.delivered"' in said
    assert "s3cret" not in said
    assert "whsec" not in said
    assert "Traceback" not in said


def _count(sessions: Sessions, state: DeliveryState) -> int:
    with sessions() as session:
        return len(
            session.scalars(select(WebhookDelivery.id).where(WebhookDelivery.state == state)).all()
        )
