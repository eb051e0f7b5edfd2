"""What is under way in one sentence, and which screen a command is for."""

from html import escape

from console.i18n import _, ngettext
from console.words.commands import state_word
from console.words.html import link
from infoscreen_core.domain.commands.lifecycle import OPEN
from infoscreen_core.services.commands.history import FoundCommand, Running


def running_sentence(found: Running) -> str:
    """Return how many commands are under way, and where they stand."""
    if not found.total:
        return _("No command is under way.")
    said = ngettext("{n} command is under way", "{n} commands are under way", found.total)
    stands = ", ".join(
        f"{found.states[state]} {state_word(state)}" for state in OPEN if found.states.get(state)
    )
    return f"{said}: {stands}"


def screen_html(one: FoundCommand) -> str:
    """Return the screen as a link to its page, with its group."""
    group = escape(one.group_name or _("Unassigned"))
    name = link("client", one.client_name, uuid=one.client_uuid)
    return f'<b>{name}</b> <span class="is-quiet is-small">{group}</span>'
