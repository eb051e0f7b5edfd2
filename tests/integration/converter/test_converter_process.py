"""The converter as the process that it is: it wakes, dies and is followed by another."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from PIL import Image
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.domain.media.conversion import LEASE
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from tests.support.media.conversions import rows_of
from tests.support.media.converters import PATIENCE, Plant
from tests.support.media.office_files import docx
from tests.support.ports import wait_until
from workers.converter.sandbox import Cage, Sandbox
from workers.supervision import infoscreen_command

pytestmark = pytest.mark.server


@pytest.fixture
def plant(
    sqlite_sessions: sessionmaker[Session], sqlite_url: str, tmp_path: Path, sandbox: Sandbox
) -> Plant:
    return Plant(sqlite_sessions, sqlite_url, tmp_path / "data", sandbox)


@contextmanager
def converter(plant: Plant, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = os.environ | {
        "DB_CONN": plant.url,
        "INFOSCREEN_DATA_DIR": str(plant.folder),
        "CONVERSIONS_AT_ONCE": "1",
        "LOG_FORMAT": "json",
    }
    with log.open("ab") as file:
        process = subprocess.Popen(
            infoscreen_command("converter"), env=environment, stdout=file, stderr=file
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def sign_of(plant: Plant) -> WorkerStatus | None:
    with plant.sessions() as session:
        return session.get(WorkerStatus, "converter")


def hanging(path: Path) -> Path:
    """A document at which LibreOffice works for minutes."""
    row = f"<w:tr>{'<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>' * 60}</w:tr>"
    return docx(path, ["Hallo"], body=f"<w:tbl>{row * 6000}</w:tbl><w:p/>")


def programs_of(process: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def test_it_shows_a_sign_of_life_and_takes_up_within_a_second_what_comes(
    plant: Plant, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    with converter(plant, tmp_path / "log") as process:
        wait_until(lambda: sign_of(plant), seconds=PATIENCE, what="the sign of life")
        waits = []
        for colour in ("red", "green", "blue"):
            Image.new("RGB", (32, 32), colour).save(picture)
            media_id = plant.add(picture.rename(tmp_path / f"{colour}.png"), MediaType.PNG)
            wait_until(lambda: plant.is_settled(media_id), seconds=PATIENCE, what="the picture")  # noqa: B023 - asked at once
            with plant.sessions() as session:
                row = rows_of(session, media_id)[Target.FACTS]
                assert row.started_at is not None
                waits.append((row.started_at - row.created_at).total_seconds())
        assert min(waits) < 1.0  # one of them on a machine that was busy with nothing else
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    assert [*plant.store.work.iterdir()] == []


def test_one_that_is_killed_leaves_nothing_stuck_and_nothing_behind(
    plant: Plant, tmp_path: Path
) -> None:
    media_id = plant.add(hanging(tmp_path / "a.docx"), MediaType.DOCX)
    log = tmp_path / "log"
    with converter(plant, log) as process:
        wait_until(
            lambda: any("soffice" in one.name() for one in programs_of(process)),
            seconds=PATIENCE,
            what="LibreOffice",
        )
        programs = programs_of(process)
        process.kill()
        process.wait()
    if plant.sandbox.cage is not Cage.LIMITS:
        gone, alive = psutil.wait_procs(programs, timeout=30)
        assert alive == []
        assert gone
    assert [*plant.store.work.iterdir()] != []
    assert plant.states(media_id)[Target.PDF] is ConversionStatus.PROCESSING
    _be_simpler(plant, media_id, tmp_path)
    with converter(plant, log) as heir:
        begun = time.monotonic()
        wait_until(lambda: plant.is_settled(media_id), seconds=PATIENCE, what="the heir")
        assert time.monotonic() - begun >= LEASE.total_seconds() / 2  # not before the lease is over
        heir.send_signal(signal.SIGTERM)
        assert heir.wait(30) == 0
    with plant.sessions() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.attempts) == (ConversionStatus.READY, 2)
    assert [*plant.store.work.iterdir()] == []


def _be_simpler(plant: Plant, media_id: int, folder: Path) -> None:
    """Lay another content under the same checksum, which the heir converts in a moment."""
    simple = docx(folder / "simple.docx", ["Hallo"])
    content = plant.store.content_path(plant.media(media_id).checksum_sha256)
    content.write_bytes(simple.read_bytes())
