"""The course of a command that the player is to carry out, as both sides see it."""

from typing import Final

from infoscreen_core.contracts import AckStatus, CommandAck, Health
from infoscreen_core.contracts import topics as wire
from infoscreen_core.domain.commands.lifecycle import (
    ACK_LIMIT,
    FINISH_LIMIT,
    RECONNECT_CEILING,
    RECONNECT_COOLDOWN,
    START_LIMIT,
    STEADY_GAP,
    Action,
)
from workers.conformance.case import EndOfCase, failed, untested
from workers.conformance.cases.refusals import INVALID_ACK
from workers.conformance.journal import boots, process_reports
from workers.conformance.stage import Executed, Stage
from workers.conformance.texts import Text

_SEND_SECONDS: Final = 5.0
"""From issuing a command until the server's dispatcher has sent it."""
STEPS: Final = (AckStatus.ACCEPTED, AckStatus.EXECUTION_STARTED, AckStatus.COMPLETED)
_FINISH_SECONDS: Final = {
    Action.RESTART_APP: FINISH_LIMIT.total_seconds(),
    Action.REBOOT_HOST: (RECONNECT_CEILING + RECONNECT_COOLDOWN).total_seconds(),
}

_NOT_SENT: Final = Text(
    "The server's dispatcher did not send the command; see `infoscreen status`.",
    "Der Dispatcher des Servers hat den Befehl nicht gesendet; siehe `infoscreen status`.",
)
_NO_STEP: Final = Text(
    "“{step}” did not come within {seconds} s. The player has to send accepted, "
    "execution_started and completed, each on …/commands/ack.",
    "„{step}“ kam nicht innerhalb von {seconds} s. Der Player muss accepted, execution_started und "
    "completed senden, jedes über …/commands/ack.",
)
_WRONG_ORDER: Final = Text(
    "The steps came as {seen}; they have to come as accepted, execution_started, completed. The "
    "server never moves a command back.",
    "Die Schritte kamen als {seen}; richtig ist accepted, execution_started, completed. Der Server "
    "nimmt keinen Schritt zurück.",
)
_GAVE_UP: Final = Text(
    "The player answered “failed” with {code}: {message} Nothing forbids this command here; the "
    "player has to be able to carry it out.",
    "Der Player antwortete „failed“ mit {code}: „{message}“ Hier spricht nichts gegen diesen "
    "Befehl; der Player muss ihn ausführen können.",
)
_CALLED_STALE: Final = Text(
    "The player refused a command as stale_command that had just been issued: its clock is fast, "
    "or it reads expires_at in its local time. It is UTC.",
    "Der Player lehnte einen eben ausgegebenen Befehl als stale_command ab: Seine Uhr geht vor, "
    "oder er liest expires_at als Ortszeit. Es ist UTC.",
)
_BOTH_COPIES: Final = Text(
    "One command, which comes on …/commands and on …/command, was carried out twice. The player "
    "has to recognise the second copy by its command_id.",
    "Ein einziger Befehl, der über …/commands und …/command kommt, wurde zweimal ausgeführt. Der "
    "Player muss das zweite Exemplar an der command_id erkennen.",
)
_TWICE: Final = Text(
    "The same command_id, repeated on both topics, was carried out again. The player has to "
    "remember the ids that it began, on disk, before it begins.",
    "Dieselbe command_id, auf beiden Topics wiederholt, wurde noch einmal ausgeführt. Der Player "
    "muss begonnene ids auf der Platte festhalten, bevor er beginnt.",
)


def execute(stage: Stage, action: Action) -> Executed:
    """Have a command issued, and wait for each of its steps; raise `EndOfCase` if one is wrong."""
    stage.line.wait(lambda: any(stage.line.journal.heard(Health)), STEADY_GAP.total_seconds())
    since = stage.mark
    command = stage.issue(action)
    limits = (
        ACK_LIMIT.total_seconds() + _SEND_SECONDS,
        START_LIMIT[action].total_seconds(),
        _FINISH_SECONDS[action],
    )
    try:
        for step, seconds in zip(STEPS, limits, strict=True):
            await_step(stage, command.command_id, step, seconds, since)
        _refuse_wrong_order(stage, command.command_id)
        stage.line.wait(lambda: False, stage.pace.settle)  # for the reports that follow the end
        _refuse_both_copies(stage, action, since)
    except EndOfCase:
        stage.calm_down(command.command_id, _FINISH_SECONDS[action])
        raise
    stage.calm_since = stage.mark
    return Executed(command, since, stage.mark)


