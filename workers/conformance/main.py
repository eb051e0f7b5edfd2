"""`infoscreen conformance`: does a player keep the contract? Its side of it, rule by rule.

How it talks, and why:

* **With the server's account, beside the server.** Listener, dispatcher and scheduler go on
  working: what the player says arrives there as always, and is judged here from a subscription of
  our own. Nothing is taken from their sessions, since each connection has a client id of its own.
* **Valid commands go through the service** (`issue_command`), as an operator's do: the lockout
  counts them, the audit names them, the dispatcher sends them, and the listener moves them by the
  player's acknowledgements. Published past it, an acknowledgement of a command that ran would be a
  dead letter, and a reboot no page could explain. A run needs at most three (the lockout's limit):
  one app restart that several cases look at, one more for the outage, one reboot.
* **Broken commands are published directly**, since the service makes none. Their refusals become
  dead letters (`unknown_command`), which is what they are: answers to nobody's command. All of
  them ask for an app restart, the least that a player in the wrong can do; those that only have to
  be answered have expired as well.
* **Event lists and power intents stand in the topics of two test groups** that no database gives
  out (`contracts.topics.TEST_GROUPS`): no other screen reads them, and the scheduler, which takes
  back whatever it did not publish itself, leaves them alone. The player gets there by its retained
  `group_id`, nothing else of the server's is touched. Holding a TV against its group is an order
  through the service, for the scheduler has to publish and clear it.
* **What is borrowed is given back**: each borrowed topic has a connection whose will is what the
  server wants there, so that even after `kill -9` the broker puts it back. In the usual case, and
  on Ctrl-C, the group is read from the database once more, since somebody may have moved the
  player meanwhile; an order that outlives us ends after three minutes by itself.
* **What it costs**: the player shows a text for some seconds, its TV goes off and on, its
  application restarts. Monitoring sees that, and may call it by its name. Hence the question
  before the start, and `--allow-reboot` for the machine, `--broker-restart` for everybody else.
"""

import fcntl
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Annotated, NoReturn

import orjson
import typer

from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.log import configure_logging
from infoscreen_core.settings import Settings, load_settings
from workers.conformance.case import Case, Interruption
from workers.conformance.cases.catalogue import choose
from workers.conformance.line import BrokerLine
from workers.conformance.office import ServerOffice, Subject, find_subject
from workers.conformance.outage import ShellOutage
from workers.conformance.report import (
    INTERRUPTED_BY,
    INTERRUPTIONS,
    Report,
    as_json,
    describe,
    heading,
    list_cases,
    list_interruptions,
    summary,
)
from workers.conformance.runner import Result, await_player, run_cases, was_interrupted
from workers.conformance.stage import Stage
from workers.conformance.texts import LANGUAGES, Text
from workers.runtime import Database, open_database

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
_GO_ON = Text("Begin?", "Beginnen?")


