"""What workers say of themselves, as metrics: one row for each figure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import inf
from typing import Any, Final

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from infoscreen_core.domain.monitoring.histograms import Histogram
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.services.monitoring.signs_of_life import CLOCK_AHEAD, WorkerSign


class _Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of a worker's sign of life, and how Prometheus calls it."""

    worker: str
    said: str
    name: str
    kind: _Kind
    help: str
    label: str = ""
    """What the keys are, of a figure that has several values."""


_C, _G, _H = _Kind.COUNTER, _Kind.GAUGE, _Kind.HISTOGRAM
_FIGURES: Final = (
    _Figure("listener", "received", "messages_received", _C, "Messages taken in from players."),
    _Figure("listener", "applied", "messages_stored", _C, "Messages in order, and stored."),
    _Figure(
        "listener", "refusals", "messages_refused", _C, "Messages of no use, by reason.", "reason"
    ),
    _Figure("listener", "dropped", "messages_dropped", _C, "Messages of QoS 0 that found no room."),
    _Figure("listener", "queue_length", "queue_messages", _G, "Messages that wait to be stored."),
    _Figure("listener", "batch_sizes", "batch_messages", _H, "Messages stored in a transaction."),
    _Figure("listener", "batch_seconds", "batch_duration_seconds", _H, "Time to store a batch."),
    _Figure(
        "listener",
        "lag_seconds",
        "lag_seconds",
        _H,
        "Time from the arrival of a batch's oldest message until it was stored.",
    ),
    _Figure("listener", "pictures_kept", "pictures_stored", _C, "Pictures of screens, stored."),
    _Figure("listener", "pictures_waiting", "queue_pictures", _G, "Pictures that wait."),
    _Figure("scheduler", "groups", "lists", _G, "Lists of events that are kept at the broker."),
    _Figure("scheduler", "published", "lists_published", _C, "Lists that were published."),
    _Figure("scheduler", "unconfirmed", "lists_unconfirmed", _G, "Lists not yet confirmed."),
    _Figure("scheduler", "unplayable", "unplayable_events", _G, "Events that no player can show."),
    _Figure(
        "scheduler",
        "look_seconds",
        "step_duration_seconds",
        _H,
        "Time to read the plan and work out all lists.",
    ),
    _Figure(
        "scheduler",
        "lag_seconds",
        "boundary_lag_seconds",
        _H,
        "Time from the start or end of an event until its lists went out.",
    ),
    _Figure(
        "scheduler",
        "confirm_seconds",
        "publish_duration_seconds",
        _H,
        "Time from sending a list until the broker confirmed it.",
    ),
    _Figure("scheduler", "intents_published", "intents_published", _C, "Power intents published."),
    _Figure(
        "dispatcher", "published", "messages_published", _C, "Commands and retained state sent."
    ),
    _Figure(
        "dispatcher", "commands_under_way", "commands_unconfirmed", _G, "Commands not confirmed."
    ),
    _Figure(
        "dispatcher",
        "round_seconds",
        "step_duration_seconds",
        _H,
        "Time of a round in which there was something to do.",
    ),
    _Figure(
        "dispatcher",
        "confirm_seconds",
        "publish_duration_seconds",
        _H,
        "Time from sending a message until the broker confirmed it.",
    ),
    _Figure("fetcher", "read", "calendars_read", _C, "Subscribed calendars that were read."),
    _Figure("fetcher", "failed", "calendars_failed", _C, "Readings of calendars that failed."),
    _Figure("fetcher", "plug_steps", "plug_steps", _C, "Steps of power cycles, carried out."),
    _Figure("fetcher", "webhooks_delivered", "webhooks_delivered", _C, "Messages taken."),
    _Figure("fetcher", "webhooks_failed", "webhooks_failed", _C, "Tries that failed."),
    _Figure("fetcher", "webhook_seconds", "webhook_duration_seconds", _H, "Time of a try."),
    _Figure("converter", "made", "conversions_made", _C, "Conversions that went well."),
    _Figure("converter", "failed", "conversions_failed", _C, "Conversions that failed."),
    _Figure("converter", "under_way", "conversions_in_progress", _G, "Conversions at work."),
    _Figure("converter", "job_seconds", "conversion_duration_seconds", _H, "Time of a conversion."),
)


def of_workers(signs: Sequence[WorkerSign], now: datetime) -> Iterator[Metric]:
    """Return whether workers are at work, and the figures of those that are."""
    yield from _of_each(signs, now)
    alive = {one.name: one for one in signs if is_at_work(one.seen_at, now=now)}
    for figure in _FIGURES:
        sign = alive.get(figure.worker)
        yield _family(figure, (sign.metrics if sign else None) or {})


def _of_each(signs: Sequence[WorkerSign], now: datetime) -> Iterator[Metric]:
    up = _gauge("infoscreen_worker_up", "Whether a worker is at work.")
    seen = _gauge("infoscreen_worker_last_seen_timestamp_seconds", "Last sign of life.")
    start = _gauge("infoscreen_worker_start_timestamp_seconds", "When a worker began.")
    broker = _gauge("infoscreen_worker_broker_connected", "Whether the broker is reached.")
    ahead = _gauge("infoscreen_worker_clock_ahead_seconds", "Clock ahead of the database's.")
    for one in signs:
        labels = [one.name]
        up.add_metric(labels, is_at_work(one.seen_at, now=now))
        seen.add_metric(labels, one.seen_at.timestamp())
        start.add_metric(labels, one.started_at.timestamp())
        broker.add_metric(labels, one.is_broker_connected)
        ahead.add_metric(labels, _number((one.metrics or {}).get(CLOCK_AHEAD)) or 0.0)
    yield from (up, seen, start, broker, ahead)


def _gauge(name: str, text: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, labels=["worker"])


def _family(figure: _Figure, said: Mapping[str, Any]) -> Metric:
    """Return a figure's metric; without a sample when the worker says nothing of it."""
    name, value = f"infoscreen_{figure.worker}_{figure.name}", said.get(figure.said)
    if figure.kind is _Kind.HISTOGRAM:
        return _histogram(HistogramMetricFamily(name, figure.help), value)
    kind = CounterMetricFamily if figure.kind is _Kind.COUNTER else GaugeMetricFamily
    family = kind(name, figure.help, labels=[figure.label] if figure.label else [])
    values = value if isinstance(value, Mapping) else {"": value}
    for key, each in values.items():
        number = _number(each)
        if number is not None:
            family.add_metric([str(key)] if figure.label else [], number)
    return family


def _histogram(family: HistogramMetricFamily, said: object) -> HistogramMetricFamily:
    found = Histogram.read(said)
    if found is not None:
        buckets = [(_bound(bound), count) for bound, count in found.cumulative()]
        family.add_metric([], buckets, found.total)
    return family


def _bound(bound: float) -> str:
    return "+Inf" if bound == inf else str(bound)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
