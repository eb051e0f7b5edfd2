"""What collides on MariaDB: does a database error ever reach a person? Some minutes; opt-in.

1. `mixed`: people and a listener, in several processes, change the same few players, groups,
   events, periods and users. Must hold: no database error in 2,000 actions, and in the end at most
   one period in force, an active superadmin, and three restarts of a player at most.
2. `lockout`: 50 reboots for one player at once from two processes, again and again. Must hold:
   three of them go out in each round.

    .venv/bin/python tests/trials/collisions.py [--actions 3000] [--rounds 20] [--processes 4]
    .venv/bin/python tests/trials/collisions.py --only discover assign --rounds 0
"""

import argparse
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, sessionmaker
from structlog.testing import capture_logs

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import AcademicPeriod, ChangeCounter, ClientCommand, User
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from tests.support.scratch import make_scratch
from tests.support.servers import MariaDB
from tests.support.trials.mayhem import PLAYERS, Mayhem, Tally, lay_out

T = TypeVar("T")
_REBOOTS = 50
_RESTARTS_ALLOWED = 3


def main() -> int:
    options = _options()
    room = make_scratch() or Path(tempfile.mkdtemp())
    server = MariaDB(room)
    server.start()
    try:
        mixed = _mixed(_database(server), options)
        lockout = _lockout(_database(server), options.rounds)
    finally:
        server.stop()
        shutil.rmtree(room)
    print(json.dumps({"mixed": mixed, "lockout": lockout}, indent=2))
    return 0 if mixed["holds"] and lockout["holds"] else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--actions", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--only", nargs="*", default=(), help="kinds of actions; see tests/support")
    return parser.parse_args()


def _database(server: MariaDB) -> str:
    url = server.new_database()
    engine = make_engine(url)
    upgrade(engine)
    with make_session_factory(engine).begin() as session:
        session.add(ChangeCounter(subject=changes.SCHEDULE))
    lay_out(make_session_factory(engine))
    engine.dispose()
    return url


def _mixed(url: str, options: argparse.Namespace) -> dict[str, object]:
    begun, processes = time.monotonic(), options.processes
    count = options.actions // processes
    each = [(url, seed, count, options.only) for seed in range(processes)]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        parts = pool.starmap(_run_mayhem, each)
    tally = sum(parts, Tally())
    wrong = _on(url, _broken_rules)
    return {
        "actions": sum(tally.done.values()) + sum(tally.refused.values()) + len(tally.errors),
        "done": sum(tally.done.values()),
        "refused_with_a_sentence": sum(tally.refused.values()),
        "busy": sum(n for what, n in tally.refused.items() if what.endswith("BusyError")),
        "collisions_in_the_database": tally.collisions,
        "database_errors": len(tally.errors),
        "errors": tally.errors[:10],
        "broken_rules": wrong,
        "seconds": round(time.monotonic() - begun, 1),
        "holds": not tally.errors and not wrong,
    }


def _run_mayhem(url: str, seed: int, actions: int, only: Sequence[str]) -> Tally:
    engine = make_engine(url)
    mayhem = Mayhem(make_session_factory(engine), seed, only=only)
    mayhem.watch_collisions()
    with capture_logs():  # a player that was removed is refused, as it should be
        mayhem.run(actions)
    engine.dispose()
    return mayhem.tally


def _broken_rules(session: Session) -> list[str]:
    in_force = session.scalar(select(func.count()).where(AcademicPeriod.is_active)) or 0
    is_leading = User.is_active & (User.role == Role.SUPERADMIN)
    superadmins = session.scalar(select(func.count()).where(is_leading)) or 0
    sent = Counter(session.scalars(_restarts()))
    most = max(sent.values(), default=0)
    found = {
        f"{in_force} periods are in force": in_force > 1,
        "nobody is an active superadmin": not superadmins,
        f"{most} restarts of one player went out": most > _RESTARTS_ALLOWED,
    }
    return [sentence for sentence, is_broken in found.items() if is_broken]


def _restarts() -> Select[str]:
    since = utc_now() - timedelta(minutes=15)
    return select(ClientCommand.client_uuid).where(
        ClientCommand.status != State.BLOCKED_SAFETY, ClientCommand.issued_at > since
    )


def _lockout(url: str, rounds: int) -> dict[str, object]:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    halves = [
        context.Process(target=_reboot_often, args=(url, rounds, barrier)) for _number in range(2)
    ]
    for half in halves:
        half.start()
    for half in halves:
        half.join()
    went_out = _on(url, _count_sent)[:rounds]
    is_held = went_out == [_RESTARTS_ALLOWED] * rounds and not any(h.exitcode for h in halves)
    return {"reboots_each": _REBOOTS, "went_out": went_out, "holds": is_held}


def _reboot_often(url: str, rounds: int, barrier: Barrier) -> None:
    engine = make_engine(url)
    sessions = make_session_factory(engine)
    with ThreadPoolExecutor(_REBOOTS // 2) as pool:
        for number in range(rounds):
            barrier.wait(60)
            tries = [pool.submit(_reboot, sessions, PLAYERS[number]) for _n in range(_REBOOTS // 2)]
            for one in tries:
                one.result()
    engine.dispose()


def _reboot(sessions: sessionmaker[Session], uuid: str) -> None:
    def work(session: Session) -> None:
        issue_command(session, uuid, Action.REBOOT_HOST, reason=None, actor=CLI, now=utc_now())

    in_transaction(sessions, work)


def _count_sent(session: Session) -> list[int]:
    sent = Counter(session.scalars(_restarts()))
    return [sent[uuid] for uuid in PLAYERS]


def _on(url: str, read: Callable[[Session], T]) -> T:
    engine = make_engine(url)
    try:
        with make_session_factory(engine)() as session:
            return read(session)
    finally:
        engine.dispose()


if __name__ == "__main__":
    raise SystemExit(main())
