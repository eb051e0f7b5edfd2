"""The API's own description, tried with all that it allows and much that it does not.

schemathesis reads `/api/openapi.json`, makes requests of it, follows what answers lead to, and
looks whether each answer is one that the description has.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import api_tokens
from tests.support.console_process import PASSWORD, add_demo_school, running_console
from tests.support.people import acting_as, add_client, add_user

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "use_after_free",
)
_PLAYERS = 5


@dataclass(frozen=True)
class Target:
    """A console that answers, and a token that may everything."""

    url: str
    token: str
    folder: Path


@dataclass(frozen=True)
class Fuzzing:
    """What came of it."""

    code: int
    output: str


@contextmanager
def target(folder: Path, *, database_url: str = "") -> Iterator[Target]:
    """Let a console run on a school with some players; nobody is too quick for it."""
    made: list[str] = []

    def furnish(session: Session) -> None:
        add_demo_school(session)
        now = utc_now()
        for number in range(1, _PLAYERS + 1):
            add_client(session, number, description=f"Screen {number}", last_alive=now)
        made.append(_token(session))

    with running_console(
        folder, furnish, database_url=database_url, API_REQUESTS_PER_MINUTE="1000000"
    ) as console:
        yield Target(console.url, made[0], folder)


def fuzz(where: Target, *, seconds: int, seed: int | None = None) -> Fuzzing:
    """Try the API for so long; the code is 0 when nothing was wrong."""
    program = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run(
        [
            str(program),
            "run",
            f"{where.url}/api/openapi.json",
            f"--header=Authorization: Bearer {where.token}",
            f"--checks={','.join(CHECKS)}",
            f"--max-time={seconds}",
            "--continue-on-failure",
            "--generation-database=none",
            "--request-timeout=30",
            "--warnings=off",
            "--no-color",
            *([f"--seed={seed}"] if seed is not None else []),
        ],
        cwd=where.folder,
        capture_output=True,
        text=True,
        timeout=seconds * 4 + 120,
        check=False,
    )
    return Fuzzing(done.returncode, done.stdout + done.stderr)


def _token(session: Session) -> str:
    now = utc_now()
    user = add_user(session, "fuzzer", PASSWORD, Role.SUPERADMIN, now=now)
    until = (now + timedelta(days=30)).date()
    made = api_tokens.create_token(
        session, "schemathesis", Scope.WRITE, until, actor=acting_as(user), now=now
    )
    return made.secret
