"""What is wrong with a player since when, what to do about it, and who does."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.formatting import duration, instant, near, relative_html
from console.words.html import row_link
from console.words.status import reason_text, status_html
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.monitoring.liveness import StatusReason
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.monitoring.views import ClientView, IncidentView

_REMEDIES: Final[dict[StatusReason, Action]] = {
    StatusReason.PROCESS_CRASHED: Action.RESTART_APP,
    StatusReason.ERRORS_WHILE_NOT_RUNNING: Action.RESTART_APP,
    StatusReason.PROCESS_NOT_RUNNING: Action.RESTART_APP,
    StatusReason.SERVICE_FAILED: Action.REBOOT_HOST,
    StatusReason.SCREEN_BLACK: Action.REBOOT_HOST,
    StatusReason.SCREEN_FROZEN: Action.RESTART_APP,
    StatusReason.UNEXPECTED_EVENT: Action.RESTART_APP,
}
_ADVICE: Final[dict[StatusReason, str]] = {
    StatusReason.NEVER_SEEN: N_("check its set-up"),
    StatusReason.HEARTBEAT_STALE: N_("check power and network on site"),
    StatusReason.PROCESS_CRASHED: N_("restart the app; if that does not help, reboot"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: N_("look at its log, then restart the app"),
    StatusReason.PROCESS_NOT_RUNNING: N_("restart the app"),
    StatusReason.SERVICE_FAILED: N_("look at its log, then reboot"),
    StatusReason.SCREEN_BLACK: N_("check that the TV is on, then reboot"),
    StatusReason.SCREEN_FROZEN: N_("restart the app"),
    StatusReason.ERROR_LOGS: N_("look at its log"),
    StatusReason.WARN_LOGS: N_("look at its log"),
    StatusReason.UNEXPECTED_EVENT: N_("wait a minute, then restart the app"),
    StatusReason.RECONNECTS: N_("check its network"),
    StatusReason.DEACTIVATED: N_("switch it on under Screens & groups"),
    StatusReason.PENDING: N_("approve it under Screens & groups"),
    StatusReason.REJECTED: N_("nothing to do"),
    StatusReason.ALL_WELL: N_("nothing to do"),
}


_ADVICE_TO_LOOKERS: Final[dict[StatusReason, str]] = {
    StatusReason.NEVER_SEEN: N_("tell an administrator that it never reported"),
    StatusReason.PROCESS_CRASHED: N_("ask an administrator to restart its app"),
    StatusReason.ERRORS_WHILE_NOT_RUNNING: N_("ask an administrator to restart its app"),
    StatusReason.PROCESS_NOT_RUNNING: N_("ask an administrator to restart its app"),
    StatusReason.SERVICE_FAILED: N_("ask an administrator to reboot it"),
    StatusReason.SCREEN_BLACK: N_("check that the TV is on, then ask an administrator"),
    StatusReason.SCREEN_FROZEN: N_("ask an administrator to restart its app"),
    StatusReason.ERROR_LOGS: N_("ask an administrator to look at its log"),
    StatusReason.WARN_LOGS: N_("ask an administrator to look at its log"),
    StatusReason.UNEXPECTED_EVENT: N_("wait a minute, then ask an administrator"),
    StatusReason.DEACTIVATED: N_("an administrator can switch it on"),
    StatusReason.PENDING: N_("an administrator can approve it"),
}
"""Where acting takes an administrator: what everybody else can do."""


@dataclass(frozen=True)
class Handling:
    """What the reader may do about who looks after an incident."""

    may_take: bool
    may_release: bool
    is_own: bool


def known_as(client: ClientView, known: Mapping[str, IncidentView]) -> ClientView:
    """Return the player with the newest word on its incident: what was taken is seen at once."""
    return replace(client, incident=known.get(client.uuid, client.incident))


def handling(incident: IncidentView | None, *, user_id: int | None, role: Role) -> Handling:
    """Return what somebody may do; the service decides the same when it is done."""
    if incident is None or not has_at_least(role, Role.EDITOR):
        return Handling(may_take=False, may_release=False, is_own=False)
    if incident.taken_at is None:
        return Handling(may_take=True, may_release=False, is_own=False)
    is_own = incident.taken_by == user_id
    return Handling(
        may_take=False, may_release=is_own or has_at_least(role, Role.ADMIN), is_own=is_own
    )


def since_html(incident: IncidentView | None, zone: ZoneInfo, *, now: datetime) -> str:
    """Return since when something is wrong: `seit 10:32 (12 min)`; empty when nobody knows."""
    if incident is None or incident.began_at is None:
        return ""
    began, length = incident.began_at, duration(max(now - incident.began_at, timedelta()))
    exact = escape(instant(began, zone, now=now, with_seconds=True))
    text = escape(_("since {time} ({duration})", time=near(began, zone, now=now), duration=length))
    return f'<time datetime="{began.isoformat()}" title="{exact}">{text}</time>'


def taken_html(incident: IncidentView | None, zone: ZoneInfo, *, now: datetime) -> str:
    """Return who looks after it since when, with the note; empty when nobody does."""
    if incident is None or incident.taken_at is None:
        return ""
    text = _(
        "{name} takes care of it since {time}",
        name=incident.taken_name or "",
        time=near(incident.taken_at, zone, now=now),
    )
    note = f": {incident.note}" if incident.note else ""
    return f'<span class="is-taken">{escape(text)}{escape(note)}</span>'


def incident_html(client: ClientView, zone: ZoneInfo, *, now: datetime, may_act: bool) -> str:
    """Return the incident in two lines: what and where, since when, what to do, who does it."""
    incident = client.incident
    facts = (
        escape(client.group_name or _("Unassigned")),
        since_html(incident, zone, now=now),
        f"{escape(_('last contact'))} {relative_html(client.last_alive, zone, now=now)}",
        escape(advice_for(client.reason, may_act=may_act)),
    )
    return (
        f'<div class="is-incident">{status_html(client.status)} '
        f"{row_link('client', client.name, uuid=client.uuid)} "
        f"<span>{escape(reason_text(client.reason))}</span>"
        f'<div class="is-quiet is-small">{" · ".join(filter(None, facts))}</div>'
        f"{taken_html(incident, zone, now=now)}</div>"
    )


def remedy_for(reason: StatusReason) -> Action | None:
    """Return the command that may help, or None where only someone on site can."""
    return _REMEDIES.get(reason)


def advice_for(reason: StatusReason, *, may_act: bool) -> str:
    """Return in a short phrase what to do; only what a reader can do who may (not) act."""
    own = None if may_act else _ADVICE_TO_LOOKERS.get(reason)
    return _(own or _ADVICE[reason])
