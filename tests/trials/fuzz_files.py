"""Import thousands of mutated calendars and lists of holidays.

    python tests/trials/fuzz_files.py [--seed 1] [--count 20000] [--first 0] [--folder FOLDER]
                                      [--keep FOLDER]

What must hold of each stands in `tests/support/exchange/mutants.py`. A seed gives the same mutants
in every run; with `--folder`, the files found there are mutated, too (`.ics` and `.csv`). What
fails is told with its number, and kept with `--keep`; `--first NUMBER --count 1` runs it again.
"""

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

from tests.support.exchange.mutants import Mutant, Verdict, judge, make_mutant  # noqa: E402 - as above
from tests.support.exchange.trial import open_trial  # noqa: E402 - found through the line above

_SHOWN = 1500


def main() -> int:
    """Return the exit code: 0 when nothing was wrong."""
    wish = _arguments()
    calendars, tables = (_files(wish.folder, ending) for ending in (".ics", ".csv"))
    begin, totals, slowest = time.monotonic(), Counter[str](), (0.0, -1)
    with open_trial() as trial:
        for number in range(wish.first, wish.first + wish.count):
            mutant = make_mutant(wish.seed, number, calendars, tables)
            verdict = judge(mutant, trial)
            _count(totals, mutant, verdict)
            slowest = max(slowest, (verdict.seconds, number))
            if verdict.faults:
                _tell(mutant, verdict, wish.keep)
    print(
        f"{wish.count} mutants of seed {wish.seed} in {time.monotonic() - begin:.0f} s: "
        + ", ".join(f"{count} {word}" for word, count in sorted(totals.items()))
        + f"; the slowest, {slowest[1]}, took {slowest[0]:.2f} s"
    )
    return 1 if totals["mutants at fault"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


def _files(folder: Path | None, ending: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob(f"*{ending}"))] if folder else []


def _count(totals: Counter[str], mutant: Mutant, verdict: Verdict) -> None:
    totals["calendars" if mutant.is_calendar else "lists of holidays"] += 1
    totals["entries accepted"] += verdict.accepted
    totals["refusals"] += verdict.refused
    totals["mutants with something accepted"] += verdict.accepted > 0
    totals["mutants at fault"] += bool(verdict.faults)


def _tell(mutant: Mutant, verdict: Verdict, keep: Path | None) -> None:
    print(f"mutant {mutant.number} ({', '.join(mutant.mutators)}):", flush=True)
    for fault in verdict.faults:
        print(f"    {fault[-_SHOWN:].strip()}")
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        ending = "ics" if mutant.is_calendar else "csv"
        (keep / f"mutant-{mutant.number}.{ending}").write_bytes(mutant.data)


if __name__ == "__main__":
    raise SystemExit(main())
