"""A reboot, and the name that a boot has."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from infoscreen_core.contracts import AckStatus, Discovery, Health
from infoscreen_core.domain.commands.lifecycle import STEADY_GAP, Action
from workers.conformance.case import Case, Interruption, failed, untested
from workers.conformance.cases.course import execute, send_again, timing
from workers.conformance.journal import boots
from workers.conformance.stage import Executed, Stage
from workers.conformance.texts import Text

_NO_REBOOT: Final = Text(
    "The machine may not be rebooted here: add --allow-reboot.",
    "Das Gerät darf hier nicht neu starten: --allow-reboot angeben.",
)
_TOO_EARLY: Final = Text(
    "“completed” came before the machine was down: {seconds} s after the start, without a silence "
    "or a discovery between. It has to come when the player is back.",
    "„completed“ kam, bevor das Gerät unten war: {seconds} s nach dem Beginn, ohne Schweigen oder "
    "Discovery dazwischen. Es muss kommen, wenn der Player zurück ist.",
)
_BOOT_KEPT: Final = Text(
    "boot_id is the same before and after the reboot ({boot}). Take a text that changes with each "
    "boot, such as /proc/sys/kernel/random/boot_id.",
    "boot_id ist vor und nach dem Neustart gleich ({boot}). Richtig ist ein Text, der mit jedem "
    "Start wechselt, etwa /proc/sys/kernel/random/boot_id.",
)
_BOOT_CHANGED: Final = Text(
    "boot_id changed with a restart of the application alone ({boot} became {other}). The server "
    "would take that for a reboot.",
    "boot_id wechselte beim Neustart der App allein (aus {boot} wurde {other}). Der Server hielte "
    "das für einen Neustart des Geräts.",
)
_UPTIME_KEPT: Final = Text(
    "uptime_seconds went on over the reboot ({before} s before, {after} s after). It has to count "
    "from the boot that boot_id names.",
    "uptime_seconds lief über den Neustart weiter ({before} s davor, {after} s danach). Es muss ab "
    "dem Start zählen, den boot_id nennt.",
)
_NO_BOOT: Final = Text(
    "The player sends no boot_id, which is optional. With one, the server can tell a reboot that "
    "took place from one that did not.",
    "Der Player sendet keine boot_id; sie ist freiwillig. Mit ihr erkennt der Server, ob ein "
    "Neustart wirklich stattfand.",
)
_NO_EXECUTION: Final = Text(
    "No command was carried out in this run: add --case valid, or run all cases.",
    "In diesem Lauf wurde kein Befehl ausgeführt: --case valid dazunehmen oder alle Fälle prüfen.",
)


def reboot(stage: Stage) -> Text:
    """Have the machine rebooted through the server; afterwards repeat the command."""
    if not stage.allows_reboot:
        raise untested(_NO_REBOOT)
    done = stage.reboot = execute(stage, Action.REBOOT_HOST)
    _refuse_early_end(stage, done)
    send_again(stage, done)
    return timing(stage, done)


def boot_id(stage: Stage) -> Text:
    """Compare the boots that the player named around the commands of this run."""
    if stage.restart is None and stage.reboot is None:
        raise untested(_NO_EXECUTION)
    if not boots(stage.line.journal):
        raise untested(_NO_BOOT)
    if stage.restart:
        _judge_restart(stage, stage.restart)
    if stage.reboot is None:
        return Text(
            "It stayed the same over the app restart; the reboot was not tried (--allow-reboot).",
            "Beim Neustart der App blieb sie gleich; der Neustart des Geräts wurde nicht versucht "
            "(--allow-reboot).",
        )
    _judge_reboot(stage, stage.reboot)
    return Text(
        "It changed with the reboot, and not with the app restart.",
        "Sie wechselte beim Neustart des Geräts und nicht beim Neustart der App.",
    )


def _refuse_early_end(stage: Stage, done: Executed) -> None:
    acks = stage.acks(done.command.command_id)
    first = {ack.message.status: ack.entry for ack in reversed(acks)}
    begun, ended = first[AckStatus.EXECUTION_STARTED], first[AckStatus.COMPLETED]
    entries = stage.line.journal.since(done.began)
    between = [one for one in entries if begun.moment <= one.moment <= ended.moment]
    has_announced = any(isinstance(one.message, Discovery) for one in between)
    reports = [one.moment for one in between if isinstance(one.message, Health)]
    moments = [begun.moment, *reports, ended.moment]
    is_silent = any(later - one > STEADY_GAP.total_seconds() for one, later in pairwise(moments))
    if not (has_announced or is_silent):
        raise failed(_TOO_EARLY, seconds=round(ended.moment - begun.moment, 1))


def _around(stage: Stage, done: Executed) -> tuple[Sequence[tuple[str, float | None]], ...]:
    journal = stage.line.journal
    before = len(boots(journal)) - len(boots(journal, done.began))
    every = [(boot, uptime) for _, boot, uptime in boots(journal)]
    after = len(boots(journal)) - len(boots(journal, done.ended))
    return every[:before], every[after:]


def _judge_restart(stage: Stage, done: Executed) -> None:
    before, after = _around(stage, done)
    ahead = [boot for boot, _ in before]
    behind = [boot for boot, _ in after[:1]]
    if ahead and behind and ahead[-1] != behind[0]:
        raise failed(_BOOT_CHANGED, boot=ahead[-1], other=behind[0])


def _judge_reboot(stage: Stage, done: Executed) -> None:
    before, after = _around(stage, done)
    if not (before and after):
        raise untested(_NO_BOOT)
    (boot, uptime), (other, later) = before[-1], after[0]
    if boot == other:
        raise failed(_BOOT_KEPT, boot=boot)
    if uptime is not None and later is not None and later >= uptime:
        started = stage.acks(done.command.command_id)[0].entry.moment
        if later > stage.line.moment() - started:
            raise failed(_UPTIME_KEPT, before=round(uptime), after=round(later))


CASES: Final = (
    Case(
        name="reboot",
        title=Text("A reboot", "Neustart des Geräts"),
        why=Text(
            "A reboot is done when the machine is back, not when it was asked for; and the command "
            "that it carried out must not come to life again.",
            "Ein Neustart ist fertig, wenn das Gerät zurück ist, nicht wenn er verlangt wurde; und "
            "der ausgeführte Befehl darf danach nicht wieder wirken.",
        ),
        sends=Text(
            "A reboot, issued through the server; after its end the same command once more.",
            "Ein Neustart, über den Server ausgelöst; nach seinem Ende derselbe Befehl noch "
            "einmal.",
        ),
        expects=Text(
            "accepted within 20 s, execution_started within 25 s of it, then the machine goes "
            "down, and completed within 210 s, once it is back. No second reboot.",
            "accepted innerhalb von 20 s, execution_started höchstens 25 s danach, dann fährt das "
            "Gerät herunter, und completed innerhalb von 210 s, wenn es zurück ist. Kein zweiter "
            "Neustart.",
        ),
        check=reboot,
        interruption=Interruption.REBOOT,
        interrupts=Text(
            "the machine is rebooted; the screen is dark for a minute or two",
            "das Gerät startet neu; der Bildschirm ist ein, zwei Minuten dunkel",
        ),
    ),
    Case(
        name="boot-id",
        title=Text("The boot has a name", "Der Start hat einen Namen"),
        why=Text(
            "With boot_id the server proves that a reboot took place; one that changes with the "
            "application would prove what never was.",
            "Mit boot_id beweist der Server, dass ein Neustart stattfand; eine, die mit der App "
            "wechselt, bewiese, was nie war.",
        ),
        sends=Text(
            "Nothing: it looks at discoveries and health around the commands of this run.",
            "Nichts: Betrachtet werden Discovery und Zustand rund um die Befehle dieses Laufs.",
        ),
        expects=Text(
            "The same boot_id before and after the app restart, another one after the reboot, with "
            "uptime_seconds counted from there.",
            "Dieselbe boot_id vor und nach dem App-Neustart, eine andere nach dem Neustart des "
            "Geräts, und uptime_seconds von dort an gezählt.",
        ),
        check=boot_id,
    ),
)
