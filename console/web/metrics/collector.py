"""The figures of the whole installation, read when somebody asks for them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from console.monitoring import snapshots
from console.monitoring.snapshots import FleetSnapshot
from console.runtime import OutageError, now, read_session, resources
from console.shared import shared
from console.web.metrics.families import of_workers
from infoscreen_core.domain.commands.lifecycle import OPEN
from infoscreen_core.domain.media.types import ConversionStatus
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.services.monitoring import measures as service
from infoscreen_core.services.monitoring.measures import Measures
from infoscreen_core.services.monitoring.upkeep.jobs import JobView
from infoscreen_core.services.monitoring.upkeep.storage import measured

FRESH_SECONDS: Final = 5.0
"""Whoever asks more often gets the same figures of the database again."""


@shared(seconds=FRESH_SECONDS, entries=1)
def _measures() -> Measures:
    with read_session() as session:
        return service.read(session, now=now())


class Installation(Collector):
    """Reads what the database knows; without it, says so and tells the rest."""

    def collect(self) -> Iterator[Metric]:
        """Return every metric, those that are not known without a sample."""
        known = self._read()
        yield GaugeMetricFamily(
            "infoscreen_database_up", "Whether the database answers.", float(known is not None)
        )
        free = measured(resources().settings.storage_directories).free_bytes
        yield GaugeMetricFamily(
            "infoscreen_storage_free_bytes", "Room where our files lie.", float(free)
        )
        fleet, counted = known or (None, None)
        yield from _of_fleet(fleet)
        yield from _of_queues(counted)
        yield from _of_library(counted)
        yield from _of_jobs(counted.jobs if counted else ())
        yield from of_workers(counted.signs if counted else (), now())

    def describe(self) -> Iterable[Metric]:
        """Say nothing beforehand: to register must not ask the database."""
        return []

    def _read(self) -> tuple[FleetSnapshot, Measures] | None:
        if resources().reach.is_hanging:
            return None
        try:
            return snapshots.fleet(), _measures()
        except OutageError:
            return None


def _of_fleet(fleet: FleetSnapshot | None) -> Iterator[Metric]:
    count = fleet.figures.whole if fleet else None
    yield _by(
        "infoscreen_screens",
        "Screens in service, by status.",
        "status",
        count.statuses if count else {},
    )
    yield _by(
        "infoscreen_screens_by_content",
        "Screens in service, by whether they show what is planned.",
        "content",
        count.contents if count else {},
    )
    yield _by(
        "infoscreen_players",
        "Players, by whether they count as screens.",
        "standing",
        count.standings if count else {},
    )


def _of_queues(counted: Measures | None) -> Iterator[Metric]:
    commands, conversions, incidents, late = (
        (counted.open_commands, counted.conversions, counted.open_incidents, counted.late_commands)
        if counted
        else ({}, {}, {}, {})
    )
    yield _by(
        "infoscreen_commands_open",
        "Commands under way, by state.",
        "state",
        {state: commands.get(state, 0) for state in OPEN if counted},
    )
    last_day = GaugeMetricFamily(
        "infoscreen_commands_last_day",
        "Commands issued within the last 24 hours, by action and where they stand.",
        labels=["action", "state"],
    )
    for (action, state), number in late.items():
        last_day.add_metric([action, state], number)
    yield last_day
    yield _by(
        "infoscreen_conversions",
        "Conversions of files, by status.",
        "status",
        {status: conversions.get(status, 0) for status in ConversionStatus if counted},
    )
    yield _by(
        "infoscreen_incidents_open",
        "Incidents that are open, by kind.",
        "kind",
        {kind: incidents.get(kind, 0) for kind in IncidentKind if counted},
    )
    outbox = GaugeMetricFamily(
        "infoscreen_outbox_messages", "Retained messages that wait for the broker."
    )
    if counted:
        outbox.add_metric([], counted.outbox)
    yield outbox
    yield from _of_webhooks(counted)


def _of_webhooks(counted: Measures | None) -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "infoscreen_webhook_messages", "Messages that wait to be told to webhooks."
    )
    stopped = GaugeMetricFamily(
        "infoscreen_webhooks_stopped", "Webhooks that were switched off by themselves."
    )
    if counted:
        waiting.add_metric([], counted.webhook_messages)
        stopped.add_metric([], counted.stopped_webhooks)
    yield from (waiting, stopped)


def _of_library(counted: Measures | None) -> Iterator[Metric]:
    files = GaugeMetricFamily("infoscreen_media_files", "Files of the library.")
    size = GaugeMetricFamily("infoscreen_media_bytes", "What the library's contents take.")
    if counted:
        files.add_metric([], counted.library.file_count)
        size.add_metric([], counted.library.byte_count)
    yield from (files, size)


def _of_jobs(jobs: Iterable[JobView]) -> Iterator[Metric]:
    success = _jobs(
        "infoscreen_housekeeping_last_success_timestamp_seconds", "Last success of a job."
    )
    duration = _jobs(
        "infoscreen_housekeeping_last_duration_seconds", "Duration of a job's last run."
    )
    failed = _jobs("infoscreen_housekeeping_failed", "Whether a job's last run failed.")
    for job in jobs:
        if job.succeeded_at is not None:
            success.add_metric([job.name], job.succeeded_at.timestamp())
        if job.duration is not None:
            duration.add_metric([job.name], job.duration.total_seconds())
        if job.began_at is not None:
            failed.add_metric([job.name], float(job.error is not None))
    yield from (success, duration, failed)


def _jobs(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=["task"])


def _by(name: str, text: str, label: str, counts: Mapping[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, number in counts.items():
        family.add_metric([str(key)], number)
    return family
