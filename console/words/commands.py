"""What remote commands and their states are called."""

from typing import Final

from console.i18n import _
from infoscreen_core.domain.commands.lifecycle import TERMINAL, Action, State
from infoscreen_core.domain.commands.words import ACTION_WORDS, STATE_WORDS

BAD_ENDS: Final = TERMINAL - {State.COMPLETED}
"""Ends that are not what was wanted; a cancelled command is one, though nobody failed."""


def state_word(state: State) -> str:
    """Return the state's name in the current language."""
    return _(STATE_WORDS[state].template)


def action_word(action: Action) -> str:
    """Return the action's name in the current language."""
    return _(ACTION_WORDS[action].template)
