"""How many messages a second one receiver gets from the fetcher.

    python tests/bench/webhooks/posting.py [--messages 2000] [--receivers 1]
        [--backend sqlite|mariadb|both] [--json]

So many messages wait for each receiver, a program of its own that answers 204 at once. What counts
is the time from the first that arrives until the database says of all that they were delivered, by
`infoscreen fetcher` as shipped. Beside it: the processor time of the fetcher for one message, and
how many came more than once.

What must hold: all arrive, and none twice, as nothing fails.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder, whose modules would hide others
sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

import json
import multiprocessing
import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from typing import Any, Final

import psutil
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import WebhookDelivery
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind
from tests.bench.commands import database_url
from tests.bench.figures import options_of, tell
from tests.support.big_fleet.prepared import BACKENDS
from tests.support.ports import wait_until
from tests.support.webhooks.post import KEY, add_webhook
from workers.supervision import infoscreen_command

PATIENCE_SECONDS: Final = 600.0
_BODY: Final = json.dumps({"type": "webhook.test", "timestamp": "2026-11-23T07:00:00Z", "data": {}})


def receive(ends: Connection) -> None:
    """Answer every message at once; tell the port, and at the end what came when."""
    heard: list[tuple[float, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            heard.append((time.monotonic(), self.headers["webhook-id"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    ends.send(http.server_address[1])
    http.timeout = 0.05
    while not ends.poll():
        http.handle_request()
    ends.send(heard)


class Receiver:
    """The program that is told."""

    def __init__(self) -> None:
        self._ends, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=receive, args=(theirs,), daemon=True)
        self._process.start()
        self.url = f"http://127.0.0.1:{self._ends.recv()}/hooks"

    def heard(self) -> list[tuple[float, str]]:
        """End it; return the times and ids of what came."""
        self._ends.send(None)
        found: list[tuple[float, str]] = self._ends.recv()
        self._process.join()
        return found


def fill(sessions: sessionmaker[Session], webhook_id: int, count: int) -> None:
    """Let so many messages wait for a webhook."""
    now = utc_now()
    rows = [
        {
            "webhook_id": webhook_id,
            "message_id": f"msg_{webhook_id}_{number}",
            "kind": EventKind.TEST,
            "body": _BODY,
            "state": DeliveryState.PENDING,
            "created_at": now,
            "next_at": now,
            "tries": 0,
        }
        for number in range(count)
    ]
    with sessions.begin() as session:
        session.execute(insert(WebhookDelivery), rows)


def delivered(sessions: sessionmaker[Session]) -> int:
    """Count the messages of which the database says that they were delivered."""
    with sessions() as session:
        is_over = WebhookDelivery.state == DeliveryState.DELIVERED
        return session.scalar(select(func.count()).where(is_over)) or 0


def run(url: str, messages: int, receivers: int, directory: Path) -> dict[str, Any]:
    """Measure on one database."""
    engine = make_engine(url)
    sessions = make_session_factory(engine)
    there = [Receiver() for _number in range(receivers)]
    for number, one in enumerate(there):
        made = add_webhook(sessions, one.url, name=f"Receiver {number}")
        fill(sessions, made.webhook.id, messages)
    own = {
        "DB_CONN": url,
        "SECRET_KEY": KEY,
        "WEBHOOK_ALLOWED_HOSTS": "127.0.0.1",
        "INFOSCREEN_DATA_DIR": str(directory),
        "LOG_LEVEL": "WARNING",
    }
    fetcher = subprocess.Popen(
        infoscreen_command("fetcher"), env={**os.environ, **own}, cwd=directory
    )
    try:
        wait_until(
            lambda: delivered(sessions) == messages * receivers,
            seconds=PATIENCE_SECONDS,
            what="all messages",
        )
        over, times = time.monotonic(), psutil.Process(fetcher.pid).cpu_times()
    finally:
        fetcher.send_signal(signal.SIGTERM)
        fetcher.wait(30)
        engine.dispose()
    heard = [one.heard() for one in there]
    began = min(first for one in heard for first, _id in one)
    ids = [message_id for one in heard for _at, message_id in one]
    return {
        "per_second": round(len(set(ids)) / (over - began), 1),
        "cpu_ms_each": round(1000 * (times.user + times.system) / len(ids), 2),
        "arrived": len(set(ids)),
        "twice": len(ids) - len(set(ids)),
    }


def main() -> None:
    """Run it and print its table; the exit code says whether all of it holds."""
    parser = options_of(__doc__, messages=2000, receivers=1)
    parser.add_argument("--backend", choices=(*BACKENDS, "both"), default="both")
    options = parser.parse_args()
    figures: dict[str, Any] = {"messages": options.messages, "receivers": options.receivers}
    with ExitStack() as stack:
        for backend in BACKENDS if options.backend == "both" else (options.backend,):
            directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = database_url(stack, directory, backend)
            figures[backend] = run(url, options.messages, options.receivers, directory)
    found = [one for one in figures.values() if isinstance(one, dict)]
    holds = all(
        one["arrived"] == options.messages * options.receivers and not one["twice"] for one in found
    )
    tell({**figures, "holds": holds}, as_json=options.json)


if __name__ == "__main__":
    main()
