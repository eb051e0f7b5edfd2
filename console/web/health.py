"""`/healthz`: the process answers. `/readyz`: what it needs is there.

Streamlit answers unknown addresses with 200 and a page, so a check must read the body.
"""

import socket
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.runtime import OutageError, resources
from infoscreen_core.services.setup.schema import get_schema

_BROKER_SECONDS: Final = 1.0
Check = dict[str, object]


async def healthz(_request: Request) -> JSONResponse:
    """Answer as long as the process lives."""
    return JSONResponse({"status": "ok"})


def readyz(_request: Request) -> JSONResponse:
    """Check database, schema and broker; 503 names what is not there."""
    checks = {**_database(), "broker": _broker()}
    is_ready = all(check["ok"] for check in checks.values())
    body = {"status": "ready" if is_ready else "not_ready", "checks": checks}
    return JSONResponse(
        body, status_code=200 if is_ready else 503, headers={"cache-control": "no-store"}
    )


def _database() -> dict[str, Check]:
    try:
        schema = get_schema(resources().engine)
    except OutageError as error:
        unknown: Check = {"ok": False, "detail": "unknown while the database is away"}
        return {"database": {"ok": False, "detail": type(error).__name__}, "migrations": unknown}
    migrations: Check = {"ok": schema.is_current, "revision": schema.revision, "head": schema.head}
    return {"database": {"ok": True}, "migrations": migrations}


def _broker() -> Check:
    settings = resources().settings
    address = (settings.mqtt_broker_host, settings.mqtt_broker_port)
    try:
        socket.create_connection(address, timeout=_BROKER_SECONDS).close()
    except OSError as error:
        return {
            "ok": False,
            "detail": type(error).__name__,
            "address": f"{address[0]}:{address[1]}",
        }
    return {"ok": True}
