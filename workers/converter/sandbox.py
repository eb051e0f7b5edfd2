"""Runs foreign programs on files that anybody may have made: shut in, and within limits.

A program sees its input, read-only, a folder for what it makes, a private `/tmp` that is its home,
and the system's programs and fonts; no network, no other process, none of our files. It has limits
on time, memory, the size of a file and the number of processes, a low priority, and ends with all
that it started. Where the system has neither bubblewrap nor namespaces for us, the limits remain.
"""

import os
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from shutil import which
from typing import IO, Final

from infoscreen_core.domain.media.conversion import Failure

_LOOK_SECONDS: Final = 0.1
_PROBE_SECONDS: Final = 20.0
_KEPT_BYTES: Final = 256 * 1024
"""Of what a program says, from its end."""
_CPU_FACTOR: Final = 4
"""Processor time to wall-clock time: programs use several cores."""
_SYSTEM: Final = ("/usr", "/opt", "/nix")
_LINKED: Final = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS: Final = (
    "/etc/fonts",
    "/etc/libreoffice",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/localtime",
    "/var/cache/fontconfig",
)
_SIGNALS_OF_LIMITS: Final = {signal.SIGXCPU: Failure.TIMEOUT, signal.SIGXFSZ: Failure.TOO_LARGE}
_SHELL_OFFSET: Final = 128
"""A program that another one watches over ends with this and the signal's number."""


class StoppedError(Exception):
    """The work was called off: nobody waits for it any more."""


class Cage(StrEnum):
    """What keeps a program from everything but its task."""

    BUBBLEWRAP = "bubblewrap"
    NAMESPACES = "namespaces"
    """No network and no other process, but it can read what the converter can."""
    LIMITS = "limits"
    """Nothing but limits on time, memory and sizes."""


@dataclass(frozen=True)
class Limits:
    """What a program may use."""

    seconds: float
    memory_bytes: int
    """Of address space, for each process."""
    file_bytes: int
    processes: int = 400


@dataclass(frozen=True)
class View:
    """Where things are, as the program sees them."""

    inputs: Path
    out: Path
    temp: Path


@dataclass(frozen=True)
class Task:
    """One program to run."""

    command: Callable[[View], Sequence[str]]
    folder: Path
    """Its own, and empty: what it makes is in `out` below it."""
    limits: Limits
    inputs: Mapping[str, Path] = field(default_factory=dict)
    """Files it may read, by the names under which it sees them."""
    needs: Sequence[Path] = ()
    """Folders that it needs besides the system's, such as Python's."""
    on_line: Callable[[str], None] = lambda _line: None
    """Gets each line of its output at once, from another thread."""


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    code: int
    output: str
    errors: str
    limit: Failure | None = None
    """The limit that it met."""

    @property
    def has_succeeded(self) -> bool:
        """Whether it says so itself."""
        return self.code == 0 and self.limit is None


@dataclass(frozen=True)
class Sandbox:
    """Runs tasks in a cage."""

    cage: Cage

    @classmethod
    def find(cls, folder: Path) -> "Sandbox":
        """Return the strongest sandbox that works on this machine; `folder` is for the trial."""
        folder.mkdir(parents=True, exist_ok=True)
        strong = (cls(cage) for cage in Cage if cage is not Cage.LIMITS)
        return next((one for one in strong if one.works(folder)), cls(Cage.LIMITS))

    def works(self, folder: Path) -> bool:
        """Whether a program can be run in this cage here: by running one in a folder."""
        limits = Limits(_PROBE_SECONDS, 2**30, 2**20)
        try:
            task = Task(lambda _view: ["true"], folder, limits)
            return self.run(task, threading.Event()).has_succeeded
        except OSError:
            return False

    def run(self, task: Task, stop: threading.Event) -> Ended:
        """Run a program to its end; raise `StoppedError` when `stop` is set before.

        Whatever happens, nothing that it started runs on.
        """
        for name in ("out", "tmp", "in"):
            (task.folder / name).mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(  # noqa: S603 - a fixed program; names of files are ours
            [*_priority(), *self._command(task)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self._environment(task),
            cwd=task.folder / "tmp",
            start_new_session=True,
        )
        try:
            return _watch(process, task, stop)
        finally:
            _end(process)

    def _command(self, task: Task) -> list[str]:
        view = self._view(task)
        program = [*_limited(task.limits), *task.command(view)]
        match self.cage:
            case Cage.BUBBLEWRAP:
                return [*_bubblewrap(task), *program]
            case Cage.NAMESPACES:
                _lay_inputs(task)
                return [*_namespaces(), *program]
            case Cage.LIMITS:
                _lay_inputs(task)
                return program

    def _view(self, task: Task) -> View:
        if self.cage is Cage.BUBBLEWRAP:
            return View(Path("/in"), Path("/out"), Path("/tmp"))  # noqa: S108 - the program's own
        return View(task.folder / "in", task.folder / "out", task.folder / "tmp")

    def _environment(self, task: Task) -> dict[str, str]:
        """Return all that a program learns: nothing of ours, such as passwords, is among it."""
        temp = str(self._view(task).temp)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": temp,
            "TMPDIR": temp,
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }


