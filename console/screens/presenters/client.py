"""One player in full: its head line, what runs on it, and what it is made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.monitoring.presenters.fleet import ClientView, PictureView
from console.monitoring.presenters.incidents import advice_for
from console.screens.presenters.power import desired_html, observed_html, power_line
from console.words.formatting import (
    MISSING,
    duration,
    instant,
    near,
    number,
    percent,
    relative_html,
    short_uuid,
    size,
)
from console.words.html import event_mark
from console.words.status import SCREEN_HEALTH_WORDS, reason_text, status_html
from infoscreen_core.db.models import Client
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.playing.playing import PlayingItem
from infoscreen_core.services.screens.power import Desired

PROCESS_WORDS: dict[ProcessStatus, str] = {
    ProcessStatus.RUNNING: N_("running"),
    ProcessStatus.CRASHED: N_("crashed"),
    ProcessStatus.STARTING: N_("starting"),
    ProcessStatus.STOPPED: N_("stopped"),
}
_MIB = 1024 * 1024


@dataclass(frozen=True)
class ClientDetail:
    """A player with all that its page shows, save logs and commands."""

    view: ClientView
    client: Client
    planned: PlayingItem | None
    """What its group's plan puts on it now."""
    planned_title: str | None
    """What the player says it should show."""
    priority_picture: PictureView | None
    pictures: tuple[PictureView, ...]
    desired: Desired
    """What its TV should do."""


def head_html(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> str:
    """Return status with its reason, group, last contact, and what plays until when."""
    view = detail.view
    advice = "" if view.status is Status.HEALTHY else f" · {escape(advice_for(view.reason))}"
    group = escape(view.group_name or _("Unassigned"))
    contact = relative_html(view.last_alive, zone, now=now)
    return (
        f'<p class="is-lead">{status_html(view.status)} <span>{escape(reason_text(view.reason))}</span>'
        f'<span class="is-quiet">{advice}</span></p>'
        f'<p class="is-quiet">{group} · {escape(_("last contact"))} {contact} · {_shows(detail)}</p>'
        + power_line(detail.client, detail.desired, zone, is_online=view.is_online, now=now)
    )


def process_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return what runs on the player and what its screen does."""
    client = detail.client
    process = client.current_process or MISSING
    pid = f" (PID {client.process_pid})" if client.process_pid else ""
    state = _(PROCESS_WORDS[client.process_status]) if client.process_status else MISSING
    return [
        (_("Process"), escape(f"{process}{pid}")),
        (_("State"), escape(state)),
        (_("Shows"), escape(detail.view.shown_title or MISSING)),
        (_("Should show"), escape(detail.planned_title or MISSING)),
        (_("Picture"), escape(_(SCREEN_HEALTH_WORDS[client.screen_health_status]))),
        (_("Last frame"), relative_html(client.last_frame_update, zone, now=now)),
        (_("TV"), observed_html(client, detail.desired, zone, is_online=detail.view.is_online, now=now)),
        (_("TV should be"), desired_html(detail.desired, zone, now=now)),
        (_("Last report"), relative_html(client.health_at, zone, now=now)),
    ]


def machine_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return load, hardware, software and identity."""
    client = detail.client
    free = size(client.disk_free_mb * _MIB) if client.disk_free_mb is not None else MISSING
    load = f"{percent(client.cpu_percent)} · {percent(client.memory_percent)}"
    reconnects = number(client.mqtt_reconnect_count)
    if client.mqtt_last_disconnect_at:
        reconnects += f" · {_('last')} {relative_html(client.mqtt_last_disconnect_at, zone, now=now)}"
    return [
        (_("CPU · memory"), load),
        (_("Temperature"), number(client.temperature_c, "°C", digits=1)),
        (_("Disk free"), free),
        *_boot_facts(detail, zone, now=now),
        (_("Reconnects"), reconnects),
        (_("Model"), escape(client.model or MISSING)),
        (
            _("System · player"),
            escape(f"{client.os_version or MISSING} · {client.software_version or MISSING}"),
        ),
        (_("Host name · address"), escape(f"{client.hostname or MISSING} · {client.ip or MISSING}")),
        (_("UUID"), f'<span class="is-mono" title="{escape(client.uuid)}">{short_uuid(client.uuid)}</span>'),
    ]


def _boot_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return when the machine was started and how long it has run; nothing when its player does not say."""
    booted_at = detail.client.booted_at
    if booted_at is None:
        return []
    exact = escape(instant(booted_at, zone, now=now, with_seconds=True))
    start = escape(near(booted_at, zone, now=now))
    text = f'<time datetime="{booted_at.isoformat()}" title="{exact}">{start}</time>'
    if detail.view.is_online:  # a silent one may be off
        running = _("running for {duration}", duration=duration(max(now - booted_at, timedelta())))
        text += f" · {escape(running)}"
    return [(_("Last started"), text)]


def _shows(detail: ClientDetail) -> str:
    if detail.view.shown_title:
        mark = event_mark(detail.planned.event_type) if detail.planned else ""
        return f"{escape(_('shows'))} {mark} <b>{escape(detail.view.shown_title)}</b>"
    return escape(_("shows nothing"))
