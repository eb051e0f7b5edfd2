"""One player in full: its head line, what runs on it, and what it is made of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from zoneinfo import ZoneInfo

from console.i18n import _
from console.monitoring.presenters.incidents import advice_for
from console.screens.presenters.power import desired_html, observed_html, power_line
from console.words.content import content_html, content_reason
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
from console.words.status import reason_text, screen_health_word, status_html
from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.words import PROCESS_WORDS
from infoscreen_core.services.monitoring.views import ClientView, MachineView
from infoscreen_core.services.playing.views import PlayingItem
from infoscreen_core.services.screens.views import PictureView, TvView

_MIB = 1024 * 1024


@dataclass(frozen=True)
class ClientDetail:
    """A player with all that its page shows, save logs and commands."""

    view: ClientView
    machine: MachineView
    tv: TvView
    planned: PlayingItem | None
    """What its group's plan puts on it now."""
    priority_picture: PictureView | None
    pictures: tuple[PictureView, ...]


def head_html(detail: ClientDetail, zone: ZoneInfo, *, now: datetime, may_act: bool) -> str:
    """Return status with its reason, group, last contact, and what plays until when."""
    view = detail.view
    advice = ""
    if view.status is not Status.HEALTHY:
        advice = f" · {escape(advice_for(view.reason, may_act=may_act))}"
    group = escape(view.group_name or _("Unassigned"))
    contact = f"{escape(_('last contact'))} {relative_html(view.last_alive, zone, now=now)}"
    return (
        f'<p class="is-lead">{status_html(view.status)} '
        f"<span>{escape(reason_text(view.reason))}</span>"
        f'<span class="is-quiet">{advice}</span></p>'
        f"{content_line(view, zone, now=now)}"
        f'<p class="is-quiet">{group} · {contact} · {_shows(detail)}</p>'
        + power_line(detail.tv, zone, is_online=view.is_online, now=now)
    )


def content_line(view: ClientView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return whether it shows what is planned, and by what we say so; empty out of service."""
    content = view.content
    if content is None:
        return ""
    said = [content_reason(content.reason)]
    if content.state is Content.BEHIND and content.since is not None:
        said.append(_("since {time}", time=near(content.since, zone, now=now)))
    if content.planned_title:
        said.append(_("planned: “{title}”", title=content.planned_title))
    if view.shown_title:
        said.append(_("it reports “{title}”", title=view.shown_title))
    evidence = escape(" · ".join(said))
    if view.picture:
        taken = relative_html(view.picture.as_of, zone, now=now)
        evidence += f" · {escape(_('newest picture taken'))} {taken}"
    return (
        f'<p class="is-evidence">{content_html(content, zone, now=now)} '
        f'<span class="is-quiet is-small">{evidence}</span></p>'
    )


def process_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return what runs on the player and what its screen does."""
    view, machine = detail.view, detail.machine
    process = machine.process or MISSING
    pid = f" (PID {machine.process_pid})" if machine.process_pid else ""
    state = _(PROCESS_WORDS[machine.process_status].template) if machine.process_status else MISSING
    return [
        (_("Process"), escape(f"{process}{pid}")),
        (_("State"), escape(state)),
        (_("Shows"), escape(view.shown_title or MISSING)),
        (_("Should show"), escape(machine.expected_title or MISSING)),
        (_("Picture"), escape(screen_health_word(view.screen_health))),
        (_("Last frame"), relative_html(machine.last_frame_at, zone, now=now)),
        (_("TV"), observed_html(detail.tv, zone, is_online=view.is_online, now=now)),
        (_("TV should be"), desired_html(detail.tv.desired, zone, now=now)),
        (_("Last report"), relative_html(machine.reported_at, zone, now=now)),
    ]


def machine_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return load, hardware, software and identity."""
    view, machine = detail.view, detail.machine
    free = size(machine.disk_free_mb * _MIB) if machine.disk_free_mb is not None else MISSING
    load = f"{percent(machine.cpu_percent)} · {percent(machine.memory_percent)}"
    reconnects = number(view.reconnect_count)
    if view.last_disconnect_at:
        reconnects += f" · {_('last')} {relative_html(view.last_disconnect_at, zone, now=now)}"
    return [
        (_("CPU · memory"), load),
        (_("Temperature"), number(machine.temperature_c, "°C", digits=1)),
        (_("Disk free"), free),
        *_boot_facts(detail, zone, now=now),
        (_("Reconnects"), reconnects),
        (_("Model"), escape(view.model or MISSING)),
        (
            _("System · player"),
            escape(f"{machine.os_version or MISSING} · {view.software or MISSING}"),
        ),
        (_("Host name · address"), escape(f"{view.hostname or MISSING} · {view.ip or MISSING}")),
        (
            _("UUID"),
            f'<span class="is-mono" title="{escape(view.uuid)}">{short_uuid(view.uuid)}</span>',
        ),
    ]


def _boot_facts(detail: ClientDetail, zone: ZoneInfo, *, now: datetime) -> list[tuple[str, str]]:
    """Return when the machine was started and how long it runs; nothing when unknown."""
    booted_at = detail.machine.booted_at
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
