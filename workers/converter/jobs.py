"""Conversions at work, each in a thread; what came of them is taken by the main thread."""

import errno
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.log import get_logger
from infoscreen_core.services.media.conversion_claims import Claimed, Failed, Made
from workers.converter.bench import Bench, ConversionError, Rules
from workers.converter.making import make
from workers.converter.sandbox import Sandbox, StoppedError
from workers.converter.workshop import Workshop

log = get_logger()

_LEAST_ROOM: Final = 32 * 2**20
"""Bytes; with less, a program that fails has probably no room."""
_DISK_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_PERHAPS_ROOM: Final = frozenset({Failure.BROKEN, Failure.CRASHED, Failure.UNFORESEEN})


@dataclass(eq=False)
class Job:
    """One conversion at work."""

    claimed: Claimed
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    progress: int | None = None
    told: int | None = None
    """The progress that the database knows."""
    renewed_at: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    """How long it took, once it is over."""
    outcome: Made | Failed | None = None
    """What came of it; None while it goes on, and when it was called off."""

    def tell(self, percent: int) -> None:
        """Note how much is done."""
        self.progress = percent


@dataclass(frozen=True)
class Equipment:
    """What conversions are made with."""

    store: MediaStore
    workshop: Workshop
    sandbox: Sandbox
    rules: Rules


class Jobs:
    """All that one converter has at work."""

    def __init__(self, equipment: Equipment) -> None:
        self._equipment = equipment
        self._done: SimpleQueue[Job] = SimpleQueue()
        self._under_way: list[Job] = []

    def __len__(self) -> int:
        return len(self._under_way)

    def __iter__(self) -> Iterator[Job]:
        return iter(list(self._under_way))

    def count(self, target: Target) -> int:
        """Count those that make this."""
        return sum(job.claimed.target is target for job in self)

    def begin(self, claimed: Claimed) -> None:
        """Work at what was claimed."""
        job = Job(claimed)
        thread = threading.Thread(target=self._work, args=(job,), name="conversion", daemon=True)
        job.thread = thread
        self._under_way.append(job)
        thread.start()

    def take_done(self) -> Job | None:
        """Return one that is over, once."""
        try:
            job = self._done.get_nowait()
        except Empty:
            return None
        self._under_way.remove(job)
        return job

    def call_off(self, seconds: float) -> None:
        """End all, with the programs that they run; wait so long at most."""
        for job in self:
            job.stop.set()
        end = time.monotonic() + seconds
        for job in self:
            if job.thread is not None:
                job.thread.join(max(0.0, end - time.monotonic()))

    def _work(self, job: Job) -> None:
        began = time.monotonic()
        try:
            job.outcome = self._make(job)
        except StoppedError:
            log.info("conversion.called_off", conversion_id=job.claimed.id)
        except Exception as error:  # whatever it is, the queue goes on
            log.exception("conversion.broke", conversion_id=job.claimed.id)
            job.outcome = Failed(_failure_of(error), f"{type(error).__name__}: {error}")
        job.seconds = time.monotonic() - began
        self._done.put(job)

    def _make(self, job: Job) -> Made | Failed:
        gear = self._equipment
        with gear.workshop.bench(_bench_of(job.claimed)) as folder:
            bench = Bench(
                job.claimed, gear.store, folder, gear.sandbox, gear.rules, job.stop, job.tell
            )
            try:
                return make(bench)
            except ConversionError as error:
                failure = _without_room(error.failure, gear.store.root)
                return Failed(failure, error.message, error.facts)


def _bench_of(claimed: Claimed) -> str:
    """Name the folder of one attempt; the number alone may be that of a row that is gone."""
    return f"{claimed.id}-{claimed.attempts}-{claimed.checksum[:16]}"


def _failure_of(error: Exception) -> Failure:
    is_full = isinstance(error, OSError) and error.errno in _DISK_FULL
    return Failure.NO_ROOM if is_full else Failure.UNFORESEEN


def _without_room(failure: Failure, folder: Path) -> Failure:
    """Return the failure; where there is no room, a program that broke off lacked it."""
    if failure in _PERHAPS_ROOM and shutil.disk_usage(folder).free < _LEAST_ROOM:
        return Failure.NO_ROOM
    return failure
