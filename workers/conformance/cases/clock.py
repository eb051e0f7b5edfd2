"""Whether the player's clock is right: expiries of commands and intents are read by it."""

from typing import Final

from infoscreen_core.contracts import Health, Heartbeat
from workers.conformance.case import Case, failed, untested
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_WAIT_SECONDS: Final = 10.0
_TOLERANCE_SECONDS: Final = 30.0
"""An intent is renewed every 30 s and holds for 90: who is a minute off misses the one or keeps the
other too long."""

_SLOW, _FAST = Text("behind", "nach"), Text("ahead", "vor")
_WRONG: Final = Text(
    "The player's clock is {seconds} s {direction} of the server's. A command expires 180 to 360 s "
    "after it was issued and a power intent after 90 s, both by the player's clock: let it follow "
    "a time server (timedatectl set-ntp true).",
    "Die Uhr des Players geht gegenüber der des Servers {seconds} s {direction}. Ein Befehl läuft "
    "180 bis 360 s nach seiner Ausgabe ab, ein Auftrag für den Fernseher nach 90 s, beides nach "
    "der Uhr des Players: Er muss einem Zeitserver folgen (timedatectl set-ntp true).",
)
_NO_TIME: Final = Text(
    "Neither health nor heartbeat carries a timestamp, so the clock cannot be judged. Send it: the "
    "server orders log lines by it.",
    "Weder Zustand noch Heartbeat nennt einen timestamp, also lässt sich die Uhr nicht beurteilen. "
    "Bitte senden: Der Server ordnet danach die Protokollzeilen.",
)


def clock(stage: Stage) -> Text:
    """Compare the times in the player's live reports with those of their arrival."""
    stage.line.wait(lambda: _deviations(stage), _WAIT_SECONDS)
    found = _deviations(stage)
    if not found:
        raise untested(_NO_TIME)
    least = min(found, key=abs)  # what comes late says less
    if abs(least) > _TOLERANCE_SECONDS:
        raise failed(_WRONG, seconds=round(abs(least)), direction=_SLOW if least > 0 else _FAST)
    return Text("It is right to {seconds:.1f} s.", "Sie geht auf {seconds:.1f} s genau.").fill(
        seconds=abs(least)
    )


def _deviations(stage: Stage) -> list[float]:
    """Return by how many seconds each report was behind when it came."""
    return [
        (entry.at - entry.message.timestamp).total_seconds()
        for entry in stage.own_words()
        if isinstance(entry.message, Health | Heartbeat) and not entry.is_retained
        if entry.message.timestamp is not None
    ]


CASES: Final = (
    Case(
        name="clock",
        title=Text("The player's clock", "Die Uhr des Players"),
        why=Text(
            "A player whose clock is fast refuses every command as too late; one whose clock is "
            "slow carries out what nobody expects any more.",
            "Ein Player, dessen Uhr vorgeht, lehnt jeden Befehl als zu spät ab; geht sie nach, "
            "führt er aus, womit niemand mehr rechnet.",
        ),
        sends=Text(
            "Nothing: it looks at the timestamps in health and heartbeats.",
            "Nichts: Betrachtet werden die timestamps in Zustand und Heartbeats.",
        ),
        expects=Text(
            "Not more than 30 s off from the server's clock.",
            "Höchstens 30 s Abweichung von der Uhr des Servers.",
        ),
        check=clock,
    ),
)
