"""The history of commands as a table: which screen, what, with which result, after how long."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.commands.presenters.commands import course
from console.commands.presenters.lifecycle import folded_html, look_html, reason_html
from console.commands.presenters.running import screen_html
from console.i18n import _, ngettext
from console.words.commands import STATE_LOOKS, action_word, error_word, state_word
from console.words.formatting import MISSING, duration, instant, number
from console.words.html import rollout_link, table
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.services.commands.history import FoundCommand
from infoscreen_core.services.commands.views import CommandView


def history_table(found: Iterable[FoundCommand], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a row for each command, in the order given; its result unfolds into its course."""
    head = (
        _("Requested"),
        _("Screen"),
        _("Command"),
        _("Result"),
        _("Duration"),
        _("Requested by"),
    )
    return table(head, [_row(one, zone, now) for one in found], caption=_("Commands"))


def count_line(total: int) -> str:
    """Return `1.234 Befehle`."""
    return ngettext("{count} command", "{count} commands", total, count=number(total))


def state_html(state: State) -> str:
    """Return a state with its icon, word and colour."""
    return look_html(STATE_LOOKS[state], state_word(state))


def took(command: CommandView) -> str:
    """Return how long it took until the screen was back, or until the command ended otherwise."""
    end = command.lasted_until
    return duration(end - command.issued_at) if end else MISSING


def _row(one: FoundCommand, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    command = one.command
    requested = instant(command.issued_at, zone, now=now)
    return (
        f'<span class="is-nowrap">{escape(requested)}</span>',
        screen_html(one.client_uuid, one.client_name, one.group_name),
        f"{escape(action_word(command.action))}{reason_html(course(command).reason)}",
        _result(command, zone),
        escape(took(command)),
        f"{escape(command.requested_by or _('System or command line'))}{_rollout(one)}",
    )


def _rollout(one: FoundCommand) -> str:
    """Return the link to the roll-out that it is part of."""
    if one.command.rollout_id is None:
        return ""
    return f'<div class="is-small">{rollout_link(one.command.rollout_id, one.client_name)}</div>'


def _result(command: CommandView, zone: ZoneInfo) -> str:
    error = escape(error_word(command.error_code)) if command.error_code else ""
    small = f'<div class="is-quiet is-small">{error}</div>' if error else ""
    return folded_html(f"{state_html(command.status)}{small}", course(command), zone)
