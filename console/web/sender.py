"""A thread that lets the kernel send files, so that the event loop is there for pages.

What is sent through Python costs a processor as much as all pages together. The kernel does it for
a tenth, and this thread needs the interpreter for a moment between two blocks only.
"""

import asyncio
import os
import select
import threading
import time
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Final

from console.web.courtesy import courtesy
from infoscreen_core.log import get_logger

log = get_logger()
IS_POSSIBLE: Final = all(hasattr(os, name) for name in ("eventfd", "sendfile", "posix_fadvise"))
"""Whether this is a Linux, which has all that it takes."""
_BLOCK: Final = 512 * 1024
"""Bytes that one connection sends before the others have their turn."""
_AHEAD: Final = 8 * 1024 * 1024
"""Bytes that the disk is told to bring, so that nobody waits for it."""
_STALLED_SECONDS: Final = 120.0
"""A client that takes nothing for so long is let go."""
_LOOK_SECONDS: Final = 5.0
_NICER, _NICEST = 5, 19
"""How much lower the thread's priority is than that of pages, and the lowest there is."""


@dataclass
class _Job:
    """Part of a file on its way; its descriptors are its own."""

    socket: int
    file: int
    offset: int
    end: int
    loop: asyncio.AbstractEventLoop
    done: "asyncio.Future[None]"
    moved_at: float = field(default_factory=time.monotonic)
    is_given_up: bool = False

    def finish(self, error: Exception | None) -> None:
        """Let go of it, and tell whoever waits."""
        os.close(self.socket)
        os.close(self.file)
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(_settle, self.done, error)


class Sender:
    """Sends parts of files over sockets, all in turn; its thread begins with the first."""

    def __init__(self) -> None:
        self._jobs: dict[int, _Job] = {}
        self._new: SimpleQueue[_Job] = SimpleQueue()
        self._guard = threading.Lock()
        self._wake: int | None = None

    async def send(self, socket: int, file: int, offset: int, count: int) -> None:
        """Send `count` bytes of an open file from `offset` on over a socket that does not block.

        Nobody else may write to the socket meanwhile. Raise `ConnectionError` when it is closed, or
        the file ends earlier; then the connection is good for nothing any more.
        """
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        job = _Job(os.dup(socket), os.dup(file), offset, offset + count, loop, done)
        self._new.put(job)
        os.eventfd_write(self._begun(), 1)
        try:
            await done
        finally:
            job.is_given_up = True

    def _begun(self) -> int:
        with self._guard:
            if self._wake is None:
                self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
                arguments = (self._wake,)
                threading.Thread(
                    target=self._run, args=arguments, name="sender", daemon=True
                ).start()
            return self._wake

    def _run(self, wake: int) -> None:
        _stand_back()
        poll = select.epoll()
        poll.register(wake, select.EPOLLIN)
        looked_at = time.monotonic()
        while True:
            for descriptor, _event in poll.poll(_LOOK_SECONDS if self._jobs else None):
                if descriptor == wake:
                    os.eventfd_read(wake)
                    self._take_in(poll)
                elif job := self._jobs.get(descriptor):
                    self._push_safely(poll, job)
            if time.monotonic() - looked_at > _LOOK_SECONDS:
                looked_at = time.monotonic()
                self._let_go_of_stalled(poll, looked_at)

    def _take_in(self, poll: select.epoll) -> None:
        while True:
            try:
                job = self._new.get_nowait()
            except Empty:
                return
            self._jobs[job.socket] = job
            poll.register(job.socket, select.EPOLLOUT)

    def _push_safely(self, poll: select.epoll, job: _Job) -> None:
        try:
            self._push(poll, job)
        except Exception:  # whatever it is, the files of all others must go on
            log.exception("file.sending_failed")
            self._end(poll, job, ConnectionResetError("it failed"))

    def _push(self, poll: select.epoll, job: _Job) -> None:
        """Send a block; other connections come before the next."""
        if job.is_given_up:
            self._end(poll, job, None)
            return
        if wait := courtesy.gap_seconds():
            time.sleep(wait)
        if not job.offset % _AHEAD:
            os.posix_fadvise(job.file, job.offset, 2 * _AHEAD, os.POSIX_FADV_WILLNEED)
        count = min(_BLOCK - job.offset % _BLOCK, job.end - job.offset)
        try:
            sent = os.sendfile(job.socket, job.file, job.offset, count)
        except BlockingIOError:
            return
        except OSError as error:
            self._end(poll, job, ConnectionResetError(str(error)))
            return
        job.offset, job.moved_at = job.offset + sent, time.monotonic()
        if not sent:
            self._end(poll, job, ConnectionResetError("the file is shorter than it was"))
        elif job.offset == job.end:
            self._end(poll, job, None)

    def _let_go_of_stalled(self, poll: select.epoll, now: float) -> None:
        for job in list(self._jobs.values()):
            if job.is_given_up or now - job.moved_at > _STALLED_SECONDS:
                self._end(poll, job, ConnectionResetError("nothing was taken any more"))

    def _end(self, poll: select.epoll, job: _Job, error: Exception | None) -> None:
        poll.unregister(job.socket)
        del self._jobs[job.socket]
        job.finish(error)


def _stand_back() -> None:
    """Let the machine's other threads go first; on Linux each thread has a niceness of its own."""
    thread = threading.get_native_id()
    nice = os.getpriority(os.PRIO_PROCESS, thread) + _NICER
    os.setpriority(os.PRIO_PROCESS, thread, min(nice, _NICEST))


def _settle(done: "asyncio.Future[None]", error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)


sender: Final = Sender()
"""One for the process."""