def python_command(script: Path, *arguments: str) -> list[str]:
    """Return the command that runs one file with our Python and the packages it has."""
    return [sys.executable, "-I", "-B", str(script), *arguments]


def python_folders(script: Path) -> list[Path]:
    """Return what has to be seen for that."""
    roots = {sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"]}
    return [script.parent, *(Path(root) for root in sorted(roots))]


def _priority() -> list[str]:
    return ["nice", "-n", "10"] if which("nice") else []


def _limited(limits: Limits) -> list[str]:
    return [
        "prlimit",
        f"--as={limits.memory_bytes}",
        f"--cpu={max(1, round(limits.seconds * _CPU_FACTOR))}",
        f"--fsize={limits.file_bytes}",
        f"--nproc={limits.processes}",
        "--core=0",
        "--",
    ]


def _bubblewrap(task: Task) -> list[str]:
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place in ("/tmp", "/dev/shm"):  # noqa: S108 - the program's own, on the disk
        command += ["--bind", str(task.folder / "tmp"), place]
    command += ["--bind", str(task.folder / "out"), "/out"]
    command += [part for mount in _mounts(task) for part in mount]
    command += ["--remount-ro", "/"]
    return [*command, "--chdir", "/tmp", "--"]  # noqa: S108 - the same


def _mounts(task: Task) -> Iterator[tuple[str, ...]]:
    for shared in (*_SYSTEM, *_SETTINGS):
        yield "--ro-bind-try", shared, shared
    for linked in _LINKED:
        if os.path.islink(linked):  # noqa: PTH114 - its target is wanted as it is written
            yield "--symlink", os.readlink(linked), linked  # noqa: PTH115 - the same
        else:
            yield "--ro-bind-try", linked, linked
    for folder in task.needs:
        if not folder.is_relative_to("/usr"):
            yield "--ro-bind", str(folder), str(folder)
    for name, path in task.inputs.items():
        yield "--ro-bind", str(path), f"/in/{name}"


def _namespaces() -> list[str]:
    alone = ["--net", "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "--ipc", "--uts"]
    # The first process of a namespace ignores signals, those of limits among them.
    return ["unshare", "--user", "--map-root-user", *alone, "sh", "-c", '"$@"; exit $?', "sh"]


def _lay_inputs(task: Task) -> None:
    for name, path in task.inputs.items():
        link = task.folder / "in" / name
        link.unlink(missing_ok=True)
        link.symlink_to(path)


def _watch(process: "subprocess.Popen[bytes]", task: Task, stop: threading.Event) -> Ended:
    output, errors = deque[str](), deque[str]()
    readers = [
        _reader(process.stdout, output, task.on_line),
        _reader(process.stderr, errors, lambda _line: None),
    ]
    limit = _wait(process, time.monotonic() + task.limits.seconds, stop)
    for reader in readers:
        reader.join(_PROBE_SECONDS)
    return Ended(
        process.returncode,
        "".join(output),
        "".join(errors),
        limit or _limit_of(process.returncode),
    )


def _wait(
    process: "subprocess.Popen[bytes]", deadline: float, stop: threading.Event
) -> Failure | None:
    """Wait for the end; bring it about when it is time, and return why."""
    while True:
        try:
            process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if stop.is_set():
                raise StoppedError from None
            if time.monotonic() >= deadline:
                _end(process)
                return Failure.TIMEOUT
        else:
            return None


def _reader(
    stream: IO[bytes] | None, kept: deque[str], on_line: Callable[[str], None]
) -> threading.Thread:
    """Read a stream to its end, whatever it says, and keep the last of it."""

    def read() -> None:
        size = 0
        assert stream is not None  # noqa: S101 - both are pipes
        with stream:
            while line := stream.readline(_KEPT_BYTES).decode("utf-8", "replace"):
                kept.append(line)
                size += len(line)
                while size > _KEPT_BYTES:
                    size -= len(kept.popleft())
                on_line(line)

    thread = threading.Thread(target=read, name="reader", daemon=True)
    thread.start()
    return thread


def _limit_of(code: int) -> Failure | None:
    number = -code if code < 0 else code - _SHELL_OFFSET
    return next((why for one, why in _SIGNALS_OF_LIMITS.items() if one == number), None)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program with all that it started; harmless when it has ended."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
