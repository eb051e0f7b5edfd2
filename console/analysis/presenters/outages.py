"""When screens were down: a line of time for each of those that were down longest."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.analysis.presenters.figures import group_name, outages_text, percent_text
from console.i18n import _, ngettext
from console.words.formatting import duration, instant, number
from console.words.html import link, table
from console.words.plots import Figure, new_figure, plain, set_days_axis, set_names_axis
from console.words.status import STATUSES, reason_text, status_word
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.analysis import ScreenFigures, ScreenOutage

_ROW_HEIGHT: Final = 26
_FRAME_HEIGHT: Final = 110
_KINDS: Final = (Status.OFFLINE, Status.CRITICAL)
_NARROWEST: Final = 0.003
"""Of the whole span: an outage of a minute must still be seen."""


def outages_sentence(screens: Sequence[ScreenFigures], outages: Sequence[ScreenOutage]) -> str:
    """Return which screen was down longest, and which outage took longest."""
    if not screens:
        return _("No screen was down.")
    worst = screens[0]
    text = _(
        "{name} was down longest: {outages}.", name=worst.name, outages=outages_text(worst.figures)
    )
    longest = max(outages, key=lambda one: one.outage.down, default=None)
    if longest is None:
        return text
    return f"{text} " + _(
        "The longest outage took {length} ({name}, {reason}).",
        length=duration(longest.outage.down),
        name=_name_of(longest.uuid, screens),
        reason=reason_text(longest.outage.reason),
    )


def cut_sentence(shown: int, every: int) -> str:
    """Return how many of the outages picture, table and file have; empty when they have all."""
    if shown == every:
        return ""
    return _("Shown are the {n} longest of {all} outages.", n=number(shown), all=number(every))


def outage_timeline(
    screens: Sequence[ScreenFigures],
    outages: Sequence[ScreenOutage],
    window: Span,
    zone: ZoneInfo,
    *,
    is_dark: bool,
) -> Figure:
    """Return the picture: a bar for each outage, in the colour of its status."""
    figure = new_figure(x_title=_("Time ({zone})", zone=zone.key), y_title="", is_dark=is_dark)
    for status in _KINDS:
        style = STATUSES[status]
        of_kind = [one for one in outages if _status_of(one.outage.reason) is status]
        figure.add(
            "bar",
            base=[to_local(one.outage.start, zone) for one in of_kind],
            x=[_milliseconds(one, window) for one in of_kind],
            y=[one.uuid for one in of_kind],
            orientation="h",
            name=f"{style.icon} {status_word(status)}",
            marker={"color": style.dark_color if is_dark else style.color, "line": {"width": 0}},
            customdata=[_hover(one, screens, zone) for one in of_kind],
            hovertemplate="%{customdata}<extra></extra>",
            width=0.62,
        )
    _set_axes(figure, screens, window, zone)
    return figure


def outage_table(
    screens: Sequence[ScreenFigures],
    outages: Sequence[ScreenOutage],
    every: int,
    zone: ZoneInfo,
    *,
    now: datetime,
) -> str:
    """Return every outage of the picture, the latest first; there were `every` altogether."""
    heads = (_("Screen"), _("Since"), _("Until"), _("Down"), _("Reason"))
    rows = (
        (
            link("client", _name_of(one.uuid, screens), uuid=one.uuid),
            escape(instant(one.outage.start, zone, now=now)),
            escape(instant(one.outage.end, zone, now=now) if one.outage.end else _("goes on")),
            escape(duration(one.outage.down)),
            escape(reason_text(one.outage.reason)),
        )
        for one in reversed(outages)
    )
    count = ngettext("{n} outage", "{n} outages", len(outages))
    return table(heads, rows, caption=cut_sentence(len(outages), every) or count)


def screens_table(screens: Sequence[ScreenFigures], names: Mapping[int, str]) -> str:
    """Return the screens that were down longest, with their figures."""
    heads = (
        _("Screen"),
        _("Group"),
        _("Available"),
        _("Outages"),
        _("Down"),
        _("Back after, on average"),
        _("Runs between outages"),
    )
    return table(heads, (_figures(one, names) for one in screens), caption=_("Down longest"))


def _figures(one: ScreenFigures, names: Mapping[int, str]) -> tuple[str, ...]:
    back, between = one.figures.mean_time_to_recovery, one.figures.mean_time_between_failures
    return (
        link("client", one.name, uuid=one.uuid),
        escape(group_name(one.group_id, names)),
        escape(percent_text(one.figures)),
        str(one.figures.outage_count),
        escape(duration(one.figures.down)),
        escape(duration(back) if back else "–"),
        escape(duration(between) if between else "–"),
    )


def _set_axes(
    figure: Figure, screens: Sequence[ScreenFigures], window: Span, zone: ZoneInfo
) -> None:
    set_days_axis(figure, window, zone)
    names = {one.uuid: one.name for one in screens}
    set_names_axis(figure, names, range=[len(screens) - 0.5, -0.5], showgrid=False)
    figure.update_layout(
        barmode="overlay",
        hovermode="closest",
        height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(screens), 1),
    )


def _status_of(reason: StatusReason) -> Status:
    is_silent = reason in {StatusReason.HEARTBEAT_STALE, StatusReason.NEVER_SEEN}
    return Status.OFFLINE if is_silent else Status.CRITICAL


def _milliseconds(one: ScreenOutage, window: Span) -> float:
    end = one.outage.end or window.end
    length = max(end - one.outage.start, window.length * _NARROWEST)
    return length.total_seconds() * 1000


def _hover(one: ScreenOutage, screens: Sequence[ScreenFigures], zone: ZoneInfo) -> str:
    name = plain(_name_of(one.uuid, screens))
    since = instant(one.outage.start, zone)
    return (
        f"<b>{name}</b><br>{since}, {duration(one.outage.down)}<br>"
        f"{plain(reason_text(one.outage.reason))}"
    )


def _name_of(uuid: str, screens: Sequence[ScreenFigures]) -> str:
    return next((one.name for one in screens if one.uuid == uuid), uuid[:8])
