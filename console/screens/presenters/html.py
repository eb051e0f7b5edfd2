"""The lists of screens and of groups; every text is escaped here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.content import content_mark
from console.words.formatting import MISSING, relative_html, short_uuid
from console.words.groups import NO_GROUP
from console.words.html import deed_button, entry_html, labelled, link, row_link, tick_box
from console.words.status import reason_text, status_html
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import GroupView

APPROVE, REJECT, REMOVE, EDIT = "approve", "reject", "remove", "edit"
UP, DOWN, COMMAND = "up", "down", "command"
"""What the buttons of a line ask for."""


def screens_html(rows: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return players of the fleet as a list with its head: a box, columns, a button to edit."""
    heads = _screen_heads()
    box = tick_box(_("Select all on this page"), is_of_all=True)
    lines = "".join(
        entry_html(
            row.uuid,
            _pick(row),
            _screen_line(row, heads, zone, now),
            deed_button(EDIT, _("Edit {name}", name=row.name), "edit"),
        )
        for row in rows
    )
    return f'<div class="is-entry-head">{box}{_head("is-line-screen", heads)}</div>{lines}'


def _pick(row: ClientView) -> str:
    return tick_box(_("Select {name}", name=row.name))


def _screen_heads() -> tuple[str, ...]:
    return (
        _("Screen"),
        _("Group"),
        _("Status"),
        _("Computer"),
        _("Software"),
        _("Last contact"),
    )


def _screen_line(row: ClientView, heads: tuple[str, ...], zone: ZoneInfo, now: datetime) -> str:
    return _line(
        "is-line-screen" + ("" if row.is_active else " is-inactive"),
        heads,
        (
            _two(row_link("client", row.name, uuid=row.uuid), _short(row.uuid)),
            _group(row.group_name),
            _two(
                f"{status_html(row.status)} {content_mark(row.content)}",
                escape(reason_text(row.reason)),
            ),
            _two(_text(row.hostname), _mono(row.ip)),
            _two(_text(row.software), _clipped(row.model)),
            relative_html(row.last_alive, zone, now=now),
        ),
    )


