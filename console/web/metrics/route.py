"""`/metrics` itself: what the installation, this process and its timings say, as one text."""

from typing import Final

from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import choose_encoder
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.runtime import resources
from console.timings import TIMINGS
from console.web.metrics.access import may_read
from console.web.metrics.collector import Installation

_NO_STORE: Final = {"cache-control": "no-store"}
_REFUSED: Final = {
    "error": "Bring the token of METRICS_TOKEN, as Authorization: Bearer …, or ask from this "
    "machine without a proxy.",
    "code": "signed_out",
}


async def metrics(request: Request) -> Response:
    """Tell every figure to a program that may read them."""
    if not may_read(request, resources().settings.metrics_token):
        headers = {**_NO_STORE, "www-authenticate": "Bearer"}
        return JSONResponse(_REFUSED, status_code=401, headers=headers)
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    text = await run_in_threadpool(lambda: encode(_ALL))
    return Response(text, headers={**_NO_STORE, "content-type": content_type})


def _all() -> CollectorRegistry:
    every = CollectorRegistry(auto_describe=False)
    every.register(Installation())
    every.register(TIMINGS)
    ProcessCollector(registry=every)
    PlatformCollector(registry=every)
    return every


_ALL: Final = _all()
