"""`infoscreen converter`: makes PDFs, small pictures, facts and videos of files of the library.

A process of its own, since foreign programs take long and may break: nothing here can delay a
screen. Any number may run, also on several machines that share the media folder; each conversion is
made by the one that claims it. Programs run in threads; the main thread speaks with the database.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from infoscreen_core.domain.media.conversion import LEASE
from infoscreen_core.domain.media.types import Target
from infoscreen_core.domain.monitoring.histograms import LONG_SECONDS, Histogram
from infoscreen_core.files.store import MediaStore
from infoscreen_core.log import get_logger
from infoscreen_core.services import changes
from infoscreen_core.services.exchange.subscription_reading import new_owner
from infoscreen_core.services.media import conversion_claims as claims
from infoscreen_core.services.media.conversion_claims import Abilities, Claimed, Failed, Made
from infoscreen_core.services.monitoring.signs_of_life import PROGRAMS_MISSING, TROUBLE
from infoscreen_core.settings import Settings
from workers.converter.bench import Rules
from workers.converter.jobs import Equipment, Job, Jobs
from workers.converter.programs import Programs
from workers.converter.sandbox import Cage, Sandbox
from workers.converter.watch import ClaimWatch
from workers.converter.workshop import Workshop
from workers.runtime import DatabaseError, Worker, is_outage, worker_process

log = get_logger()

POLL_SECONDS: Final = 0.5
BUSY_SECONDS: Final = 0.1
"""The same while programs run, which end at any moment."""
RETRY_SECONDS: Final = 1.0
_LOOK_SECONDS: Final = 5.0
"""What waits for its pause to be over is looked for so often; what is new, at once."""
_WATCH_SECONDS: Final = 2.0
_PROGRAMS_SECONDS: Final = 30.0
_RENEW_SECONDS: Final = LEASE.total_seconds() / 4
_TELL_SECONDS: Final = 1.0
"""Progress is told so often at most."""
_END_SECONDS: Final = 4.0
_MEGABYTE: Final = 2**20


def rules_of(settings: Settings) -> Rules:
    """Return what an installation allows a conversion."""
    return Rules(
        seconds=settings.conversion_timeout_seconds,
        memory_bytes=settings.conversion_memory_megabytes * _MEGABYTE,
        video_minutes=settings.video_max_minutes,
        service_url=settings.gotenberg_url,
    )


@dataclass
class _Moments:
    """When what is done now and then is due, by the monotonic clock."""

    look: float = 0.0
    watch: float = 0.0
    programs: float = 0.0


class Converter:
    """Claims conversions, has programs make them, and settles them."""

    def __init__(self, worker: Worker, sandbox: Sandbox) -> None:
        settings = worker.settings
        self._worker = worker
        self._owner = new_owner("converter")
        self._store = MediaStore(settings.media_dir)
        self._workshop = Workshop.open(self._store.work, self._owner.replace(":", "-"))
        self._sandbox = sandbox
        self._jobs = Jobs(Equipment(self._store, self._workshop, sandbox, rules_of(settings)))
        self._at_once = settings.conversions_at_once
        self._watch = ClaimWatch()
        self._next = _Moments()
        self._change = -1
        self._programs = Programs(frozenset())
        self._beyond = 0
        self._unsettled: Job | None = None
        """What the database did not take yet."""
        self.made = 0
        self.failed = 0
        self._durations = Histogram(LONG_SECONDS)

    def step(self) -> bool:
        """Settle what is over, renew claims, and begin what is due; False when nothing was done."""
        self._look_at_programs()
        has_settled = self._settle_next()
        self._renew_claims()
        return self._begin_left() or self._begin_due(has_settled=has_settled) or has_settled

    def metrics(self) -> dict[str, Any]:
        """Return the figures that `infoscreen status` shows."""
        figures: dict[str, Any] = {
            "made": self.made,
            "failed": self.failed,
            "under_way": len(self._jobs),
            "sandbox": self._sandbox.cage.value,
            "job_seconds": self._durations.said(),
        }
        if self._beyond and self._programs.packages:
            figures[TROUBLE] = PROGRAMS_MISSING
            figures["packages"] = " ".join(self._programs.packages)
            figures["waiting"] = self._beyond
        return figures

    def rest(self) -> float:
        """Return for how many seconds to wait before the next step, after one that did nothing."""
        return BUSY_SECONDS if len(self._jobs) else POLL_SECONDS

    def close(self) -> None:
        """End all work, and give back what was claimed, so that another one need not wait."""
        self._jobs.call_off(_END_SECONDS)
        self._workshop.close()
        with self._worker.sessions.begin() as session:
            claims.release(session, self._owner)

    def _look_at_programs(self) -> None:
        if time.monotonic() < self._next.programs:
            return
        self._next.programs = time.monotonic() + _PROGRAMS_SECONDS
        has_service = self._worker.settings.gotenberg_url is not None
        found = Programs.look(has_service=has_service)
        if found.missing and found != self._programs:
            log.warning("converter.programs_missing", packages=" ".join(found.packages))
        self._programs = found
        swept = self._workshop.sweep()
        if swept:
            log.info("converter.swept", folders=swept)
        with self._worker.read_sessions() as session:
            self._beyond = claims.count_beyond(session, found.abilities())

    def _settle_next(self) -> bool:
        if self._unsettled is None:
            self._unsettled = self._take_done()
        job = self._unsettled
        if job is None:
            return False
        try:
            self._settle(job.claimed, job.outcome)
        except Exception as error:
            if isinstance(error, DatabaseError) and is_outage(error):
                raise
            # Nobody renews the claim any more: the attempt counts, and somebody takes it over.
            log.exception("conversion.settle_failed", conversion_id=job.claimed.id)
        self._unsettled = None
        return True

    def _take_done(self) -> Job | None:
        job = self._jobs.take_done()
        if job is not None and job.outcome is not None:
            self._durations.note(job.seconds)
        return job

    def _settle(self, claimed: Claimed, outcome: Made | Failed | None) -> None:
        if outcome is None:
            return  # called off: whoever did it knows why
        now = self._worker.clock()
        with self._worker.sessions.begin() as session:
            if isinstance(outcome, Made):
                is_ours = claims.succeed(session, claimed, outcome, now=now)
            else:
                is_ours = claims.fail(session, claimed, outcome, now=now) is not None
        self._note(claimed, outcome, is_ours=is_ours)

    def _note(self, claimed: Claimed, outcome: Made | Failed, *, is_ours: bool) -> None:
        facts = {"conversion_id": claimed.id, "media_id": claimed.media_id}
        if not is_ours:
            log.info("conversion.claim_lost", **facts)
        elif isinstance(outcome, Made):
            self.made += 1
            log.info("conversion.made", **facts, target=claimed.target.value)
        else:
            self.failed += 1
            log.warning(
                "conversion.failed",
                **facts,
                target=claimed.target.value,
                failure=outcome.failure.value,
                said=outcome.message[-300:],
            )

    def _renew_claims(self) -> None:
        for job in self._jobs:
            age = time.monotonic() - job.renewed_at
            is_news = job.progress != job.told and age >= _TELL_SECONDS
            if not job.stop.is_set() and (is_news or age >= _RENEW_SECONDS):
                self._renew(job)

    def _renew(self, job: Job) -> None:
        progress, job.renewed_at = job.progress, time.monotonic()
        with self._worker.sessions.begin() as session:
            is_ours = claims.renew(session, job.claimed, progress, now=self._worker.clock())
        job.told = progress
        if not is_ours:
            log.info("conversion.claim_lost", conversion_id=job.claimed.id)
            job.stop.set()

    def _begin_left(self) -> bool:
        """Go on with what a converter left that no longer renews its claim."""
        if time.monotonic() < self._next.watch:
            return False
        self._next.watch = time.monotonic() + _WATCH_SECONDS
        with self._worker.read_sessions() as session:
            known = claims.list_claims(session)
        left = self._watch.list_left(known, [job.claimed.id for job in self._jobs])
        return sum(self._take_over(number, seen) for number, seen in left.items()) > 0

    def _take_over(self, number: int, seen: claims.ClaimRow) -> bool:
        if len(self._jobs) >= self._at_once:
            return False
        with self._worker.sessions.begin() as session:
            claimed = claims.take_over(session, number, seen, self._owner, now=self._worker.clock())
        log.warning("conversion.taken_over", conversion_id=number, goes_on=claimed is not None)
        if claimed is None:
            return False
        self._begin(claimed)
        return True

    def _begin_due(self, *, has_settled: bool) -> bool:
        if len(self._jobs) >= self._at_once or not self._is_time_to_look(has_settled=has_settled):
            return False
        with self._worker.sessions.begin() as session:
            claimed = claims.claim_next(
                session, self._owner, self._able_now(), now=self._worker.clock()
            )
        if claimed is None:
            return False
        self._next.look = 0.0  # there may be more
        self._begin(claimed)
        return True

    def _is_time_to_look(self, *, has_settled: bool) -> bool:
        with self._worker.read_sessions() as session:
            change = changes.current(session, changes.MEDIA)
        is_news, self._change = change != self._change, change
        if not (is_news or has_settled or time.monotonic() >= self._next.look):
            return False
        self._next.look = time.monotonic() + _LOOK_SECONDS
        return True

    def _able_now(self) -> Abilities:
        """Return what may begin now: long videos leave a place for what is quick."""
        able = self._programs.abilities()
        if self._jobs.count(Target.MP4) < max(1, self._at_once - 1):
            return able
        return {target: kinds for target, kinds in able.items() if target is not Target.MP4}

    def _begin(self, claimed: Claimed) -> None:
        log.info(
            "conversion.begun",
            conversion_id=claimed.id,
            media_id=claimed.media_id,
            target=claimed.target.value,
            attempt=claimed.attempts,
        )
        with self._worker.read_sessions() as session:
            made = claims.find_made_before(session, claimed)
        if made is not None and (made.path is None or (self._store.root / made.path).is_file()):
            self._settle(claimed, made)
        else:
            self._jobs.begin(claimed)


def run(worker: Worker) -> None:
    """Convert until the worker is told to stop; outages of the database are waited out."""
    converter = Converter(worker, _find_sandbox())
    is_away = False
    while not worker.stop.is_set():
        try:
            pause = 0.0 if converter.step() else converter.rest()
            is_away = False
        except DatabaseError as error:
            if not is_away:
                log.warning("converter.database_failed", error=str(error)[:300])
            is_away, pause = True, RETRY_SECONDS
        # It needs no broker: what it lacks is never the broker's fault.
        worker.show_sign_of_life(is_broker_connected=True, metrics=converter.metrics())
        worker.stop.wait(pause)
    try:
        converter.close()
    except DatabaseError:
        log.info("converter.claims_left")  # another one takes them over


def _find_sandbox() -> Sandbox:
    with TemporaryDirectory(prefix="infoscreen-sandbox-") as folder:
        sandbox = Sandbox.find(Path(folder))
    if sandbox.cage is Cage.BUBBLEWRAP:
        log.info("converter.sandbox_found", sandbox=sandbox.cage.value)
    else:
        log.warning(
            "converter.sandbox_weak",
            sandbox=sandbox.cage.value,
            hint="install bubblewrap and allow user namespaces (docs/conversions.md)",
        )
    return sandbox


def command() -> None:
    """Convert files of the library; any number of these may run."""
    with worker_process("converter") as worker:
        run(worker)


if __name__ == "__main__":
    command()
