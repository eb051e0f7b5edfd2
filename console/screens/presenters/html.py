"""The lines of the lists of screens and of groups; every text is escaped here."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.content import content_mark
from console.words.formatting import MISSING, relative_html, short_uuid
from console.words.groups import NO_GROUP
from console.words.html import labelled, link, row_link
from console.words.status import reason_text, status_html
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import GroupView


def screens_head() -> str:
    """Return the heads of the columns of `screen_lines`."""
    return _head("is-line-screen", _screen_heads())


def screen_lines(rows: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> list[str]:
    """Return players of the fleet, each as one line of its columns."""
    heads = _screen_heads()
    return [_screen_line(row, heads, zone, now) for row in rows]


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


def pending_line(row: ClientView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a player that waits for approval as one line: what tells which one it is."""
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


def rejected_line(row: ClientView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a player that was turned away as one line: which one, why, by whom and when."""
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


def groups_head() -> str:
    """Return the heads of the columns of `group_html`."""
    return _head("is-line-group", _group_heads())


def _group_heads() -> tuple[str, ...]:
    return _("Group"), _("Screens"), _("Events")


def group_html(group: GroupView) -> str:
    """Return a group as one line of its columns; its number of screens leads to them."""
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


def unassigned_html(count: int) -> str:
    """Return the line of the screens that are in no group; it always stands last."""
    name = _two(
        row_link("clients", _("Unassigned"), group=NO_GROUP),
        escape(_("Show nothing until they are in a group")),
    )
    cells = (name, _screen_count(count, NO_GROUP), MISSING)
    return _line("is-line-group is-line-rest", _group_heads(), cells)


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
