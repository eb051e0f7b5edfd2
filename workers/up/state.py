"""What `infoscreen up` leaves in the data directory: its lock, and up.json for scripts."""

import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
import psutil

from infoscreen_core.errors import ConflictError
from workers.up.broker import write_private

_PREDECESSOR_SECONDS = 10.0
_CLOCK_SLACK_SECONDS = 2.0
_PIDS_FILE = "up.pids"
_RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class UpState:
    """Everything a script needs to talk to the running installation; for its owner's eyes only."""

    console_url: str
    mqtt_host: str
    mqtt_port: int
    mqtt_user: str | None
    mqtt_password: str | None
    database_url: str
    admin_username: str
    supervisor_pid: int
    processes: Mapping[str, int]


def state_path(data_dir: Path) -> Path:
    """Return where up.json stands."""
    return data_dir / "up.json"


def write_state(data_dir: Path, state: UpState) -> None:
    """Write up.json; a reader sees the old one or the new one, never half of it."""
    write_private(
        state_path(data_dir), orjson.dumps(asdict(state), option=orjson.OPT_INDENT_2) + b"\n"
    )


def write_pids(data_dir: Path, pids: Mapping[str, int]) -> None:
    """Note which processes run, from the first one on: up.json comes only when all are ready."""
    write_private(data_dir / _PIDS_FILE, orjson.dumps(dict(pids)))


def remove_state(data_dir: Path) -> None:
    """Remove up.json: nothing is running, or not everything is ready yet."""
    for path in (state_path(data_dir), data_dir / _PIDS_FILE):
        with suppress(OSError):  # of a read-only disk, which must not keep anything from ending
            path.unlink(missing_ok=True)


class StateFiles:
    """up.json and the list of processes; what cannot be written now is written later."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._pids: Mapping[str, int] = {}
        self._state: UpState | None = None
        self._is_behind = False
        self._next_try = 0.0

    def note(self, pids: Mapping[str, int], state: UpState | None) -> None:
        """Write what runs, and up.json once everything is ready."""
        self._pids, self._state = dict(pids), state
        self._write()

    def catch_up(self) -> None:
        """Try again, once a second, what there was no room for."""
        if self._is_behind and time.monotonic() >= self._next_try:
            self._write()

    def _write(self) -> None:
        self._is_behind, self._next_try = True, time.monotonic() + _RETRY_SECONDS
        with suppress(OSError):
            write_pids(self._data_dir, self._pids)
            if self._state is not None:
                write_state(self._data_dir, self._state)
            self._is_behind = False


@contextmanager
def exclusive(data_dir: Path) -> Iterator[None]:
    """Lock the data directory for this process; raise `ConflictError` while another holds it."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data_dir / "up.lock"
    with path.open("a+b", buffering=0) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            raise ConflictError(
                "infoscreen up runs already for {directory} (process {pid}). End it first, or "
                "choose another INFOSCREEN_DATA_DIR.",
                directory=data_dir,
                pid=file.read().decode().strip() or "unknown",
            ) from error
        with suppress(OSError):  # without room for its number it is a lock all the same
            file.truncate(0)
            file.write(f"{os.getpid()}\n".encode())
        yield


def await_predecessor(data_dir: Path) -> bool:
    """Give the processes of an `up` that was killed time to end; return whether there were any.

    They end by themselves, told by the kernel, but a port they still hold would look taken.
    """
    left = _list_left_over(data_dir)
    psutil.wait_procs(left, timeout=_PREDECESSOR_SECONDS)
    return bool(left)


def _list_left_over(data_dir: Path) -> list[psutil.Process]:
    path = data_dir / _PIDS_FILE
    try:
        pids, written_at = list(orjson.loads(path.read_bytes()).values()), path.stat().st_mtime
    except (OSError, ValueError, AttributeError):
        return []
    return [process for pid in pids if (process := _find_older(pid, written_at)) is not None]


def _find_older(pid: int, moment: float) -> psutil.Process | None:
    """Return the process unless its number has been given to a younger one since `moment`."""
    try:
        process = psutil.Process(pid)
        return process if process.create_time() <= moment + _CLOCK_SLACK_SECONDS else None
    except psutil.Error:
        return None
