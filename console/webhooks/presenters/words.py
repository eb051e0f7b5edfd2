"""Webhooks and their messages in words."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.errors import error_sentence
from console.words.formatting import MISSING, instant, number, relative_html, to_come_html
from console.words.html import table
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.webhooks.kinds import DeliveryState, EventKind, Stop
from infoscreen_core.services.webhooks.views import DeliveryView, WebhookView

_KINDS: Final = {
    EventKind.STATUS_CHANGED: N_("Another status of a screen"),
    EventKind.INCIDENT_OPENED: N_("Start of an incident"),
    EventKind.INCIDENT_CLOSED: N_("End of an incident"),
    EventKind.INCIDENT_ACKNOWLEDGED: N_("Somebody takes an incident"),
    EventKind.COMMAND_ENDED: N_("End of a command"),
    EventKind.TEST: N_("Test message"),
}
_MILLISECONDS: Final = 1000


def kind_word(kind: str) -> str:
    """Return what happened, in words."""
    return _(_KINDS[EventKind(kind)])


def webhook_html(view: WebhookView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a webhook: its name and state, its address, and what it is told."""
    kinds = ", ".join(_(_KINDS[kind]) for kind in view.kinds)
    return (
        f'<div class="is-card"><header><b>{escape(view.name)}</b>{_state(view)}</header>'
        f'<div class="is-mono">{escape(view.address_shown)}</div>'
        f"<div>{escape(_('Told about: {kinds}', kinds=kinds))}</div>"
        f'<div class="is-quiet is-small">{_notes(view, zone, now)}</div></div>'
    )


def stop_sentence(view: WebhookView) -> str:
    """Return why a webhook was switched off by itself, and what to do; empty if it was not."""
    if view.stop is Stop.GONE:
        return _(
            "The receiver answered that it wants no more messages (410), so “{name}” was switched "
            "off. Correct the address, or delete the webhook.",
            name=view.name,
        )
    if view.stop is Stop.FAILING:
        return _(
            "Nothing reached “{name}” for five days, so it was switched off. Look at the last "
            "messages, correct what is wrong, and resume it.",
            name=view.name,
        )
    return ""


def deliveries_table(rows: Sequence[DeliveryView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return the messages of a webhook with how their last tries went."""
    heads = (_("When"), _("What happened"), _("State"), _("Answer"), _("Took"), _("Tries"))
    return table(
        heads,
        (_line(row, zone, now) for row in rows),
        caption=_("The newest messages and their last tries"),
    )


def delivery_label(row: DeliveryView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a message as a list to choose from names it."""
    return f"{instant(row.created_at, zone, now=now)} · {kind_word(row.kind)}"


def _state(view: WebhookView) -> str:
    if view.stop is not None:
        return _marked(Status.CRITICAL, _("Switched off"))
    if not view.is_active:
        return f'<span class="is-quiet">{escape(_("Paused"))}</span>'
    if view.failing_since is not None:
        return _marked(Status.WARNING, _("Fails"))
    return _marked(Status.HEALTHY, _("Active"))


def _marked(status: Status, word: str) -> str:
    icon = STATUSES[status].icon
    return (
        f'<span class="is-status is-{status.value}"><i aria-hidden="true">{icon}</i>'
        f"{escape(word)}</span>"
    )


def _notes(view: WebhookView, zone: ZoneInfo, now: datetime) -> str:
    notes = []
    if view.pending:
        waits = ngettext("{n} message waits", "{n} messages wait", view.pending)
        notes.append(escape(waits))
    if view.failing_since is not None:
        since = relative_html(view.failing_since, zone, now=now)
        notes.append(f"{escape(_('first failure'))} {since}")
    if view.former_until is not None and view.former_until > now:
        until = instant(view.former_until, zone, now=now)
        notes.append(escape(_("also signed with the former secret until {when}", when=until)))
    notes.append(f"{escape(_('created'))} {relative_html(view.created_at, zone, now=now)}")
    return " · ".join(notes)


def _line(row: DeliveryView, zone: ZoneInfo, now: datetime) -> tuple[str, ...]:
    seconds = row.duration_seconds
    took = MISSING if seconds is None else f"{number(seconds * _MILLISECONDS)} ms"
    return (
        relative_html(row.created_at, zone, now=now),
        escape(kind_word(row.kind)),
        _delivery_state(row, zone, now),
        _answer(row),
        took,
        number(row.tries),
    )


def _delivery_state(row: DeliveryView, zone: ZoneInfo, now: datetime) -> str:
    if row.state is DeliveryState.DELIVERED:
        return _marked(Status.HEALTHY, _("Delivered"))
    if row.state is DeliveryState.FAILED:
        return _marked(Status.CRITICAL, _("Given up"))
    if row.next_at is None or row.next_at <= now:
        return escape(_("On its way"))
    again = to_come_html(row.next_at, zone, now=now)
    return f"{_marked(Status.WARNING, _('Tried again'))} {again}"


def _answer(row: DeliveryView) -> str:
    if row.problem is not None:
        return f'<span class="is-wrapping">{escape(error_sentence(row.problem))}</span>'
    if row.status is None:
        return MISSING
    text = f' <span class="is-value is-quiet">{escape(row.answer)}</span>' if row.answer else ""
    return f"<b>{row.status}</b>{text}"
