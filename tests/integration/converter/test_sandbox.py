"""What a program in the sandbox can do, and what it cannot."""

import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from infoscreen_core.domain.media.conversion import Failure
from tests.support.ports import wait_until
from workers.converter import sandbox as sandboxes
from workers.converter.sandbox import Cage, Ended, Limits, Sandbox, StoppedError, Task, View

GIB = 2**30
LIMITS = Limits(30, GIB, 64 * 2**20)


@pytest.fixture(params=list(Cage))
def caged(request: pytest.FixtureRequest, tmp_path: Path) -> Sandbox:
    """Each cage that this machine has."""
    caged = Sandbox(request.param)
    if request.param is not Cage.LIMITS and not caged.works(tmp_path / "trial"):
        pytest.skip(f"this machine has no {request.param}")
    return caged


def run(
    caged: Sandbox, folder: Path, *command: str, limits: Limits = LIMITS, **inputs: Path
) -> Ended:
    task = Task(lambda _view: command, folder, limits, inputs)
    return caged.run(task, threading.Event())


def shell(caged: Sandbox, folder: Path, text: str, limits: Limits = LIMITS) -> Ended:
    return run(caged, folder, "sh", "-c", text, limits=limits)


@pytest.fixture
def port() -> Iterator[int]:
    """Of a listener on this machine, which counts as a place that must not be reached."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


CONNECT = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)"


def test_there_is_no_network(caged: Sandbox, tmp_path: Path, port: int) -> None:
    command = sandboxes.python_command(Path("-c"), CONNECT, str(port))
    needs = sandboxes.python_folders(Path(__file__))
    task = Task(lambda _view: command, tmp_path / "work", LIMITS, needs=needs)
    ended = caged.run(task, threading.Event())
    assert ended.has_succeeded is (caged.cage is Cage.LIMITS), ended


def test_inputs_are_read_and_results_are_left(caged: Sandbox, tmp_path: Path) -> None:
    source = tmp_path / "some file"
    source.write_text("content")

    def command(view: View) -> Sequence[str]:
        copy = f"cat {view.inputs}/source > {view.out}/copy && echo {view.temp} $HOME && pwd"
        return ["sh", "-c", copy]

    folder = tmp_path / "work"
    ended = caged.run(Task(command, folder, LIMITS, {"source": source}), threading.Event())
    assert ended.has_succeeded, ended
    assert (folder / "out" / "copy").read_text() == "content"
    first, second = ended.output.split()[:2]
    assert first == second


def test_nothing_of_ours_is_seen_and_nothing_else_written(tmp_path: Path) -> None:
    caged = Sandbox.find(tmp_path / "trial")
    if caged.cage is not Cage.BUBBLEWRAP:
        pytest.skip("this machine has no bubblewrap")
    source = tmp_path / "source"
    source.write_text("content")
    text = f"""
      ls {tmp_path} && echo SEEN
      cat /etc/passwd && echo SEEN
      echo x > /usr/x && echo WRITTEN
      echo x >> /in/source && echo WRITTEN
      echo x > /in/y && echo WRITTEN
      kill -0 {os.getpid()} && echo REACHED
    """
    ended = run(caged, tmp_path / "work", "sh", "-c", text, source=source)
    assert {"SEEN", "WRITTEN", "REACHED"}.isdisjoint(ended.output.split()), ended
    assert source.read_text() == "content"


def test_passwords_in_our_environment_are_not_handed_on(
    caged: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DB_PASSWORD", "secret")
    assert "secret" not in run(caged, tmp_path / "work", "env").output


def test_time_is_limited_and_all_that_it_started_ends(caged: Sandbox, tmp_path: Path) -> None:
    before = {one.pid for one in psutil.Process().children(recursive=True)}
    begun = time.monotonic()
    limits = Limits(1, GIB, GIB)
    ended = shell(caged, tmp_path / "work", "sleep 300 & sleep 300 & sleep 300", limits)
    assert ended.limit is Failure.TIMEOUT
    assert not ended.has_succeeded
    assert time.monotonic() - begun < 60

    def is_alone() -> bool:
        return {one.pid for one in psutil.Process().children(recursive=True)} <= before

    wait_until(is_alone, what="the end of all")


def test_memory_is_limited(caged: Sandbox, tmp_path: Path) -> None:
    limits = Limits(30, 200 * 2**20, GIB)
    ended = shell(caged, tmp_path / "work", "head -c 500000000 /dev/zero | tail -n 1 | wc", limits)
    assert "500000000" not in ended.output


def test_the_size_of_files_is_limited(caged: Sandbox, tmp_path: Path) -> None:
    limits = Limits(30, GIB, 2**20)
    ended = shell(caged, tmp_path / "work", "exec head -c 5000000 /dev/zero > big", limits)
    assert ended.limit is Failure.TOO_LARGE
    assert (tmp_path / "work" / "tmp" / "big").stat().st_size <= 2**20


def test_processor_time_is_limited(tmp_path: Path) -> None:
    caged = Sandbox.find(tmp_path / "trial")
    ended = run(caged, tmp_path / "work", "sh", "-c", "ulimit -t; ulimit -c; nice")
    assert ended.output.split() == ["120", "0", str(min(19, os.nice(0) + 10))]


def test_who_talks_without_end_fills_no_memory(caged: Sandbox, tmp_path: Path) -> None:
    lines: list[str] = []
    task = Task(
        lambda _view: ["sh", "-c", "seq 1 200000; yes | head -c 3000000 >&2; exit 3"],
        tmp_path / "work",
        LIMITS,
        on_line=lines.append,
    )
    ended = caged.run(task, threading.Event())
    assert ended.code == 3
    assert ended.output.endswith("\n200000\n")
    assert len(ended.output) < 300_000
    assert len(ended.errors) < 300_000
    assert len(lines) == 200_000


def test_it_is_called_off_at_once(caged: Sandbox, tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    task = Task(lambda _view: ["sleep", "300"], tmp_path / "work", LIMITS)
    with pytest.raises(StoppedError):
        caged.run(task, stop)


def test_without_a_cage_the_limits_remain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("prlimit", "nice", "true"):
        (programs / name).symlink_to(f"/usr/bin/{name}")
    monkeypatch.setenv("PATH", str(programs))
    assert Sandbox.find(tmp_path / "trial").cage is Cage.LIMITS
