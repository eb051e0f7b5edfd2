"""Try the HTTP API with all that its description allows, and much that it does not.

    python tests/trials/fuzz_api.py [--minutes 10] [--mariadb] [--seed NUMBER]

A console runs on a database of its own, on SQLite or on a private MariaDB. What must hold:
no answer is a 500, and each is one that `/api/openapi.json` has. What fails is shown with the
command that repeats it.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT)

from tests.support.databases import Lender  # noqa: E402 - found through the line above
from tests.support.http.api_fuzzing import fuzz, target  # noqa: E402 - as above
from tests.support.servers import MariaDB  # noqa: E402 - the same


def main() -> int:
    """Return the exit code: 0 when nothing was wrong."""
    wish = _arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = _mariadb(stack, folder) if wish.mariadb else ""
        where = stack.enter_context(target(folder, database_url=url))
        done = fuzz(where, seconds=round(wish.minutes * 60), seed=wish.seed)
    print(done.output)
    return done.code


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--mariadb", action="store_true")
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


def _mariadb(stack: ExitStack, folder: Path) -> str:
    server = MariaDB(folder / "mariadb")
    server.start()
    stack.callback(server.stop)
    return stack.enter_context(Lender(server).lend())


if __name__ == "__main__":
    sys.exit(main())
