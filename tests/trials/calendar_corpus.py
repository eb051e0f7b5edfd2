"""Import a folder of real calendar files, and compare what is planned with another library.

    python tests/trials/calendar_corpus.py FOLDER ANSWERS [--examples 3] [--only TEXT]

ANSWERS is what `tests/trials/calendar_oracle.py` wrote about the same folder, in an environment of
its own. Each file is imported into an empty group of a scratch database and rolled back. Then its
occurrences must be those of the library, or differ for a reason that is known; each refused event
must have a sentence and its line; nothing may crash. Exit code 1 says that something is open.
"""

import argparse
import json
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

from tests.support.exchange.differences import (  # noqa: E402 - found through the line above
    Difference,
    Theirs,
    differences,
)
from tests.support.exchange.raw_events import read_raw  # noqa: E402 - as above
from tests.support.exchange.reasons import OPEN, UNKNOWN, reason_of, shown  # noqa: E402 - as above
from tests.support.exchange.trial import (  # noqa: E402 - as above
    Span,
    Taken,
    Trial,
    Window,
    open_trial,
)

_EDGE = timedelta(days=2)
"""Near the ends of the window, the two may disagree on what still belongs to it."""


@dataclass
class Report:
    """What was found in all files; the texts say where."""

    totals: Counter[str] = field(default_factory=Counter)
    refusals: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def is_open(self) -> bool:
        """Whether something remains to be mended or explained."""
        return bool(self.faults) or any(reason.startswith(OPEN) for reason in self.reasons)


def main() -> int:
    """Return the exit code: 0 when all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("answers", type=Path)
    parser.add_argument("--examples", type=int, default=3)
    parser.add_argument("--only", default="", help="only files whose name holds this")
    wish = parser.parse_args()
    report, begin = Report(), time.process_time()
    with open_trial() as trial, wish.answers.open(encoding="utf-8") as lines:
        for answer in map(json.loads, lines):
            if wish.only in answer["file"]:
                _try(trial, wish.folder, answer, report)
    _print(report, wish.examples, time.process_time() - begin)
    return 1 if report.is_open else 0


def _try(trial: Trial, folder: Path, answer: dict[str, Any], report: Report) -> None:
    name, begin = answer["file"], time.process_time()
    data = (folder / name).read_bytes()
    first, last = map(datetime.fromisoformat, answer["window"])
    window = first + _EDGE, last - _EDGE
    try:
        taken = trial.take(data, window)
    except Exception:  # noqa: BLE001 - a crash of ours is what is looked for
        report.faults.append(f"{name}: {traceback.format_exc()}")
        return
    report.slowest = max(report.slowest, (time.process_time() - begin, name))
    _note_rows(name, data, taken, report)
    theirs = list(_theirs(answer, window))
    if answer["unreadable"]:
        report.totals["files that the library cannot read, or not whole"] += 1
        if not theirs:
            return  # nothing to compare with
    for one in differences(taken, theirs, read_raw(data)):
        _note_difference(name, one, answer, report)
    report.totals["occurrences here"] += len(taken.spans)
    report.totals["occurrences there"] += len(theirs)


def _note_rows(name: str, data: bytes, taken: Taken, report: Report) -> None:
    report.totals["files"] += 1
    report.totals["files refused whole"] += taken.refusal is not None
    if taken.refusal:
        report.refusals[f"(file) {taken.refusal.template}"].append(f"{name}: {taken.refusal}")
    last = len(data.splitlines())
    for row in taken.rows:
        report.totals[f"events {row.outcome.value}"] += 1
        if row.error is None:
            continue
        report.refusals[row.error.template].append(f"{name}:{row.line}: {row.error}")
        if not 0 < row.line <= last or not str(row.error):
            report.faults.append(f"{name}: refused without line or sentence: {row}")


def _theirs(answer: dict[str, Any], window: Window) -> Iterator[Theirs]:
    begin, end = window
    for start, finish, title, uid, status, _is_all_day in answer["occurrences"]:
        span = Span(datetime.fromisoformat(start), datetime.fromisoformat(finish), title)
        if begin <= span.start < end:
            yield Theirs(span, uid, status == "CANCELLED")


def _note_difference(name: str, one: Difference, answer: dict[str, Any], report: Report) -> None:
    reason = reason_of(one)
    if reason == UNKNOWN and one.theirs is None and answer["unreadable"]:
        reason = "the library cannot read it, or takes too long"
    theirs = one.theirs.span if one.theirs else None
    where = f"{name}: {shown(one.ours)} here, {shown(theirs)} there"
    report.reasons[reason].append(where)


def _print(report: Report, examples: int, seconds: float) -> None:
    for word, count in sorted(report.totals.items()):
        print(f"{count:9} {word}")
    print(f"{seconds:9.0f} seconds of processor time; {report.slowest[0]:.1f} for the slowest, "
          f"{report.slowest[1]}")  # fmt: skip
    _print_list("Refused, by sentence", report.refusals, examples)
    _print_list("Different, by reason", report.reasons, examples)
    print(f"\nFaults: {len(report.faults)}")
    for fault in report.faults:
        print(f"  {fault}")


def _print_list(heading: str, found: dict[str, list[str]], examples: int) -> None:
    print(f"\n{heading}")
    for sentence, places in sorted(found.items(), key=lambda one: -len(one[1])):
        by_file = {place.split(":", 1)[0]: place for place in reversed(places)}
        print(f"{len(places):9} in {len(by_file)} files: {sentence}")
        for place in list(by_file.values())[::-1][:examples]:
            print(f"            {place}")


if __name__ == "__main__":
    raise SystemExit(main())
