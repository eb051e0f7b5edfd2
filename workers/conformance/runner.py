"""Runs the cases one after the other, and says how each ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from infoscreen_core.contracts import AckStatus, TopicKind
from infoscreen_core.domain.text.wording import printable
from infoscreen_core.errors import InfoscreenError, UnavailableError
from infoscreen_core.log import get_logger
from workers.conformance.case import Case, EndOfCase, Verdict, failed
from workers.conformance.journal import Entry
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

log = get_logger()

_ALWAYS_SHOWN = frozenset(
    {
        TopicKind.COMMAND_ACK,
        TopicKind.DISCOVERY,
        TopicKind.DISCOVERY_ACK,
        TopicKind.SERVICE_FAILED,
        TopicKind.POWER_STATE,
        TopicKind.CLIENT_POWER_INTENT,
    }
)
_ALIVE_SECONDS: Final = 80.0
"""By then a player that lives has sent at least a heartbeat."""
_RAN_LATE = Text(
    "The player carried the command out after all, later in the run. It has to check each command "
    "before it begins.",
    "Der Player hat den Befehl später im Lauf doch ausgeführt. Er muss jeden Befehl prüfen, bevor "
    "er beginnt.",
)
_TROUBLE = Text(
    "It could not be tried: {error}", "Nicht durchführbar; der Grund auf Englisch: „{error}“"
)
_NOT_REACHED = Text("The run was ended before.", "Der Lauf wurde vorher beendet.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How a case ended, with the messages that belong to it."""

    case: Case
    verdict: Verdict
    text: Text
    began_at: datetime
    seconds: float
    entries: Sequence[Entry]


def await_player(stage: Stage, name: str) -> None:
    """Wait for a word of the player; raise `UnavailableError` when none comes."""

    def is_there() -> bool:
        return any(not entry.is_retained for entry in stage.own_words())

    if not stage.line.wait(is_there, _ALIVE_SECONDS):
        raise UnavailableError(
            "Nothing was tested: {name} said nothing for {seconds} s. Is it switched on and "
            "connected to this broker, and do its topics carry the UUID {uuid} in lower case?",
            name=printable(name),
            seconds=int(_ALIVE_SECONDS),
            uuid=stage.uuid,
        )


def run_cases(stage: Stage, cases: Sequence[Case], tell: Callable[[Result], None]) -> list[Result]:
    """Run the cases; each result is told as soon as it is there. Ctrl-C ends the run early.

    What a case has borrowed it gives back whatever ends it, so nothing is left to do here.
    """
    results: list[Result] = []
    try:
        for case in cases:
            results.append(_run(stage, case))
            tell(results[-1])
    except KeyboardInterrupt:
        for case in cases[len(results) :]:
            results.append(_unreached(stage, case))
            tell(results[-1])
    final = [_reconsider(stage, result) for result in results]
    for before, after in zip(results, final, strict=True):
        if after is not before:
            tell(after)
    return final


def was_interrupted(results: Sequence[Result]) -> bool:
    """Whether the run ended before its last case."""
    return any(result.text is _NOT_REACHED for result in results)


def _run(stage: Stage, case: Case) -> Result:
    began_at, begun, mark = stage.line.now(), stage.line.moment(), stage.mark
    verdict, text = _judge(stage, case)
    return Result(
        case=case,
        verdict=verdict,
        text=text,
        began_at=began_at,
        seconds=stage.line.moment() - begun,
        entries=[one for one in stage.line.journal.since(mark) if _belongs(one, case)],
    )


def _judge(stage: Stage, case: Case) -> tuple[Verdict, Text]:
    try:
        return Verdict.PASSED, case.check(stage)
    except EndOfCase as end:
        return end.verdict, end.text
    except InfoscreenError as error:  # of our own side: no connection, a service that refuses
        log.warning("conformance.case_not_run", case=case.name, error=str(error))
        return Verdict.NOT_TESTED, _TROUBLE.fill(error=error)


def _belongs(entry: Entry, case: Case) -> bool:
    is_shown = entry.kind in _ALWAYS_SHOWN or entry.kind in case.watches
    return entry.is_sent or entry.fault is not None or is_shown


def _unreached(stage: Stage, case: Case) -> Result:
    return Result(
        case=case,
        verdict=Verdict.NOT_TESTED,
        text=_NOT_REACHED,
        began_at=stage.line.now(),
        seconds=0.0,
        entries=(),
    )


def _reconsider(stage: Stage, result: Result) -> Result:
    """Take back a verdict that the rest of the run has proved wrong."""
    if result.verdict is Verdict.PASSED and result.case.name in _ran_late(stage):
        end = failed(_RAN_LATE)
        return replace(result, verdict=end.verdict, text=end.text)
    return result


def _ran_late(stage: Stage) -> set[str]:
    under_way = {AckStatus.ACCEPTED, AckStatus.EXECUTION_STARTED, AckStatus.COMPLETED}
    return {
        case
        for command_id, case in stage.forbidden.items()
        if any(ack.message.status in under_way for ack in stage.acks(command_id))
    }
