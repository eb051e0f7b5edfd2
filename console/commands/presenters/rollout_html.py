"""A roll-out as HTML: its line in the list, its bar, and the screens that it is about."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.commands.presenters.history import state_html
from console.commands.presenters.lifecycle import look_html
from console.commands.presenters.rollout_words import (
    WENT_WRONG,
    left_out_word,
    member_word,
    origin_line,
    progress_line,
    rollout_title,
)
from console.i18n import _
from console.words.commands import error_word, rollout_look, rollout_word
from console.words.formatting import clock, number
from console.words.html import link, table
from infoscreen_core.domain.commands.lifecycle import OPEN, State
from infoscreen_core.domain.commands.rollout import MemberStatus, RolloutStatus
from infoscreen_core.services.commands.views import MemberView, RolloutView


def status_html(status: RolloutStatus) -> str:
    """Return where a roll-out stands with its icon, word and colour."""
    return look_html(rollout_look(status), rollout_word(status))


def row_html(view: RolloutView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a roll-out's line in the list."""
    return (
        f'<div class="is-rollout"><div>{status_html(view.status)} '
        f"<b>{escape(rollout_title(view))}</b></div>"
        f'<div class="is-quiet is-small">{escape(origin_line(view, zone, now=now))}</div>'
        f"{bar_html(view)}"
        f'<div class="is-small">{escape(progress_line(view))}</div></div>'
    )


def bar_html(view: RolloutView) -> str:
    """Return a bar of how many are done, went wrong, are under way, wait, or are left out."""
    counts = view.counts
    shares = (
        ("done", _("Done"), counts.get(State.COMPLETED, 0)),
        ("failed", _("All that went wrong"), sum(counts.get(state, 0) for state in WENT_WRONG)),
        ("running", _("Under way"), sum(counts.get(state, 0) for state in OPEN)),
        ("waiting", _("Waiting"), counts.get(MemberStatus.WAITING, 0)),
        (
            "left-out",
            _("Left out"),
            counts.get(MemberStatus.LEFT_OUT, 0) + counts.get(State.CANCELED, 0),
        ),
    )
    parts = "".join(
        f'<span class="is-t-{name}" style="flex-grow:{count}" '
        f'title="{escape(word)} {number(count)}"></span>'
        for name, word, count in shares
        if count
    )
    label = ", ".join(f"{word} {number(count)}" for _name, word, count in shares if count)
    return (
        f'<div class="is-bar is-rollout-bar" role="img" aria-label="{escape(label)}">{parts}</div>'
    )


def members_table(members: Iterable[MemberView], zone: ZoneInfo) -> str:
    """Return screens of a roll-out, each with its wave and what became of it."""
    heads = (_("Screen"), _("Group"), _("Wave"), _("Result"), _("Requested"), _("Ended"))
    rows = [
        (
            link("client", one.name, uuid=one.client_uuid),
            escape(one.group_name or _("Unassigned")),
            str(one.wave or "–"),
            _result(one),
            clock(one.issued_at, zone, with_seconds=True) if one.issued_at else "",
            clock(one.ended_at, zone, with_seconds=True) if one.ended_at else "",
        )
        for one in members
    ]
    return table(heads, rows, caption=_("Screens"))


def _result(one: MemberView) -> str:
    if one.left_out_reason is not None:
        return escape(f"{member_word(one)}: {left_out_word(one.left_out_reason)}")
    if one.command_status is None:
        return escape(member_word(one))
    error = f'<div class="is-quiet is-small">{escape(error_word(one.error_code))}</div>'
    return f"{state_html(one.command_status)}{error if one.error_code else ''}"
