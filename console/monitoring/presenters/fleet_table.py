"""The fleet as a table, and its totals."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext, with_marks
from console.monitoring.presenters.fleet import apart_parts
from console.words.content import content_html
from console.words.formatting import MISSING, hours_word, number, relative_html, short_uuid
from console.words.html import row_link, table
from console.words.status import (
    STATUSES,
    reason_text,
    screen_health_word,
    status_html,
    status_word,
)
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.monitoring.fleet import Alarms
from infoscreen_core.services.monitoring.views import ClientView

_BAD_SCREENS = {ScreenHealth.BLACK, ScreenHealth.FROZEN}


def fleet_table(clients: Iterable[ClientView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return a row for each player, in the order given."""
    head = (
        _("Status"),
        _("Screen"),
        _("Last contact"),
        _("Shows"),
        _("Picture"),
        _("Log"),
        _("Reconnects"),
    )
    return table(head, [_row(client, zone, now) for client in clients], caption=_("Screens"))


def totals_html(
    fleet: FleetCount, alarms: Alarms, lines: tuple[int, int], *, truth: str, hours: int
) -> str:
    """Return the line of truth and the figures over the screens in service; others apart.

    `lines` are the errors and the warnings logged within `hours`.
    """
    (errors, warnings), window = lines, hours_word(hours)
    figures = [
        *(
            _status_figure(status, fleet.statuses[status])
            for status in STATUSES
            if status is not Status.UNKNOWN or fleet.unknown
        ),
        *([_figure(_("Not as planned"), fleet.behind)] if fleet.behind else []),
        _figure(_("Errors ({window})", window=window), errors),
        _figure(_("Warning lines ({window})", window=window), warnings),
        _figure(_("Priority pictures"), alarms.priority_pictures),
        _figure(_("Failed services"), alarms.failed),
        _figure(_("Crashed"), alarms.crashed),
    ]
    apart = escape(" · ".join(apart_parts(fleet)))
    return (
        f'<p class="is-truth">{escape(truth)}</p><div class="is-figures">{"".join(figures)}</div>'
        + (f'<p class="is-quiet is-small">{apart}</p>' if apart else "")
    )


def row_count(shown: int, total: int) -> str:
    """Return `12 Bildschirme`, or `3 von 12 Bildschirmen` when some are filtered away."""
    if shown == total:
        return ngettext("{n} screen", "{n} screens", total)
    return ngettext(
        "{shown} of {n} screen", "{shown} of {n} screens", total, shown=with_marks(shown)
    )


def _row(client: ClientView, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    contact = relative_html(client.last_alive, zone, now=now)
    return (
        _two_lines(status_html(client.status), escape(reason_text(client.reason))),
        _two_lines(row_link("client", client.name, uuid=client.uuid), _place(client)),
        f'<span class="is-nowrap">{contact}</span>',
        _two_lines(
            _clipped(client.shown_title or MISSING), content_html(client.content, zone, now=now)
        ),
        _screen(client.screen_health),
        _log(client),
        _reconnects(client, zone, now),
    )


def _clipped(text: str) -> str:
    return f'<span class="is-clip" title="{escape(text)}">{escape(text)}</span>'


def _two_lines(first: str, second: str) -> str:
    return f'{first}<div class="is-quiet is-small">{second}</div>'


def _place(client: ClientView) -> str:
    group = escape(client.group_name or _("Unassigned"))
    return f'{group} · <span class="is-mono" title="{client.uuid}">{short_uuid(client.uuid)}</span>'


def _reconnects(client: ClientView, zone: ZoneInfo, now: datetime) -> str:
    if client.last_disconnect_at is None:
        return str(client.reconnect_count)
    return _two_lines(
        str(client.reconnect_count), relative_html(client.last_disconnect_at, zone, now=now)
    )


def _screen(health: ScreenHealth) -> str:
    word = escape(screen_health_word(health))
    if health in _BAD_SCREENS:
        return f'<span class="is-critical is-nowrap">■ {word}</span>'
    tone = "is-nowrap" if health is ScreenHealth.OK else "is-nowrap is-quiet"
    return f'<span class="{tone}">{word}</span>'


def _log(client: ClientView) -> str:
    figures = (
        (Status.CRITICAL, client.error_count, _("Errors")),
        (Status.WARNING, client.warn_count, _("Warning lines")),
    )
    parts = [
        f'<b class="is-{status.value}" title="{escape(word)}">'
        f'<span role="img" aria-label="{escape(word)}">{STATUSES[status].icon}</span> '
        f"{number(count)}</b>"
        for status, count, word in figures
        if count
    ]
    return (
        f'<span class="is-nowrap">{" ".join(parts)}</span>'
        if parts
        else f'<span class="is-quiet">{MISSING}</span>'
    )


def _status_figure(status: Status, count: int) -> str:
    icon = STATUSES[status].icon
    label = (
        f'<i class="is-{status.value}" aria-hidden="true">{icon}</i> {escape(status_word(status))}'
    )
    return f"<div><b>{number(count)}</b><span>{label}</span></div>"


def _figure(label: str, count: int) -> str:
    return f"<div><b>{number(count)}</b><span>{escape(label)}</span></div>"