def pending_html(rows: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return players that wait for approval as a list: what tells which one each is."""
    return "".join(
        entry_html(
            row.uuid,
            _pick(row),
            _pending_line(row, zone, now),
            deed_button(APPROVE, _("Approve"), "how_to_reg", has_words=True),
            deed_button(REJECT, _("Reject"), "block", has_words=True),
        )
        for row in rows
    )


def _pending_line(row: ClientView, zone: ZoneInfo, now: datetime) -> str:
    first = relative_html(row.registered_at, zone, now=now)
    last = relative_html(row.last_alive, zone, now=now)
    return _line(
        "is-line-pending",
        ("", _("Software"), _("Address"), ""),
        (
            _two(f"<b>{escape(row.name)}</b>", _short(row.uuid)),
            _two(_clipped(row.model or MISSING), _text(row.software)),
            _two(_mono(row.ip), ""),
            _two(f"{escape(_('First seen'))} {first}", f"{escape(_('last contact'))} {last}"),
        ),
    )


def rejected_html(rows: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return players that were turned away as a list: which one, why, by whom and when."""
    return "".join(
        entry_html(
            row.uuid,
            _rejected_line(row, zone, now),
            deed_button(APPROVE, _("Approve after all"), "how_to_reg", has_words=True),
            deed_button(REMOVE, _("Remove {name}", name=row.name), "delete"),
        )
        for row in rows
    )


def _rejected_line(row: ClientView, zone: ZoneInfo, now: datetime) -> str:
    rejection = row.rejection
    reason, by = (rejection.reason, rejection.by) if rejection else ("", "")
    since = relative_html(rejection.at if rejection else None, zone, now=now)
    return _line(
        "is-line-pending",
        ("", _("Address"), "", _("Reason")),
        (
            _two(f"<b>{escape(row.name)}</b>", _short(row.uuid)),
            _two(_clipped(row.model or MISSING), _mono(row.ip)),
            f'<span class="is-wrapping">{escape(reason)}</span>',
            f"{escape(by)} · {since}",
        ),
    )


def groups_html(groups: Sequence[GroupView], unassigned: int) -> str:
    """Return the groups as a list with its head, and last how many screens are in none."""
    head = f'<div class="is-entry-head">{_head("is-line-group", _group_heads())}</div>'
    last = len(groups) - 1
    lines = "".join(
        entry_html(
            str(group.id),
            _group_line(group),
            _move_buttons(group.name, is_first=place == 0, is_last=place == last),
            *_group_deeds(group),
        )
        for place, group in enumerate(groups)
    )
    return f'{head}{lines}<div class="is-entry is-rest">{_unassigned_line(unassigned)}</div>'


def order_html(groups: Mapping[int, str]) -> str:
    """Return the names of groups as a list in which they can be moved."""
    last = len(groups) - 1
    return "".join(
        entry_html(
            str(group_id),
            f'<div class="is-line"><b>{escape(name)}</b></div>',
            _move_buttons(name, is_first=place == 0, is_last=place == last),
        )
        for place, (group_id, name) in enumerate(groups.items())
    )


def _move_buttons(name: str, *, is_first: bool, is_last: bool) -> str:
    up = deed_button(UP, _("Move {name} up", name=name), "arrow_upward", is_disabled=is_first)
    down = deed_button(
        DOWN, _("Move {name} down", name=name), "arrow_downward", is_disabled=is_last
    )
    return up + down


def _group_deeds(group: GroupView) -> Iterator[str]:
    if group.all_screens:
        label = _("Command for the screens of {name}", name=group.name)
        yield deed_button(COMMAND, label, "stacks")
    yield deed_button(EDIT, _("Edit {name}", name=group.name), "edit")
    yield deed_button(REMOVE, _("Delete {name}", name=group.name), "delete")


def _group_heads() -> tuple[str, ...]:
    return _("Group"), _("Screens"), _("Events")


def _group_line(group: GroupView) -> str:
    screens = _screen_count(group.screen_count, str(group.id))
    if group.out_of_service_count:
        resting = ngettext("{n} out of service", "{n} out of service", group.out_of_service_count)
        screens = _two(screens, escape(resting))
    events = ngettext("{n} event", "{n} events", group.event_count)
    return _line(
        "is-line-group",
        _group_heads(),
        (
            _two(row_link("clients", group.name, group=group.id), escape(group.description)),
            screens,
            escape(events),
        ),
    )


def _unassigned_line(count: int) -> str:
    name = _two(
        row_link("clients", _("Unassigned"), group=NO_GROUP),
        escape(_("Show nothing until they are in a group")),
    )
    cells = (name, _screen_count(count, NO_GROUP), MISSING)
    return _line("is-line-group", _group_heads(), cells)


def _screen_count(count: int, group: str) -> str:
    text = ngettext("{n} screen", "{n} screens", count)
    return (
        link("clients", text, group=group)
        if count
        else f'<span class="is-quiet">{escape(text)}</span>'
    )


def _head(kind: str, heads: Iterable[str]) -> str:
    cells = "".join(f"<div>{escape(head)}</div>" for head in heads)
    return f'<div class="is-line {kind} is-line-head">{cells}</div>'


def _line(kind: str, heads: Iterable[str], cells: Iterable[str]) -> str:
    return f'<div class="is-line {kind}">{labelled("div", heads, cells)}</div>'


def _two(first: str, second: str) -> str:
    return f'{first}<div class="is-quiet is-small">{second}</div>' if second else first


def _group(name: str | None) -> str:
    return (
        f'<span class="is-quiet">{escape(_("Unassigned"))}</span>' if name is None else escape(name)
    )


def _text(text: str) -> str:
    return escape(text or MISSING)


def _clipped(text: str) -> str:
    return f'<span class="is-clip" title="{escape(text)}">{escape(text)}</span>' if text else ""


def _mono(text: str) -> str:
    return f'<span class="is-mono">{escape(text or MISSING)}</span>'


def _short(uuid: str) -> str:
    return f'<span class="is-mono" title="{uuid}">{short_uuid(uuid)}</span>'
