"""What is or was wrong since when, what to do about it, and who does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.errors import error_sentence
from console.words.formatting import duration, instant, near
from console.words.html import row_link
from console.words.status import status_html
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.status_words import advice_on
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.monitoring.views import IncidentView

_REMEDIES: Final[dict[IncidentKind, Action]] = {
    IncidentKind.PROCESS_CRASHED: Action.RESTART_APP,
    IncidentKind.SERVICE_FAILED: Action.REBOOT_HOST,
    IncidentKind.SCREEN_BLACK: Action.REBOOT_HOST,
    IncidentKind.SCREEN_FROZEN: Action.RESTART_APP,
    IncidentKind.WRONG_CONTENT: Action.RESTART_APP,
    IncidentKind.PICTURE_STALE: Action.RESTART_APP,
    IncidentKind.PROCESSOR_BUSY: Action.RESTART_APP,
}
_LOOKS: Final[dict[IncidentKind, Status]] = {
    IncidentKind.OUTAGE: Status.CRITICAL,
    IncidentKind.SILENT: Status.OFFLINE,
    IncidentKind.PROCESS_CRASHED: Status.CRITICAL,
    IncidentKind.SERVICE_FAILED: Status.CRITICAL,
    IncidentKind.SCREEN_BLACK: Status.CRITICAL,
    IncidentKind.SCREEN_FROZEN: Status.CRITICAL,
}
"""As which status a kind is drawn; the others are warnings."""
RECOVERED_KINDS: Final = frozenset({IncidentKind.SILENT, IncidentKind.PROCESS_CRASHED})
"""What automatic recovery may bring to an end."""
_REASONS: Final[dict[IncidentKind, StatusReason]] = {
    IncidentKind.SILENT: StatusReason.HEARTBEAT_STALE,
    IncidentKind.PROCESS_CRASHED: StatusReason.PROCESS_CRASHED,
    IncidentKind.SERVICE_FAILED: StatusReason.SERVICE_FAILED,
    IncidentKind.SCREEN_BLACK: StatusReason.SCREEN_BLACK,
    IncidentKind.SCREEN_FROZEN: StatusReason.SCREEN_FROZEN,
    IncidentKind.WRONG_CONTENT: StatusReason.UNEXPECTED_EVENT,
    IncidentKind.RESTART_STORM: StatusReason.RECONNECTS,
}
"""Kinds that are a reason of a status as well: the same is to be done."""
_KIND_ADVICE: Final[dict[IncidentKind, str]] = {
    IncidentKind.OUTAGE: N_("check broker, network and server; screens go on by themselves"),
    IncidentKind.PICTURE_STALE: N_("restart the app"),
    IncidentKind.DUPLICATE_ID: N_("one of the two needs a UUID of its own"),
    IncidentKind.HOT: N_("check its ventilation on site"),
    IncidentKind.PROCESSOR_BUSY: N_("restart the app"),
    IncidentKind.DISK_NEARLY_FULL: N_("make room on the player"),
    IncidentKind.CLOCK_WRONG: N_("check how the player gets its time"),
}
_KIND_ADVICE_TO_LOOKERS: Final[dict[IncidentKind, str]] = {
    IncidentKind.OUTAGE: N_("tell an administrator; screens go on by themselves"),
    IncidentKind.PICTURE_STALE: N_("ask an administrator to restart its app"),
    IncidentKind.DUPLICATE_ID: N_("tell an administrator that two players share a UUID"),
    IncidentKind.PROCESSOR_BUSY: N_("ask an administrator to restart its app"),
    IncidentKind.DISK_NEARLY_FULL: N_("tell an administrator that its disk is full"),
    IncidentKind.CLOCK_WRONG: N_("tell an administrator that its clock is wrong"),
}


@dataclass(frozen=True)
class Handling:
    """What the reader may do about an incident."""

    may_take: bool
    may_release: bool
    is_own: bool
    may_close: bool = False


def handling(incident: IncidentView, *, user_id: int | None, role: Role) -> Handling:
    """Return what somebody may do; the service decides the same when it is done."""
    if incident.closed_at is not None or not has_at_least(role, Role.EDITOR):
        return Handling(may_take=False, may_release=False, is_own=False)
    if incident.acknowledged_at is None:
        return Handling(may_take=True, may_release=False, is_own=False, may_close=True)
    is_own = incident.acknowledged_by == user_id
    may_end = is_own or has_at_least(role, Role.ADMIN)
    return Handling(may_take=False, may_release=may_end, is_own=is_own, may_close=may_end)


def since_html(incident: IncidentView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return since when something is wrong: `seit 10:32 (12 min)`; when it ended, until when."""
    opened, closed = incident.began_at, incident.closed_at
    length = duration(max((closed or now) - opened, timedelta()))
    exact = escape(instant(opened, zone, now=now, with_seconds=True))
    if closed is None:
        text = _("since {time} ({duration})", time=near(opened, zone, now=now), duration=length)
    else:
        text = _("{time}, for {duration}", time=near(opened, zone, now=now), duration=length)
    return f'<time datetime="{opened.isoformat()}" title="{exact}">{escape(text)}</time>'


