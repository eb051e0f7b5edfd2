"""Who changes things: people by their names, programs in words."""

from typing import Final

from console.i18n import N_, _

_PROGRAMS: Final = {"system": N_("The system"), "cli": N_("Command line")}


def actor_word(name: str) -> str:
    """Return who did it: a program in words, a person by their name."""
    return _(_PROGRAMS[name]) if name in _PROGRAMS else name
