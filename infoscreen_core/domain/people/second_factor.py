"""The second factor: how codes and recovery codes look, and when they are refused."""

from datetime import timedelta
from typing import Final

CODE_DIGITS: Final = 6
WINDOW_STEPS: Final = 1
"""Codes of so many steps before and after the present one are taken: clocks differ."""
RECOVERY_CODES: Final = 10
RECOVERY_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that look like another: 0 and O, 1 and I."""
RECOVERY_LENGTH: Final = 16
"""Characters, of 5 bits each: too many to be found from their digest."""
FAILURES_ALLOWED: Final = 5
"""After so many wrong codes in a row none is looked at for a while, wherever it comes from: whoever
gets that far knows the password."""
FAILURES_PAUSE: Final = timedelta(minutes=15)
STEP_LIFE: Final = timedelta(minutes=5)
"""How long after the password the code may follow."""
_GROUP: Final = 4


def typed_code(text: str) -> str:
    """Return what was typed without what people and programs put between the characters."""
    return "".join(one for one in text.upper() if one.isalnum())


def is_recovery_code(code: str) -> bool:
    """Whether what was typed is long enough to be a recovery code rather than the app's."""
    return len(code) == RECOVERY_LENGTH


def grouped(code: str) -> str:
    """Return a recovery code as people read it: `ABCD-EFGH-JKLM-NPQR`."""
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
