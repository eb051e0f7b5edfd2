"""A log that cannot be written never ends its program."""

import subprocess
import sys
from pathlib import Path

SAY = """
import resource, sys
from infoscreen_core.log import configure_logging, get_logger
from infoscreen_core.settings import Settings

configure_logging(Settings(_env_file=None, log_format="json"), program="test")
"""
FULL = """
print("said", flush=True)
get_logger().warning("disk.filled")
sys.stderr.write("and something at the end, without a line's end")
sys.exit(7)
"""
CUT = """
resource.setrlimit(resource.RLIMIT_FSIZE, (60, -1))
get_logger().info("first.line", words="long enough to be cut")
get_logger().info("second.line")
resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))
get_logger().info("third.line")
"""


def run(code: str, out: Path) -> int:
    with out.open("ab") as file:
        return subprocess.run(
            [sys.executable, "-c", SAY + code], stdout=file, stderr=file, check=False, timeout=60
        ).returncode


def test_a_program_goes_on_and_ends_as_it_meant_to() -> None:
    assert run(FULL, Path("/dev/full")) == 7


def test_after_a_line_that_was_cut_the_next_begins_on_its_own(tmp_path: Path) -> None:
    assert run(CUT, tmp_path / "log") == 0
    cut, whole = (tmp_path / "log").read_text().splitlines()
    assert len(cut) == 60
    assert '"event": "third.line"' in whole


def test_a_log_that_goes_to_a_file_has_no_colours(tmp_path: Path) -> None:
    said = "get_logger().error('disk.filled', bytes=1)\ntry: 1 / 0\nexcept ZeroDivisionError:"
    said += " get_logger().exception('sum.failed')"
    code = SAY.replace('log_format="json"', 'log_format="console"') + said
    with (tmp_path / "log").open("ab") as file:
        subprocess.run([sys.executable, "-c", code], stderr=file, check=True, timeout=60)
    text = (tmp_path / "log").read_text()
    assert "disk.filled" in text
    assert "ZeroDivisionError" in text
    assert "\x1b" not in text
