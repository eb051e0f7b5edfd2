"""Let Prometheus' own program read `/metrics` of a console that runs: `promtool check metrics`.

    python tests/trials/promtool.py

It needs `promtool` (Debian: prometheus, whose service need not run). A parser reads the same in
`tests/console/web/test_metrics.py`; what promtool says besides is about names and help texts.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

from tests.support.console_process import (  # noqa: E402 - found through the line above
    add_demo_school,
    running_console,
)


def main() -> int:
    """Return the exit code: 0 when promtool has nothing to say, 2 when it is missing."""
    promtool = shutil.which("promtool")
    if promtool is None:
        print("promtool is missing: apt-get install prometheus", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        text = _metrics(Path(folder))
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text, text=True, capture_output=True, check=False
    )
    said = checked.stdout + checked.stderr
    print(said or f"promtool has nothing to say about {len(text.splitlines())} lines.")
    return 1 if checked.returncode or said else 0


def _metrics(folder: Path) -> str:
    """Return what a console says of itself and its workers, on the demo's school."""
    with running_console(folder, add_demo_school) as console:
        return httpx.get(f"{console.url}/metrics", timeout=30).text


if __name__ == "__main__":
    sys.exit(main())
