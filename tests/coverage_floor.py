"""Fail when the tests covered less than the floor; `--missing` lists the files with the gaps.

Reads what `make test` measured. Says nothing when all is well, so that pytest's summary comes last.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

FLOOR: Final = 95.0
"""Percent of lines and branches."""
MEASURED: Final = Path(__file__).resolve().parents[1] / ".coverage.json"


def main() -> int:
    """Return the exit code."""
    measured = json.loads(MEASURED.read_text(encoding="utf-8"))
    if "--missing" in sys.argv:
        sys.stdout.writelines(_gaps(measured["files"]))
    covered = measured["summary"]["percent_covered"]
    if covered >= FLOOR:
        return 0
    sys.stderr.write(
        f"The tests cover {covered:.1f} % of lines and branches; at least {FLOOR} % must be. "
        "`tests/coverage_floor.py --missing` lists the gaps.\n"
    )
    return 1


def _gaps(files: dict[str, Any]) -> list[str]:
    return [
        f"{name}: lines {found['missing_lines']}, branches {found['missing_branches']}\n"
        for name, found in sorted(files.items())
        if found["missing_lines"] or found["missing_branches"]
    ]


if __name__ == "__main__":
    sys.exit(main())
