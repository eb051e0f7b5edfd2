"""What the operation itself has to tell: workers that are silent, a broker that is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.errors import error_sentence
from console.words.formatting import clock, duration, near
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.monitoring.upkeep.storage import StorageView, explain
from infoscreen_core.services.monitoring.views import WorkerView

NEEDED_WORKERS: Final[dict[str, str]] = {
    "listener": N_("What screens report is not taken in; states and pictures below may be old."),
    "scheduler": N_("Screens go on showing what they have; changes of the plan do not reach them."),
    "dispatcher": N_("Commands and group changes wait; they are sent as soon as it is back."),
    "fetcher": N_("Subscribed calendars are not read; their events stay as they were last."),
    "converter": N_("New files wait to be converted; what is ready is shown as before."),
}

_SILENT_ICON: Final = ":material/warning:"
_WITHOUT_BROKER: Final = frozenset({"fetcher", "converter"})
"""Workers of which it says nothing that they are connected."""


@dataclass(frozen=True)
class Notice:
    """One thing that is wrong with the operation as a whole."""

    tone: Literal["error", "warning"]
    icon: str
    text: str
    details: tuple[str, ...] = ()
    """What is read on request: a sentence or two for each thing that the text sums up."""


def system_notices(workers: Sequence[WorkerView], zone: ZoneInfo, *, now: datetime) -> list[Notice]:
    """Return what is wrong, worst first; empty when all is well."""
    fresh = [worker for worker in workers if is_at_work(worker.seen_at, now=now)]
    needed = [worker for worker in fresh if worker.name in NEEDED_WORKERS.keys() - _WITHOUT_BROKER]
    is_broker_gone = needed and not any(worker.is_broker_connected for worker in needed)
    return [
        *([_broker_gone()] if is_broker_gone else []),
        *(_troubled(worker.trouble) for worker in fresh if worker.trouble),
        *_silent_workers(workers, zone, now),
    ]


def blind_sentence(since: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return that the server cannot see its screens, and since when."""
    return _(
        "Since {time} the server itself cannot see its screens. What stands here of them is what "
        "was known last.",
        time=near(since, zone, now=now),
    )


def _troubled(trouble: Sentence) -> Notice:
    return Notice("error", ":material/error:", error_sentence(trouble))


def is_any_silent(workers: Sequence[WorkerView], *, now: datetime) -> bool:
    """Whether a worker that is needed gives no sign of life, perhaps because none is stored."""
    seen = {worker.name: worker.seen_at for worker in workers}
    return any(name not in seen or not is_at_work(seen[name], now=now) for name in NEEDED_WORKERS)


def database_notices(silent_seconds: float) -> list[Notice]:
    """Return that the database hangs, and for how long that is known."""
    if not silent_seconds:
        return []
    text = _(
        "The database has given no answer for {age}. Screens go on showing what they have; "
        "nothing can be changed here until it answers again.",
        age=duration(timedelta(seconds=silent_seconds), is_dative=True),
    )
    return [Notice("error", ":material/database_off:", text)]


def storage_notices(storage: StorageView) -> list[Notice]:
    """Return that nothing can be stored, or that there will soon be no room."""
    if storage.trouble:
        text = error_sentence(explain(storage.trouble, storage))
        return [Notice("error", ":material/hard_drive:", text)]
    if not storage.is_low:
        return []
    text = _(
        "Only {free} MB are left in {directory}; make room before the disk is full.",
        free=storage.free_megabytes,
        directory=storage.directory,
    )
    return [Notice("warning", ":material/hard_drive:", text)]


def _broker_gone() -> Notice:
    text = _(
        "The message broker does not answer. Screens go on showing what they have; commands and "
        "changes are sent as soon as it is back."
    )
    return Notice("error", ":material/cloud_off:", text)


def _silent_workers(workers: Sequence[WorkerView], zone: ZoneInfo, now: datetime) -> list[Notice]:
    seen = {worker.name: worker.seen_at for worker in workers}
    silent = {
        name: _silent(name, consequence, seen.get(name), zone, now)
        for name, consequence in NEEDED_WORKERS.items()
        if name not in seen or not is_at_work(seen[name], now=now)
    }
    if len(silent) <= 1:
        return [Notice("warning", _SILENT_ICON, text) for text in silent.values()]
    # One for each would push the page out of sight.
    text = _("{n} workers are silent: {workers}.", n=len(silent), workers=", ".join(silent))
    return [Notice("warning", _SILENT_ICON, text, tuple(silent.values()))]


def _silent(
    name: str, consequence: str, seen_at: datetime | None, zone: ZoneInfo, now: datetime
) -> str:
    if seen_at is None or is_ahead(seen_at, now=now):  # the clock was set back
        head = _("The {worker} is not running.", worker=name)
    elif (now - seen_at) < timedelta(hours=1):
        head = _(
            "The {worker} has been silent since {time}.",
            worker=name,
            time=clock(seen_at, zone, with_seconds=True),
        )
    else:
        head = _(
            "The {worker} has been silent since {time}.",
            worker=name,
            time=near(seen_at, zone, now=now),
        )
    return f"{head} {_(consequence)}"
