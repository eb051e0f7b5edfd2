"""Commands that the player carries out: in order, once, through an outage of the broker."""

from typing import Final

from infoscreen_core.contracts import AckStatus
from infoscreen_core.domain.commands.lifecycle import ACK_LIMIT, FINISH_LIMIT, Action
from workers.conformance.case import Case, Interruption, failed, untested
from workers.conformance.cases.course import (
    STEPS,
    await_step,
    execute,
    heard_steps,
    send_again,
    timing,
)
from workers.conformance.stage import Executed, Stage
from workers.conformance.texts import Text

_NOT_VALID: Final = Text(
    "The command has to be carried out in order first; see the case valid.",
    "Zuerst muss der Befehl ordentlich ausgeführt werden; siehe den Fall valid.",
)
_NO_OUTAGE: Final = Text(
    "No command that restarts the broker was given: add --broker-restart CMD, for a broker of your "
    "own that everybody may lose for some seconds.",
    "Es wurde kein Befehl angegeben, der den Broker neu startet: --broker-restart CMD, nur für "
    "einen eigenen Broker, den alle für einige Sekunden verlieren dürfen.",
)
_OUTAGE_FAILED: Final = Text(
    "The command given with --broker-restart failed: {problem}",
    "Der mit --broker-restart angegebene Befehl ist gescheitert: {problem}",
)
_OUTAGE_TOO_LATE: Final = Text(
    "The broker went away after the last step, so nothing had to be sent again. Let CMD stop the "
    "broker at once and wait some seconds before it starts it.",
    "Der Broker ging erst nach dem letzten Schritt, also war nichts nachzusenden. CMD soll den "
    "Broker sofort anhalten und vor dem Start einige Sekunden warten.",
)
_LOST: Final = Text(
    "After the outage {missing} never came. The player has to keep acknowledgements that the "
    "broker has not confirmed (QoS 1) and send them again.",
    "Nach dem Ausfall kam {missing} nie. Der Player muss Bestätigungen, die der Broker nicht "
    "quittiert hat (QoS 1), aufheben und noch einmal senden.",
)


def valid(stage: Stage) -> Text:
    """Have the application restarted through the server, and follow each step."""
    done = _restarted(stage)
    return timing(stage, done)


def duplicate(stage: Stage) -> Text:
    """Repeat a command that was carried out, on both topics."""
    done = _restarted(stage)
    send_again(stage, done)
    return Text("It was carried out once.", "Er wurde einmal ausgeführt.")


def outage(stage: Stage) -> Text:
    """Take the broker away while a command is under way."""
    if stage.outage is None:
        raise untested(_NO_OUTAGE)
    since = stage.mark
    command = stage.issue(Action.RESTART_APP)
    await_step(stage, command.command_id, AckStatus.ACCEPTED, ACK_LIMIT.total_seconds(), since)
    stage.outage.begin()
    is_cut = stage.line.wait(lambda: not stage.line.is_connected, ACK_LIMIT.total_seconds())
    was_over = AckStatus.COMPLETED in heard_steps(stage, command.command_id)
    stage.line.wait(stage.outage.is_over, FINISH_LIMIT.total_seconds())
    stage.line.wait(lambda: stage.line.is_connected, ACK_LIMIT.total_seconds())
    if problem := stage.outage.problem():
        raise untested(_OUTAGE_FAILED, problem=problem)
    if was_over or not is_cut:
        raise untested(_OUTAGE_TOO_LATE)
    _await_all(stage, command.command_id)
    stage.calm_since = stage.mark
    return Text(
        "All three steps came, before the outage or after it.",
        "Alle drei Schritte kamen, vor dem Ausfall oder danach.",
    )


def _restarted(stage: Stage) -> Executed:
    """Return the app restart of this run; the first who asks has it done, for better or worse."""
    if stage.restart is None:
        if stage.was_restart_tried:
            raise untested(_NOT_VALID)
        stage.was_restart_tried = True
        stage.restart = execute(stage, Action.RESTART_APP)
    return stage.restart