def command(  # noqa: PLR0913 - one parameter per option
    *,
    client: Annotated[str | None, typer.Option(metavar="UUID", help="The player.")] = None,
    case: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only this case; see --list. Repeatable."),
    ] = None,
    allow_reboot: Annotated[
        bool, typer.Option("--allow-reboot", help="Also reboot the machine.")
    ] = False,
    broker_restart: Annotated[
        str | None,
        typer.Option(metavar="CMD", help="Also restart the broker, with this shell command."),
    ] = None,
    language: Annotated[
        str | None, typer.Option(help="de or en; default: the setting ui_language.")
    ] = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="Begin without asking.")] = False,
    list_only: Annotated[bool, typer.Option("--list", help="List the cases and end.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check whether a player keeps the contract, and print a report."""
    cases = choose(case or [])
    _check_language(language)
    if list_only:
        _print_list(cases, language or "en", as_lines=not json)
        return
    if client is None:
        raise InvalidInputError("Name the player: --client UUID.", field="client")
    wishes = _Wishes(cases, allows_reboot=allow_reboot, broker_restart=broker_restart)
    settings = load_settings()
    with open_database(settings) as database, _alone(settings):
        subject = find_subject(database, client, language)
        _ask(wishes.interrupting, subject.language, is_sure=is_sure)
        report = _run(settings, database, subject, wishes, quiet=json)
    _print(report, as_lines=not json)
    if code := _exit_code(report):
        raise typer.Exit(code)


def make_report(stage: Stage, subject: Subject, cases: Sequence[Case], *, quiet: bool) -> Report:
    """Run the cases on a stage; say each result at once, on standard output unless `quiet`.

    Raises `UnavailableError` when nothing is heard of the player.
    """
    began_at = stage.line.now()
    await_player(stage, subject.name)
    say = sys.stderr if quiet else sys.stdout
    say.write(f"{heading(subject, began_at)}\n")

    def tell(result: Result) -> None:
        line = f"{result.case.name}: {result.verdict.value}"
        say.write(f"{line if quiet else describe(result, subject.language)}\n")
        say.flush()

    results = run_cases(stage, cases, tell)
    return Report(subject, began_at, stage.line.now(), results)


def _print(report: Report, *, as_lines: bool) -> None:
    if as_lines:
        sys.stdout.write(f"\n{summary(report)}\n")
    else:
        sys.stdout.write(orjson.dumps(as_json(report), option=orjson.OPT_INDENT_2).decode() + "\n")


def _exit_code(report: Report) -> int:
    if was_interrupted(report.results):
        return EXIT_INTERRUPTED
    return EXIT_FAILED if report.has_failed else 0


@dataclass(frozen=True)
class _Wishes:
    """What the run is to try."""

    cases: Sequence[Case]
    allows_reboot: bool
    broker_restart: str | None

    @property
    def interrupting(self) -> list[Case]:
        """The cases without those that are left out, since nobody allowed them."""
        left_out = {
            Interruption.REBOOT: not self.allows_reboot,
            Interruption.BROKER: not self.broker_restart,
        }
        return [case for case in self.cases if not left_out.get(case.interruption)]


def _run(
    settings: Settings, database: Database, subject: Subject, wishes: _Wishes, *, quiet: bool
) -> Report:
    configure_logging(settings.model_copy(update={"log_level": "error"}), program="conformance")
    _end_on_signals()
    line = BrokerLine(settings, subject.uuid)
    stage = Stage(
        subject.uuid,
        line,
        ServerOffice(database, subject.uuid, subject.language),
        language=subject.language,
        outage=ShellOutage(wishes.broker_restart) if wishes.broker_restart else None,
        allows_reboot=wishes.allows_reboot,
    )
    try:
        return make_report(stage, subject, wishes.cases, quiet=quiet)
    finally:
        line.close()


def _ask(cases: Sequence[Case], language: str, *, is_sure: bool) -> None:
    found = list_interruptions(cases, language)
    if not found:
        return
    lines = [INTERRUPTED_BY.of(language), *(f"  – {text}" for text in found)]
    sys.stderr.write("\n".join(lines) + "\n")
    if is_sure:
        return
    if not sys.stdin.isatty():
        raise InvalidInputError(
            "Nothing was tested: nobody is here to agree. Add --yes.", field="yes"
        )
    if not typer.confirm(_GO_ON.of(language), err=True):
        raise InvalidInputError("Nothing was tested, as you wished.", field="yes")


def _check_language(language: str | None) -> None:
    if language is not None and language not in LANGUAGES:
        raise InvalidInputError(
            "The language {language} is unknown; use one of {known}.",
            field="language",
            language=language,
            known=", ".join(LANGUAGES),
        )


def _print_list(cases: Sequence[Case], language: str, *, as_lines: bool) -> None:
    rows = list_cases(cases, language)
    if not as_lines:
        sys.stdout.write(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    width = max(len(case.name) for case in cases)
    for case in cases:
        note = INTERRUPTIONS[case.interruption].of(language)
        sys.stdout.write(f"{case.name:<{width}}  {case.title.of(language)} ({note})\n")


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Claim the test groups; two runs at once would tell each other's player what to show."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "conformance.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ConflictError(
                "A player is being tested already; wait until that run has ended."
            ) from error
        yield


def _end_on_signals() -> None:
    """End as on Ctrl-C when told to, so that everything is given back."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
