"""`/healthz`: the process answers. `/readyz`: what it needs is there.

Streamlit answers unknown addresses with 200 and a page, so a check must read the body. Checks have
threads of their own, and an end: what hangs while pages ask it must not keep the answer back.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.monitoring import snapshots
from console.runtime import ANSWER_SECONDS, Outage, OutageError, Resources, outage_of, resources
from infoscreen_core.services.monitoring.upkeep.storage import StorageView, measured
from infoscreen_core.services.setup.schema import get_schema

_BROKER_SECONDS: Final = 1.0
_PATIENCE_SECONDS: Final = float(ANSWER_SECONDS)
Check = dict[str, object]
Checks = dict[str, Check]


class Look:
    """One check, made by one thread at a time; those who ask meanwhile get the same answer."""

    def __init__(self, look: Callable[[], Checks]) -> None:
        self._look = look
        self._guard = threading.Lock()
        self._answer: Future[Checks] | None = None
        self._began = 0.0

    async def answer(self) -> Checks | None:
        """Return what was found; None when that takes too long."""
        answer = self._begun()
        left = self._began + _PATIENCE_SECONDS - time.monotonic()
        try:
            return await asyncio.wait_for(
                asyncio.shield(asyncio.wrap_future(answer)), max(left, 0.0)
            )
        except TimeoutError:
            return None

    def _begun(self) -> "Future[Checks]":
        with self._guard:
            if self._answer is None or self._answer.done():
                self._answer, self._began = Future(), time.monotonic()
                # A daemon, so that a look that hangs does not keep the process from ending.
                threading.Thread(target=self._run, args=(self._answer,), daemon=True).start()
            return self._answer

    def _run(self, answer: "Future[Checks]") -> None:
        try:
            answer.set_result(self._look())
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            answer.set_exception(error)


async def healthz(_request: Request) -> JSONResponse:
    """Answer as long as the process lives."""
    return JSONResponse({"status": "ok"})


async def readyz(_request: Request) -> JSONResponse:
    """Check database, schema, storage, broker and pages; 503 names what is not there."""
    stored, broker = await asyncio.gather(_STORED.answer(), _BROKER.answer())
    if stored is None:
        resources().reach.note_hanging()
        stored = _without_database(resources(), Outage.HANGING, "no answer in time")
    checks = {
        **stored,
        **(broker or {"broker": {"ok": False, "detail": "no answer in time"}}),
        "pages": _check_pages(),
    }
    is_ready = all(check["ok"] for check in checks.values())
    body = {"status": "ready" if is_ready else "not_ready", "checks": checks}
    return JSONResponse(
        body, status_code=200 if is_ready else 503, headers={"cache-control": "no-store"}
    )


def _check_stored() -> Checks:
    made = resources()
    if made.reach.is_hanging:
        return _without_database(made, Outage.HANGING, "no answer")
    try:
        schema = get_schema(made.probe.execution_options(sqlite_deferred=True))
    except OutageError as error:
        kind = outage_of(error)
        if kind is Outage.HANGING:
            made.reach.note_hanging()
        return _without_database(made, kind, type(error).__name__)
    migrations: Check = {"ok": schema.is_current, "revision": schema.revision, "head": schema.head}
    storage = (
        snapshots.storage(is_suspect=True)
        if schema.is_current
        else measured(made.settings.storage_directories)
    )
    return {"database": {"ok": True}, "migrations": migrations, "storage": _storage(storage)}


def _without_database(made: Resources, kind: Outage | None, detail: str) -> Checks:
    unknown: Check = {"ok": False, "detail": "unknown while the database is away"}
    return {
        "database": {"ok": False, "detail": detail, "outage": kind},
        "migrations": unknown,
        "storage": _storage(measured(made.settings.storage_directories)),
    }


def _storage(storage: StorageView) -> Check:
    return {
        "ok": storage.trouble is None,
        "outage": storage.trouble,
        "directory": storage.directory,
        "freeBytes": storage.free_bytes,
        "isLow": storage.is_low,
    }


def _check_pages() -> Check:
    """Look whether pages can be opened without waiting for what all of them show first."""
    if resources().opening.is_awaited:
        return {"ok": False, "detail": "they are being read for the first time"}
    return {"ok": True}


def _check_broker() -> Checks:
    settings = resources().settings
    address = (settings.mqtt_broker_host, settings.mqtt_broker_port)
    try:
        socket.create_connection(address, timeout=_BROKER_SECONDS).close()
    except OSError as error:
        detail = type(error).__name__
        where = f"{address[0]}:{address[1]}"
        return {"broker": {"ok": False, "detail": detail, "address": where}}
    return {"broker": {"ok": True}}


_STORED: Final = Look(_check_stored)
_BROKER: Final = Look(_check_broker)