def taken_html(incident: IncidentView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return who looks, or looked, after it since when, with the note; empty when nobody does."""
    if incident.acknowledged_at is None:
        return ""
    name = incident.acknowledged_name or ""
    since = near(incident.acknowledged_at, zone, now=now)
    if incident.closed_at is None:
        text = _("{name} takes care of it since {time}", name=name, time=since)
    else:
        text = _("{name} took care of it", name=name)
    note = f": {incident.note}" if incident.note else ""
    return f'<span class="is-taken">{escape(text)}{escape(note)}</span>'


def incident_html(
    incident: IncidentView,
    zone: ZoneInfo,
    *,
    now: datetime,
    may_act: bool,
    is_at_home: bool = False,
    is_given_up: bool = False,
) -> str:
    """Return the incident in two lines: what and where, since when, what to do, who does it.

    On the page of its own screen it does not say where. `is_given_up`: automatic recovery has tried
    in vain.
    """
    where, group = ("", "") if is_at_home else _place(incident)
    facts = (
        escape(group),
        since_html(incident, zone, now=now),
        escape(_inside(incident)),
        f"<b>{escape(_('automatic recovery has given up'))}</b>" if is_given_up else "",
        escape(incident_advice(incident, may_act=may_act)),
    )
    return (
        f'<div class="is-incident">{_mark(incident)} {where} '
        f"<span>{escape(incident_text(incident))}</span>"
        f'<div class="is-quiet is-small">{" · ".join(filter(None, facts))}</div>'
        f"{taken_html(incident, zone, now=now)}</div>"
    )


def past_html(incidents: Sequence[IncidentView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return incidents that are over as a short list, in the order given; empty when none is."""
    items = (
        " · ".join(
            filter(
                None,
                (
                    f"{_mark(one)} {escape(incident_text(one))}",
                    since_html(one, zone, now=now),
                    _closed_by(one),
                    taken_html(one, zone, now=now),
                ),
            )
        )
        for one in incidents
    )
    rows = "".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="is-past">{rows}</ul>' if rows else ""


def incident_text(incident: IncidentView) -> str:
    """Return what is wrong, in a sentence."""
    return error_sentence(incident.summary)


def look_of(kind: IncidentKind) -> Status:
    """Return as which status an incident is drawn."""
    return _LOOKS.get(kind, Status.WARNING)


def remedy_for(kind: IncidentKind) -> Action | None:
    """Return the command that may help, or None where only someone on site can."""
    return _REMEDIES.get(kind)


def incident_advice(incident: IncidentView, *, may_act: bool) -> str:
    """Return in a short phrase what to do; only what a reader can do who may (not) act."""
    kind = incident.kind
    if kind in _REASONS:
        is_new = kind is IncidentKind.SILENT and incident.evidence.get("last_alive", "") is None
        reason = StatusReason.NEVER_SEEN if is_new else _REASONS[kind]
        return advice_for(reason, may_act=may_act)
    own = None if may_act else _KIND_ADVICE_TO_LOOKERS.get(kind)
    return _(own or _KIND_ADVICE[kind])


def advice_for(reason: StatusReason, *, may_act: bool) -> str:
    """Return in a short phrase what to do about a status with this reason."""
    return _(advice_on(reason, may_act=may_act).template)


def _place(incident: IncidentView) -> tuple[str, str]:
    """Return the screen as a link, and the group's name; an outage of ours is everywhere."""
    uuid = incident.client_uuid
    if uuid is None:
        return f"<b>{escape(_('All screens'))}</b>", ""
    group = incident.group_name or _("Unassigned")
    return row_link("client", incident.client_name, uuid=uuid), group


def _mark(incident: IncidentView) -> str:
    return status_html(look_of(incident.kind))


def _inside(incident: IncidentView) -> str:
    if not incident.inside:
        return ""
    return ngettext(
        "{n} screen fell silent with it", "{n} screens fell silent with it", incident.inside
    )


def _closed_by(incident: IncidentView) -> str:
    if incident.closed_name is None:
        return ""
    return escape(_("closed by {name}", name=incident.closed_name))
