"""Turns: of all who check something about many rows and then write, one at a time.

A lock on a row keeps others from changing it, but not from adding another beside it. Where that
would break a rule (two periods on the same days), whoever may break it takes a turn first: a row of
its own in the table of counters, held until the commit. Take it before any other lock.
"""

from enum import StrEnum
from typing import Final
from zlib import crc32

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import operations as queries


class Turn(StrEnum):
    """What only one transaction at a time may change."""

    AUDIT_SEALS = "audit-seals"
    EMERGENCIES = "emergencies"
    HOLIDAYS_WITHOUT_PERIOD = "holidays-without-period"
    PERIODS = "periods"
    RECOVERY = "recovery"
    SETTINGS = "settings"
    UNKNOWN_NAMES = "unknown-names"


_SIGN_IN_TURNS: Final = 32


def take(session: Session, turn: Turn) -> None:
    """Wait for the turn, and keep it until the transaction ends."""
    queries.hold_counter(session, turn)


def take_for_sign_in(session: Session, *names: str) -> None:
    """Take the turns of a sign-in, one for each of these names (a user's, an address).

    There are only so many turns, so that a stranger's names fill no table; some names share one.
    """
    for number in sorted({crc32(name.encode()) % _SIGN_IN_TURNS for name in names}):
        queries.hold_counter(session, f"sign-in-{number:02}")
