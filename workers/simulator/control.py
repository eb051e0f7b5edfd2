"""Notes to a running fleet: `infoscreen simulate --tell "crash 3"` leaves one for it."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from infoscreen_core.domain.screens.player import LogLevel, ObservedPower
from infoscreen_core.errors import InvalidInputError
from workers.simulator.player import Player
from workers.simulator.state import PictureFault

_STALE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class FleetNote:
    """What should befall one player; `number` counts from 1, `rest` is a text or seconds."""

    word: str
    number: int
    rest: str = ""

    def __str__(self) -> str:
        return f"{self.word} {self.number} {self.rest}".rstrip()


def _silence(player: Player, rest: str, now: datetime) -> None:
    player.power_off(now, seconds=float(rest) if rest else None)


def _fix_tv(player: Player, rest: str, now: datetime) -> None:
    player.fix_tv(ObservedPower(rest) if rest else None, now)


_DEEDS: Final[dict[str, Callable[[Player, str, datetime], None]]] = {
    "crash": lambda player, _, now: player.crash(now),
    "broken": lambda player, _, now: player.break_down(now),
    "recover": lambda player, _, now: player.recover(now),
    "service-failed": lambda player, _, now: player.fail_service(now),
    "off": _silence,
    "on": lambda player, _, now: player.power_on(now),
    "warn": lambda player, rest, now: player.write_log(
        LogLevel.WARN, rest or "A warning on request", now
    ),
    "error": lambda player, rest, now: player.write_log(
        LogLevel.ERROR, rest or "An error on request", now
    ),
    "black": lambda player, _, now: player.spoil_picture(PictureFault.BLACK, now),
    "picture": lambda player, _, now: player.take_picture(now),
    "stuck": lambda player, *_: player.stick(),
    "tv": _fix_tv,
    "frozen": lambda player, _, now: player.spoil_picture(PictureFault.FROZEN, now),
    "hang": lambda player, *_: player.hold_up(),
}
WORDS: Final = ", ".join(_DEEDS)


def parse_note(text: str) -> FleetNote:
    """Read `WORD NUMBER [TEXT or SECONDS]`; raise `InvalidInputError` when it is none."""
    word, _, tail = text.strip().partition(" ")
    number, _, rest = tail.strip().partition(" ")
    is_bad_pause = word == "off" and rest.strip() and not rest.strip().replace(".", "", 1).isdigit()
    is_bad_tv = word == "tv" and rest.strip() not in {"", *ObservedPower}
    if word not in _DEEDS or not number.isdecimal() or int(number) < 1 or is_bad_pause or is_bad_tv:
        raise InvalidInputError(
            "{text!r} is no note for a player; write a word ({words}), its number, "
            "perhaps text or seconds.",
            field="tell",
            text=text,
            words=WORDS,
        )
    return FleetNote(word, int(number), rest.strip())


def leave_note(directory: Path, note: FleetNote, *, now: datetime) -> None:
    """Leave a note; a reader never sees half of it."""
    directory.mkdir(parents=True, exist_ok=True)
    name = f"{now:%Y%m%dT%H%M%S%f}-{os.getpid()}"
    draft = directory / f".{name}"
    draft.write_text(str(note))
    draft.rename(directory / f"{name}.note")


def take_notes(directory: Path, numbers: range, *, now: datetime) -> list[FleetNote]:
    """Remove and return the notes for these players, oldest first; drop stale ones as well."""
    taken = []
    for path in sorted(directory.glob("*.note")):
        note = parse_note(path.read_text())
        if note.number in numbers:
            taken.append(note)
        elif now.timestamp() - path.stat().st_mtime < _STALE_AFTER.total_seconds():
            continue
        path.unlink()
    return taken


def obey(player: Player, note: FleetNote, now: datetime) -> None:
    """Do to the player what the note says."""
    _DEEDS[note.word](player, note.rest, now)
