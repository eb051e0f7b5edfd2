"""What a benchmark's figures are printed as, and what its exit code says."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def options_of(description: str | None, **defaults: int) -> argparse.ArgumentParser:
    """Return the command line of a benchmark: `--json`, and these numbers with their defaults."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in defaults.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def table_of(figures: Mapping[str, Any]) -> str:
    """Return the figures one below the other."""
    width = max(map(len, figures))
    return "\n".join(f"{name:<{width}}  {value}" for name, value in figures.items())


def tell(figures: Mapping[str, Any], *, as_json: bool) -> NoReturn:
    """Print the figures and end; the exit code is 0 if they hold (`figures["holds"]`)."""
    print(json.dumps(figures, indent=2, ensure_ascii=False) if as_json else table_of(figures))
    sys.exit(0 if figures["holds"] else 1)


def measure(
    run: Callable[[int], Mapping[str, Any]], description: str | None, *, rounds: int
) -> NoReturn:
    """Run a benchmark that takes a number of rounds, as its command line says, and tell it."""
    options = options_of(description, rounds=rounds).parse_args()
    tell(run(options.rounds), as_json=options.json)
