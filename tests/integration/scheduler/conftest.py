"""A scheduler on a broker of its own, and an ear that hears what players hear."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.playing.scheduling import Ear, SchedulerProcess
from tests.support.servers import Mosquitto


@pytest.fixture
def scheduler(
    sqlite_url: str, own_mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[SchedulerProcess]:
    process = SchedulerProcess(sqlite_url, own_mosquitto, tmp_path / "scheduler.log")
    yield process
    process.stop()


@pytest.fixture
def ear(own_mosquitto: Mosquitto) -> Iterator[Ear]:
    ear = Ear(own_mosquitto)
    yield ear
    ear.close()
