"""Run the tests that need no server and no browser at other instants: `make test-dates`.

Without arguments at all of `tests/support/clocks/instants.py`, else at those given; `today` is the
one whose turn it is. With `--quick` only what reads the clock to plan by it; rules and messages are
given the time as a parameter.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from infoscreen_core.clock import utc_now  # noqa: E402 - found through the line above
from tests.support.clocks.instants import INSTANTS, Instant, instant_of_day  # noqa: E402 - the same

_PYTEST = (
    sys.executable,
    "-m",
    "pytest",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
    "-q",
)
_ALL = ("-m", "not server and not browser")
_QUICK = (
    *(f"tests/console/{wing}" for wing in ("calendar", "events", "overview", "school", "timeline")),
    *(f"tests/integration/{wing}" for wing in ("playing", "school", "setup")),
    "-m",
    "not server and not browser and not slow",
)


def main() -> int:
    """Return the exit code: 0 when every run passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("instants", nargs="*", type=_instant, default=INSTANTS)
    parser.add_argument("--quick", action="store_true")
    wish = parser.parse_args()
    verdicts = [(one, _passes_at(one, _QUICK if wish.quick else _ALL)) for one in wish.instants]
    for one, is_passed in verdicts:
        print(f"{one.at}  {'passed' if is_passed else 'FAILED'}  {one.why}")
    return 0 if all(is_passed for _one, is_passed in verdicts) else 1


def _instant(word: str) -> Instant:
    if word == "today":
        return instant_of_day(utc_now())
    return next((one for one in INSTANTS if one.at == word), Instant(word, "as asked for"))


def _passes_at(instant: Instant, selection: tuple[str, ...]) -> bool:
    print(f"The clock says {instant.at}: {instant.why}", flush=True)
    done = subprocess.run([*_PYTEST, *selection, "--at", instant.at], cwd=ROOT, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main())
