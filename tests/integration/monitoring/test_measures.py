"""Figures about the whole installation are those of the rows, on both databases."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    Conversion,
    EventMedia,
    Incident,
    OutboxMessage,
    WorkerStatus,
)
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.services.monitoring import measures
from tests.support.listener.telemetry import empty

NOW = utc_now()
UUID = "b0000000-0000-4000-8000-000000000001"


@pytest.fixture
def filled(shared: sessionmaker[Session]) -> sessionmaker[Session]:
    empty(shared)
    with shared.begin() as session:
        session.add(Client(uuid=UUID, registration_time=NOW))
        session.flush()
        for state in (State.QUEUED, State.PUBLISHED, State.PUBLISHED):
            session.add(_command(state, NOW - timedelta(days=3)))
        session.add(_command(State.FAILED, NOW - timedelta(hours=3)))
        session.add(_command(State.FAILED, NOW - timedelta(days=3)))
        for kind, closed in ((IncidentKind.SILENT, None), (IncidentKind.HOT, NOW)):
            session.add(Incident(kind=kind, client_uuid=UUID, opened_at=NOW, closed_at=closed))
        session.add(OutboxMessage(topic="t", payload=b"", created_at=NOW))
        session.add(_media())
        session.flush()
        _add_conversion(session, Target.PDF, ConversionStatus.FAILED)
        _add_conversion(session, Target.FACTS, ConversionStatus.PENDING)
        session.add(
            WorkerStatus(
                name="scheduler-standby",
                pid=1,
                host="h",
                started_at=NOW,
                seen_at=NOW,
                metrics={"groups": 1},
            )
        )
    return shared


def _command(state: State, at: datetime) -> ClientCommand:
    return ClientCommand(
        command_id=str(uuid4()),
        client_uuid=UUID,
        action=Action.REBOOT_HOST,
        status=state,
        issued_at=at,
        expires_at=at,
        created_at=at,
        updated_at=at,
    )


def _media() -> EventMedia:
    return EventMedia(
        id=1,
        media_type=MediaType.PPTX,
        name="a.pptx",
        place="0/a.pptx",
        checksum_sha256="0" * 64,
        size=5,
        created_at=NOW,
        updated_at=NOW,
    )


def _add_conversion(session: Session, target: Target, status: ConversionStatus) -> None:
    session.add(
        Conversion(
            media_id=1, target_format=target, file_hash="0" * 64, status=status, created_at=NOW
        )
    )


def test_what_there_is_is_counted(filled: sessionmaker[Session]) -> None:
    with filled() as session:
        read = measures.read(session, now=NOW)
    assert read.open_commands == {State.QUEUED: 1, State.PUBLISHED: 2}
    assert read.late_commands == {(Action.REBOOT_HOST, State.FAILED): 1}
    assert read.open_incidents == {IncidentKind.SILENT: 1}
    assert read.conversions == {ConversionStatus.FAILED: 1, ConversionStatus.PENDING: 1}
    assert read.outbox == 1
    [sign] = read.signs
    assert (sign.name, sign.is_standby, sign.metrics) == ("scheduler-standby", True, {"groups": 1})


def test_of_nothing_there_is_none(shared: sessionmaker[Session]) -> None:
    empty(shared)
    with shared() as session:
        read = measures.read(session, now=NOW)
    assert (read.open_commands, read.late_commands, read.outbox) == ({}, {}, 0)
