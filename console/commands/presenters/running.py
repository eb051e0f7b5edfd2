"""What is under way in one sentence, and which screen a command is for."""

from html import escape

from console.i18n import _, ngettext
from console.words.commands import state_word
from console.words.html import link
from infoscreen_core.domain.commands.lifecycle import OPEN
from infoscreen_core.services.commands.history import Running


def running_sentence(found: Running) -> str:
    """Return how many commands and power cycles are under way, and where the commands stand."""
    cycles = sum(one.is_open for one in found.cycles)
    switched = ngettext("{n} plug is being switched", "{n} plugs are being switched", cycles)
    if not found.total:
        return f"{switched}." if cycles else _("No command is under way.")
    said = ngettext("{n} command is under way", "{n} commands are under way", found.total)
    stands = ", ".join(
        f"{found.states[state]} {state_word(state)}" for state in OPEN if found.states.get(state)
    )
    return f"{said}: {stands}" + (f"; {switched}" if cycles else "")


def screen_html(client_uuid: str, client_name: str, group_name: str | None) -> str:
    """Return a screen as a link to its page, with its group."""
    group = escape(group_name or _("Unassigned"))
    name = link("client", client_name, uuid=client_uuid)
    return f'<b>{name}</b> <span class="is-quiet is-small">{group}</span>'
