"""How long this process takes: to answer requests, and to draw pages."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, Histogram, disable_created_metrics

_ANSWER_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PAGE_BOUNDS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# When a series began is of no use, and takes as much room as the series itself.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library's own
TIMINGS: Final = CollectorRegistry(auto_describe=True)
ANSWERS: Final = Histogram(
    "infoscreen_http_request_duration_seconds",
    "Time from a request until its answer began, by the pattern of its address.",
    ("method", "route", "status"),
    buckets=_ANSWER_BOUNDS,
    registry=TIMINGS,
)
UNANSWERED: Final = Gauge(
    "infoscreen_http_requests_in_progress",
    "Requests whose answer has not ended yet; players in browsers keep one open all the time.",
    registry=TIMINGS,
)
WEBSOCKETS: Final = Gauge(
    "infoscreen_websockets_open", "Pages that are open in a browser.", registry=TIMINGS
)
PAGES: Final = Histogram(
    "infoscreen_page_run_duration_seconds",
    "Time that the server took to draw a page once.",
    ("page",),
    buckets=_PAGE_BOUNDS,
    registry=TIMINGS,
)


@contextmanager
def page_run(name: str) -> Iterator[None]:
    """Measure one run of a page, also one that something ended early, such as another click."""
    began = time.monotonic()
    try:
        yield
    finally:
        PAGES.labels(name).observe(time.monotonic() - began)
