"""Keeps child processes running: starts, watches, restarts and ends them."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeAlias

RESTART_DELAYS_SECONDS = (0.2, 0.5, 1.0, 2.0, 3.0, 5.0)
"""Pause before the first, second … restart in a row; the last one repeats."""

STEADY_SECONDS = 10.0
"""A child that ran this long starts over with the shortest pause when it dies."""

END_SECONDS = 6.0
LAST_END_SECONDS = 3.0
_LOG_LIMIT_BYTES = 20 * 1024 * 1024
_TRIM_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_MAIN = "from infoscreen_core.cli.main import main; main()"


@dataclass(frozen=True)
class ChildSpec:
    """A program to keep running. `ends_last` children end after all others (the broker)."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    log_path: Path
    ends_last: bool = False


@dataclass
class Child:
    """One supervised program and how it has fared."""

    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_due_at: float = 0.0
    quick_deaths: int = 0

    @property
    def pid(self) -> int | None:
        """The process id, None between two lives."""
        return self.process.pid if self.process else None

    @property
    def is_running(self) -> bool:
        """Whether the process exists and has not ended."""
        return self.process is not None and self.process.poll() is None


@dataclass(frozen=True)
class ChildEnded:
    """A child ended unasked; `exit_code` is negative for a signal, `restart_seconds` the pause."""

    name: str
    exit_code: int
    restart_seconds: float


@dataclass(frozen=True)
class ChildStarted:
    """A child was started, for the first time or again."""

    name: str
    pid: int
    is_restart: bool


@dataclass(frozen=True)
class ChildNotStarted:
    """A child could not be started: no more files or processes, or its program is gone."""

    name: str
    problem: str
    restart_seconds: float


ChildEvent: TypeAlias = ChildStarted | ChildEnded | ChildNotStarted


@dataclass
class Supervisor:
    """Keeps children alive; call `step` a few times a second from the thread that started them.

    Children die with this process, however it ends (SIGTERM by the kernel), and write to their log
    files.
    """

    on_event: Callable[[ChildEvent], None]
    before_last: Callable[[], object] = lambda: None
    """Called in `stop`, before the children that end last are told to."""
    children: dict[str, Child] = field(default_factory=dict)
    next_trim_at: float = 0.0

    def add(self, spec: ChildSpec) -> None:
        """Start a child and keep it running from now on."""
        child = self.children[spec.name] = Child(spec)
        self._start(child, is_restart=False)

    def step(self) -> bool:
        """Notice dead children and start those that are due; return whether anything happened."""
        now = time.monotonic()
        if now >= self.next_trim_at:
            self.next_trim_at = now + _TRIM_SECONDS
            for child in self.children.values():
                trim_log(child.spec.log_path)
        happened = [self._look_after(child, now) for child in self.children.values()]
        return any(happened)

    def pids(self) -> dict[str, int]:
        """Return the process id of every child that runs."""
        return {name: child.pid for name, child in self.children.items() if child.pid is not None}

    def stop(self) -> None:
        """End all children within 10 s, by force if need be; `ends_last` children come last."""
        for is_last, seconds in ((False, END_SECONDS), (True, LAST_END_SECONDS)):
            if is_last:
                self.before_last()
            group = [child for child in self.children.values() if child.spec.ends_last is is_last]
            _end(group, seconds)

    def _look_after(self, child: Child, now: float) -> bool:
        if child.process is None:
            if now < child.start_due_at:
                return False
            self._start(child, is_restart=True)
            return True
        exit_code = child.process.poll()
        if exit_code is None:
            return False
        self._note_death(child, exit_code, now)
        return True

    def _note_death(self, child: Child, exit_code: int, now: float) -> None:
        pause = _put_off(child, now, is_quick=now - child.started_at < STEADY_SECONDS)
        self.on_event(ChildEnded(child.spec.name, exit_code, pause))

    def _start(self, child: Child, *, is_restart: bool) -> None:
        try:
            child.process = _run(child.spec)
        except OSError as error:
            pause = _put_off(child, time.monotonic(), is_quick=True)
            problem = error.strerror or type(error).__name__
            self.on_event(ChildNotStarted(child.spec.name, problem, pause))
            return
        child.started_at = time.monotonic()
        self.on_event(ChildStarted(child.spec.name, child.process.pid, is_restart))


def _put_off(child: Child, now: float, *, is_quick: bool) -> float:
    """Let a child that does not run be started later; return the pause in seconds."""
    child.quick_deaths = child.quick_deaths + 1 if is_quick else 0
    place = min(max(child.quick_deaths - 1, 0), len(RESTART_DELAYS_SECONDS) - 1)
    child.process = None
    child.start_due_at = now + RESTART_DELAYS_SECONDS[place]
    return RESTART_DELAYS_SECONDS[place]


def _run(spec: ChildSpec) -> subprocess.Popen[bytes]:
    with _log_of(spec) as output:
        return subprocess.Popen(  # noqa: S603 - our own programs, never a shell
            spec.command,
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C in a terminal reaches the supervisor only, which ends them in order.
            process_group=0,
            preexec_fn=_die_with(os.getpid()),  # noqa: PLW1509 - this program has no threads
        )


@contextmanager
def _log_of(spec: ChildSpec) -> Iterator[BinaryIO | None]:
    """Open the child's log; without room for one, it writes where its supervisor does."""
    try:
        spec.log_path.parent.mkdir(parents=True, exist_ok=True)
        file = spec.log_path.open("ab")
    except OSError:
        yield None
        return
    with file:
        yield file


def infoscreen_command(*arguments: str) -> tuple[str, ...]:
    """Return the command line of `infoscreen ARGUMENTS…` as installed beside the running Python."""
    script = Path(sys.executable).with_name("infoscreen")
    program = (sys.executable, str(script)) if script.exists() else (sys.executable, "-c", _MAIN)
    return (*program, *arguments)


def trim_log(path: Path) -> None:
    """Keep one older generation (`….log.1`) of a log beyond 20 MiB; its writer goes on.

    Without room for it the log stays as it is, until the next try.
    """
    older = path.with_name(path.name + ".1")
    try:
        if path.exists() and path.stat().st_size > _LOG_LIMIT_BYTES:
            shutil.copyfile(path, older)
            os.truncate(path, 0)  # writers append, so they continue at the new end
    except OSError:
        with suppress(OSError):
            older.unlink(missing_ok=True)  # half of a copy only takes up room


def _end(children: list[Child], seconds: float) -> None:
    for child in children:
        _signal(child, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    for child in children:
        if child.process is not None and not _has_ended(child.process, deadline - time.monotonic()):
            _signal(child, signal.SIGKILL)
            child.process.wait()
        child.process = None


def _has_ended(process: subprocess.Popen[bytes], seconds: float) -> bool:
    try:
        process.wait(timeout=max(seconds, 0.0))
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is not None and child.process.poll() is None:
        os.killpg(child.process.pid, number)  # the group: a child's own children go with it


def _die_with(parent: int) -> Callable[[], None]:
    """Return what a new process does before it becomes the program: ask to die with us."""
    library = ctypes.CDLL(None, use_errno=True)

    def prepare() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)

    return prepare
