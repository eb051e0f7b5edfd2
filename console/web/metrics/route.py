"""`/metrics` itself: what the installation, this process and its timings say, as one text."""

from typing import Final

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import SignedOutError, resources
from console.timings import TIMINGS
from console.web.api.problems import problem
from console.web.metrics.access import may_read
from console.web.metrics.collector import Installation

_NO_STORE: Final = {"cache-control": "no-store"}


async def metrics(request: Request) -> Response:
    """Tell every figure to a program that may read them."""
    if not may_read(request, resources().settings.metrics_token):
        return await run_in_threadpool(problem, request, _refused())
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    text = await run_in_threadpool(lambda: encode(_ALL))
    return Response(text, headers={**_NO_STORE, "content-type": content_type})


def _refused() -> SignedOutError:
    return SignedOutError(
        "Bring the token of METRICS_TOKEN, as Authorization: Bearer …, or ask from this machine "
        "without a proxy."
    )


def _all() -> CollectorRegistry:
    every = CollectorRegistry(auto_describe=False)
    every.register(Installation())
    every.register(TIMINGS)
    ProcessCollector(registry=every)
    PlatformCollector(registry=every)
    return every


_ALL: Final = _all()
