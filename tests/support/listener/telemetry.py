"""What players say, as bytes; and the listener to say it to."""

import base64
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import Client, DeadLetter, MediaFolder
from infoscreen_core.settings import Settings, load_settings
from tests.support.audits.audit import forget
from workers.listener.main import Listener
from workers.mqtt.connection import ReceivedMessage

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_PACKETS = count(1)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def say(
    uuid: str,
    leaf: str,
    payload: object = None,
    *,
    received_at: datetime = NOW,
    qos: int = 1,
    mid: int | None = None,
    retain: bool = False,
) -> ReceivedMessage:
    """A player's message as the broker hands it over; a payload that is not bytes becomes JSON."""
    topic = "infoscreen/discovery" if leaf == "discovery" else f"infoscreen/{uuid}/{leaf}"
    data = (
        payload
        if isinstance(payload, bytes)
        else json.dumps({} if payload is None else payload).encode()
    )
    packet = 0 if qos == 0 else mid or next(_PACKETS) % 65_535 + 1
    return ReceivedMessage(topic, data, qos, retain, packet, received_at, epoch=1)


def health(status: str = "running", **parts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"actual_state": {"process": "chromium", "pid": 42, "status": status}, **parts}


def ack(command_id: str, status: str) -> dict[str, object]:
    return {"command_id": command_id, "status": status, "error_code": None, "error_message": None}


def picture(colour: int = 128, *, size: tuple[int, int] = (320, 180), kind: str = "JPEG") -> bytes:
    """A plain picture of one grey, with a bright bar unless it is black."""
    image = Image.new("L", size, colour)
    if colour:
        image.paste(250, (0, 0, size[0] // 4, size[1]))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def dashboard(
    uuid: str,
    data: bytes,
    *,
    kind: str = "periodic",
    captured_at: datetime | None = None,
    event_id: int = 1,
) -> dict[str, Any]:
    capture = {"type": kind} | ({"captured_at": stamp(captured_at)} if captured_at else {})
    process = {
        "current_process": "vlc",
        "process_pid": 7,
        "process_status": "running",
        "current_event_id": event_id,
    }
    return {
        "message": {"client_id": uuid, "status": "ok"},
        "content": {"screenshot": {"data": base64.b64encode(data).decode()}},
        "runtime": {"process_health": process},
        "metadata": {"schema_version": "2.0", "capture": capture},
    }


def empty(sessions: sessionmaker[Session]) -> None:
    forget(sessions)
    with sessions.begin() as session:
        session.execute(update(MediaFolder).values(parent_id=None))  # they lie in each other
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())


class Desk:
    """A listener without a broker, and its database."""

    def __init__(self, sessions: sessionmaker[Session], data_dir: Path) -> None:
        self.settings: Settings = load_settings(infoscreen_data_dir=data_dir)
        self.sessions = sessions
        self.listener = Listener(self.settings, sessions)

    def new_client(self, **values: Any) -> str:  # noqa: ANN401 - columns
        uuid = str(uuid4())
        with self.sessions.begin() as session:
            session.add(Client(uuid=uuid, registration_time=NOW, **values))
        return uuid

    def hear(self, *messages: ReceivedMessage) -> None:
        """Give messages to the listener and let it work until nothing is left."""
        for message in messages:
            self.listener.buffer.put(message)
        while self.listener.buffer.unfinished:
            self.listener.step(now=NOW)

    def restart(self) -> None:
        """Go on as a listener that was started anew."""
        self.listener = Listener(self.settings, self.sessions)

    def client(self, uuid: str) -> Client:
        with self.sessions() as session:
            return session.scalars(select(Client).where(Client.uuid == uuid)).one()

    def letters(self) -> list[DeadLetter]:
        with self.sessions() as session:
            return list(session.scalars(select(DeadLetter).order_by(DeadLetter.id)))

    def reasons(self) -> list[str]:
        return [letter.reason for letter in self.letters()]

    def all(self, model: type[Any]) -> list[Any]:
        with self.sessions() as session:
            return list(session.scalars(select(model)))