def await_step(stage: Stage, command_id: str, step: AckStatus, seconds: float, since: int) -> None:
    """Wait for a step of a command, or a later one; raise `EndOfCase` when none comes."""
    ends = {step, AckStatus.FAILED}
    stage.line.wait(
        lambda: ends & set(heard_steps(stage, command_id)) or stage.bad_acks(since), seconds
    )
    for entry in stage.bad_acks(since):
        raise failed(INVALID_ACK, detail=entry.fault)
    for ack in stage.acks(command_id):
        if ack.message.status is AckStatus.FAILED:
            raise _giving_up(ack.message)
    if step in heard_steps(stage, command_id):
        return
    later = STEPS[STEPS.index(step) + 1 :]
    if set(later) & set(heard_steps(stage, command_id)):
        return  # it was left out or comes later: the order tells
    if not stage.acks(command_id) and stage.office.list_steps(command_id) == []:
        raise untested(_NOT_SENT)
    raise failed(_NO_STEP, step=step.value, seconds=int(seconds))


def _giving_up(ack: CommandAck) -> EndOfCase:
    if ack.error_code == "stale_command":
        return failed(_CALLED_STALE)
    return failed(_GAVE_UP, code=ack.error_code, message=ack.error_message)


def heard_steps(stage: Stage, command_id: str) -> list[AckStatus]:
    """Return the steps as they came first, on the topic that is there to stay."""
    steps = [
        ack.message.status
        for ack in stage.acks(command_id)
        if not ack.is_alias and ack.entry.sender == stage.uuid
    ]
    return list(dict.fromkeys(steps))


def timing(stage: Stage, done: Executed) -> Text:
    """Say how long the steps of a command took."""
    acks = stage.acks(done.command.command_id)
    first = {ack.message.status: ack.entry.moment for ack in reversed(acks)}
    took = [first[step] - first[STEPS[0]] for step in STEPS[1:]]
    return Text(
        "All steps in order; begun {begun:.1f} s after “accepted”, completed after {done:.1f} s.",
        "Alle Schritte in Reihenfolge; {begun:.1f} s nach „accepted“ begonnen, nach {done:.1f} s "
        "abgeschlossen.",
    ).fill(begun=took[0], done=took[1])


def send_again(stage: Stage, done: Executed) -> None:
    """Repeat a command that is done, on both topics; raise `EndOfCase` if it is done again."""
    since, payload = stage.mark, done.command.to_payload()
    for topic in (wire.command_topic(stage.uuid), wire.command_alias_topic(stage.uuid)):
        stage.line.publish(topic, payload)
    stage.line.wait(lambda: _has_proof(stage, done, since), stage.pace.silence)
    if _has_proof(stage, done, since) or _is_begun_again(stage, done, since):
        raise failed(_TWICE)


def _refuse_wrong_order(stage: Stage, command_id: str) -> None:
    steps = heard_steps(stage, command_id)
    if steps != list(STEPS):
        raise failed(_WRONG_ORDER, seen=", ".join(step.value for step in steps))


def _refuse_both_copies(stage: Stage, action: Action, since: int) -> None:
    """Raise `EndOfCase` when more than one process, or boot, has begun since a mark."""
    if len(_begun(stage, action, since)) > 1:
        raise failed(_BOTH_COPIES)


def _begun(stage: Stage, action: Action, since: int) -> set[object]:
    journal = stage.line.journal
    if action is Action.REBOOT_HOST:
        every: list[object] = [boot for _, boot, _ in boots(journal)]
        later: list[object] = [boot for _, boot, _ in boots(journal, since)]
    else:
        every = [one.pid for one in process_reports(journal) if one.pid is not None]
        later = [one.pid for one in process_reports(journal, since) if one.pid is not None]
    return set(later) - set(every[: len(every) - len(later)])


def _has_proof(stage: Stage, done: Executed, since: int) -> bool:
    """Whether machine or process was started anew, whatever the player acknowledges."""
    if done.command.action is Action.REBOOT_HOST:
        return _has_new_boot(stage, since)
    return stage.was_restarted(since)


def _is_begun_again(stage: Stage, done: Executed, since: int) -> bool:
    """Whether it says so; where its reports would show it, repeated words are only words."""
    reports = process_reports(stage.line.journal, since)
    is_reboot = done.command.action is Action.REBOOT_HOST
    would_show = (
        bool(boots(stage.line.journal, since))
        if is_reboot
        else any(one.pid is not None for one in reports)
    )
    acks = stage.acks(done.command.command_id, since)
    begins = any(ack.message.status is AckStatus.EXECUTION_STARTED for ack in acks)
    return begins and not would_show


def _has_new_boot(stage: Stage, since: int) -> bool:
    every, later = boots(stage.line.journal), boots(stage.line.journal, since)
    is_known_before = len(every) > len(later)
    return is_known_before and bool(_begun(stage, Action.REBOOT_HOST, since))
