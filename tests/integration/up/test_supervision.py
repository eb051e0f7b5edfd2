import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.support.failing import limited, no_more_files
from tests.support.ports import wait_until
from workers.supervision import (
    RESTART_DELAYS_SECONDS,
    ChildEnded,
    ChildEvent,
    ChildNotStarted,
    ChildSpec,
    Supervisor,
    infoscreen_command,
    trim_log,
)

pytestmark = pytest.mark.server

SLEEP = "import time; time.sleep(60)"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    f"print('up', flush=True); {SLEEP}"
)


class Notebook:
    def __init__(self) -> None:
        self.events: list[ChildEvent] = []

    def ended(self) -> list[ChildEnded]:
        return [event for event in self.events if isinstance(event, ChildEnded)]


def spec(directory: Path, name: str, code: str, *, ends_last: bool = False) -> ChildSpec:
    command = (sys.executable, "-c", code)
    return ChildSpec(name, command, os.environ, directory / f"{name}.log", ends_last=ends_last)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def supervisor(notebook: Notebook) -> Supervisor:
    return Supervisor(notebook.events.append)


def test_a_dead_child_is_back_within_a_second(
    supervisor: Supervisor, notebook: Notebook, tmp_path: Path
) -> None:
    supervisor.add(spec(tmp_path, "sleeper", SLEEP))
    first = supervisor.pids()["sleeper"]
    os.kill(first, signal.SIGKILL)
    began = time.monotonic()
    wait_until(lambda: supervisor.step() and supervisor.pids().get("sleeper", first) != first)
    assert time.monotonic() - began < 1
    assert notebook.ended()[0].exit_code == -signal.SIGKILL
    supervisor.stop()


def test_a_child_that_keeps_dying_is_started_ever_more_slowly(
    supervisor: Supervisor, notebook: Notebook, tmp_path: Path
) -> None:
    supervisor.add(spec(tmp_path, "hasty", "raise SystemExit(3)"))
    wait_until(lambda: supervisor.step() and len(notebook.ended()) == 3)
    assert [event.restart_seconds for event in notebook.ended()] == list(RESTART_DELAYS_SECONDS[:3])
    assert {event.exit_code for event in notebook.ended()} == {3}
    supervisor.stop()


def test_output_goes_to_the_childs_own_log(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(spec(tmp_path, "speaker", "print('Grüß Gott')"))
    wait_until(lambda: (tmp_path / "speaker.log").read_text() == "Grüß Gott\n")
    supervisor.stop()


def test_stop_ends_even_a_stubborn_child_and_the_broker_last(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    order = tmp_path / "order"
    polite = (
        "import signal, sys, time, pathlib\n"
        f"path = pathlib.Path({str(order)!r})\n"
        "def end(*_):\n"
        "    with path.open('a') as file: file.write(sys.argv[1] + '\\n')\n"
        "    raise SystemExit\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)\n"
    )
    for name, is_last in (("broker", True), ("worker", False)):
        base = spec(tmp_path, name, polite, ends_last=is_last)
        supervisor.add(
            ChildSpec(name, (*base.command, name), base.environment, base.log_path, is_last)
        )
    supervisor.add(spec(tmp_path, "stubborn", STUBBORN))
    logs = [tmp_path / f"{name}.log" for name in ("broker", "worker", "stubborn")]
    wait_until(lambda: all(log.read_text() == "up\n" for log in logs))
    pids = list(supervisor.pids().values())
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began < 10
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert order.read_text().split() == ["worker", "broker"]


def test_children_die_with_their_supervisor(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, sys, time\n"
        "from workers.supervision import ChildSpec, Supervisor\n"
        "supervisor = Supervisor(lambda event: None)\n"
        f"command = (sys.executable, '-c', {SLEEP!r})\n"
        "supervisor.add(ChildSpec('child', command, os.environ, pathlib.Path('child.log')))\n"
        "print(supervisor.pids()['child'], flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not psutil.pid_exists(child), what="the child's end")


def test_a_large_log_makes_room_for_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    path.write_bytes(b"old")
    os.truncate(path, 21 * 1024 * 1024)
    with path.open("ab") as writer:
        trim_log(path)
        writer.write(b"new")
    assert path.with_name("worker.log.1").stat().st_size == 21 * 1024 * 1024
    trim_log(path)
    assert path.read_bytes() == b"new"


def test_without_room_for_its_copy_a_large_log_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    path.touch()
    os.truncate(path, 21 * 1024 * 1024)
    with limited(resource.RLIMIT_FSIZE, 1024 * 1024):
        trim_log(path)
    assert path.stat().st_size == 21 * 1024 * 1024
    assert list(tmp_path.iterdir()) == [path]


def test_a_child_runs_though_there_is_no_room_for_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    (tmp_path / "log").write_text("a file where the directory should be")
    supervisor.add(spec(tmp_path / "log", "sleeper", SLEEP))
    assert supervisor.children["sleeper"].is_running
    supervisor.stop()


def test_a_child_that_cannot_be_started_is_tried_again(
    supervisor: Supervisor, notebook: Notebook, tmp_path: Path
) -> None:
    with no_more_files():
        supervisor.add(spec(tmp_path, "sleeper", SLEEP))
    [event] = notebook.events
    assert isinstance(event, ChildNotStarted)
    assert event.problem == "Too many open files"
    wait_until(lambda: supervisor.step() and "sleeper" in supervisor.pids())
    supervisor.stop()


def test_our_own_commands_run_in_the_same_installation() -> None:
    done = subprocess.run(
        [*infoscreen_command("broker", "--help")], capture_output=True, text=True, check=True
    )
    assert "embedded MQTT broker" in done.stdout
