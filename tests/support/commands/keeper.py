"""Somebody who speaks with the plugs while a test goes on, as the fetcher does."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.settings import Settings
from workers.fetcher.plugs import PlugKeeper
from workers.runtime import Worker, open_database

_REST_SECONDS = 0.05


@contextmanager
def speaking_with_plugs(settings: Settings) -> Iterator[None]:
    """Carry out what is due, in a thread."""
    with open_database(settings) as database:
        worker = Worker("fetcher", settings, database)
        keeper = PlugKeeper(worker, PlugTools.of(settings))

        def work() -> None:
            while not worker.stop.is_set():
                if not keeper.step():
                    worker.stop.wait(_REST_SECONDS)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            worker.stop.set()
            thread.join(30)
