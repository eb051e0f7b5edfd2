"""One desk for all players of a process: each file is fetched once, a few at a time."""

import asyncio
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

import httpcore

from workers.simulator.media.files import (
    VIDEO_SECONDS,
    Failure,
    MediaError,
    Outcome,
    Slides,
    WantedFile,
)
from workers.simulator.media.pages import draw_pages, is_video_file
from workers.simulator.media.shelf import Shelf
from workers.simulator.media.transfer import Part, fetch

_AT_ONCE: Final = 4
_TOGETHER_SECONDS: Final = 1.0
"""Players that ask within it after a failure are told the same: they ask in step."""

Tell = Callable[[Outcome], None]


class MediaDesk:
    """Fetches and draws in threads; asks and answers come on the event loop."""

    def __init__(self, shelf: Shelf, loop: asyncio.AbstractEventLoop) -> None:
        self._shelf = shelf
        self._loop = loop
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="media")
        self._pool = httpcore.ConnectionPool(max_connections=_AT_ONCE, keepalive_expiry=20.0)
        self._waiting: dict[str, list[tuple[WantedFile, Tell]]] = {}
        """Who waits for each content that is on its way; addresses may differ by what signs them"""
        self._failed: dict[str, tuple[float, Outcome]] = {}
        """By address."""

    def ask(self, file: WantedFile, tell: Tell) -> None:
        """Have a file fetched unless it is here, and `tell` what came of it, later."""
        failed_at, outcome = self._failed.get(file.url, (0.0, None))
        if outcome is not None and time.monotonic() - failed_at < _TOGETHER_SECONDS:
            self._loop.call_soon(tell, outcome)
        elif file.key in self._waiting:
            self._waiting[file.key].append((file, tell))
        else:
            self._waiting[file.key] = [(file, tell)]
            self._failed.pop(file.url, None)
            done = self._loop.run_in_executor(self._threads, self._get, file)
            done.add_done_callback(self._finish)

    def close(self) -> None:
        """Fetch nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    def _finish(self, done: "asyncio.Future[Outcome]") -> None:
        if done.cancelled():
            return
        outcome = done.result()
        if outcome.failure is not None:
            self._note_failed(outcome)
        for file, tell in self._waiting.pop(outcome.file.key):
            if outcome.failure is None or file.url == outcome.file.url:
                tell(outcome)
            else:  # this one has an address of its own, which may do
                self.ask(file, tell)

    def _note_failed(self, outcome: Outcome) -> None:
        at = time.monotonic()
        self._failed = {
            url: one for url, one in self._failed.items() if at - one[0] < _TOGETHER_SECONDS
        }
        self._failed[outcome.file.url] = at, outcome

    def _get(self, file: WantedFile) -> Outcome:
        outcome = Outcome(file)
        try:
            return replace(outcome, slides=self._slides(file))
        except MediaError as error:
            return replace(outcome, failure=error.failure, detail=error.detail)
        except OSError as error:
            return replace(outcome, failure=Failure.NO_ROOM, detail=error.strerror or "")
        except Exception as error:  # noqa: BLE001 - whatever a strange file does to those who read it
            return replace(outcome, failure=Failure.UNSUPPORTED, detail=type(error).__name__)

    def _slides(self, file: WantedFile) -> Slides:
        pages = self._shelf.find_pages(file.key)
        if pages is None:
            part = Part(self._shelf.part(file.key))
            fetch(self._pool, file, part, limit=self._shelf.limit)
            pages = self._draw(file, part)
        return _slides(pages)

    def _draw(self, file: WantedFile, part: Part) -> list[Path]:
        folder = self._shelf.draft(file.key)
        try:
            draw_pages(part.path, folder)
            return self._shelf.keep(file.key, part.path, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            part.remove()


def _slides(pages: list[Path]) -> Slides:
    is_film = bool(pages) and is_video_file(pages[0].with_name("content"))
    return Slides(tuple(pages), VIDEO_SECONDS if is_film else None)