def _await_all(stage: Stage, command_id: str) -> None:
    """Wait for every step, as we heard it or as the server did, who has a lasting session."""

    def missing() -> list[AckStatus]:
        noted = stage.office.list_steps(command_id)
        heard = heard_steps(stage, command_id)
        return [step for step in STEPS if step not in heard and step.value not in noted]

    if not stage.line.wait(lambda: not missing(), FINISH_LIMIT.total_seconds() / 2):
        raise failed(_LOST, missing=", ".join(step.value for step in missing()))


CASES: Final = (
    Case(
        name="valid",
        title=Text("A command, from click to end", "Ein Befehl vom Klick bis zum Ende"),
        why=Text(
            "An operator follows each step live, and the server gives up on a step that does not "
            "come in time.",
            "Im Betrieb wird jeder Schritt live verfolgt, und der Server gibt einen Schritt auf, "
            "der nicht rechtzeitig kommt.",
        ),
        sends=Text(
            "An app restart, issued through the server as an operator would.",
            "Ein App-Neustart, über den Server ausgelöst wie im Betrieb.",
        ),
        expects=Text(
            "accepted within 20 s, execution_started within 15 s of it, completed within 150 s of "
            "that, in this order, on …/commands/ack; and one restart, not two.",
            "accepted innerhalb von 20 s, execution_started höchstens 15 s danach, completed "
            "höchstens 150 s danach, in dieser Reihenfolge, über …/commands/ack; und ein einziger "
            "Neustart.",
        ),
        check=valid,
        interruption=Interruption.PICTURE,
        interrupts=Text(
            "the player's application is restarted once",
            "die App des Players startet einmal neu",
        ),
    ),
    Case(
        name="duplicate",
        title=Text("The same command again", "Derselbe Befehl noch einmal"),
        why=Text(
            "The server may repeat a publication, and each command comes on two topics.",
            "Der Server darf eine Sendung wiederholen, und jeder Befehl kommt über zwei Topics.",
        ),
        sends=Text(
            "The command of the case valid once more, on …/commands and on …/command.",
            "Der Befehl des Falls valid noch einmal, über …/commands und …/command.",
        ),
        expects=Text(
            "No second restart. An acknowledgement may be repeated, or the answer be “failed” with "
            "duplicate_command.",
            "Kein zweiter Neustart. Eine Bestätigung darf wiederholt werden, oder die Antwort "
            "„failed“ mit duplicate_command sein.",
        ),
        check=duplicate,
        interruption=Interruption.PICTURE,
        interrupts=Text(
            "the player's application is restarted once",
            "die App des Players startet einmal neu",
        ),
    ),
)

OUTAGE_CASES: Final = (
    Case(
        name="outage",
        title=Text("The broker goes away meanwhile", "Der Broker fällt dazwischen aus"),
        why=Text(
            "A step that is lost with the connection leaves a command hanging that was carried "
            "out.",
            "Ein Schritt, der mit der Verbindung verloren geht, lässt einen ausgeführten Befehl "
            "hängen.",
        ),
        sends=Text(
            "An app restart; after “accepted” the broker is restarted.",
            "Ein App-Neustart; nach „accepted“ wird der Broker neu gestartet.",
        ),
        expects=Text(
            "All three steps, those of the outage when the broker is back.",
            "Alle drei Schritte, die aus der Zeit des Ausfalls nach der Rückkehr des Brokers.",
        ),
        check=outage,
        interruption=Interruption.BROKER,
        interrupts=Text(
            "all players and the server lose the broker while CMD restarts it, and the player's "
            "application is restarted once more",
            "alle Player und der Server verlieren den Broker, während CMD ihn neu startet, und die "
            "App des Players startet noch einmal neu",
        ),
    ),
)
