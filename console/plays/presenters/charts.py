"""Pictures of what was shown: a line of time for each screen, and a bar for each day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _
from console.plays.presenters.words import seconds_text, sureness_word
from console.words.formatting import day, instant
from console.words.plots import Figure, day_format, new_figure, plain, set_names_axis
from infoscreen_core.domain.monitoring.plays.plays import Play, Sureness
from infoscreen_core.domain.monitoring.plays.tallies import Sums
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.plays.report import ScreenPlays

_ROW_HEIGHT: Final = 26
_FRAME_HEIGHT: Final = 110
_DAYS_HEIGHT: Final = 260
_HOUR: Final = 3600
_DAY: Final = timedelta(days=1)
_DAY_WIDTH: Final = 0.7 * 86_400_000
"""Milliseconds."""
_MOST_TICKS: Final = 14
_LOOKS: Final = {
    Sureness.SEEN: ("#3566B8", "#7FA5E6", ""),
    Sureness.REPORTED: ("#B7791F", "#E0A84A", ""),
    Sureness.UNKNOWN: ("#64748B", "#94A3B8", "/"),
}
"""Colour on light and dark ground, told apart by those who see no red or green; and a hatching."""
_NARROWEST: Final = 0.0015
"""Of the whole span: what was shown for a minute must still be seen."""


def screens_figure(
    screens: Sequence[ScreenPlays], window: Span, zone: ZoneInfo, *, is_dark: bool
) -> Figure:
    """Return the picture: a bar for each play, by how sure it is."""
    figure = new_figure(x_title=_("Time ({zone})", zone=zone.key), y_title="", is_dark=is_dark)
    for sureness in Sureness:
        of_kind = [
            (one, play) for one in screens for play in one.plays if play.sureness is sureness
        ]
        figure.add(
            "bar",
            base=[to_local(play.span.start, zone) for _one, play in of_kind],
            x=[_milliseconds(play, window) for _one, play in of_kind],
            y=[one.uuid for one, _play in of_kind],
            orientation="h",
            name=sureness_word(sureness),
            marker=_marker(sureness, is_dark=is_dark),
            customdata=[_hover(one, play, zone) for one, play in of_kind],
            hovertemplate="%{customdata}<extra></extra>",
            width=0.62,
        )
    _set_axes(figure, screens, window, zone)
    return figure


def days_figure(days: Sequence[Sums], window: Span, zone: ZoneInfo, *, is_dark: bool) -> Figure:
    """Return the picture: hours on all screens together, day by day, by how sure they are."""
    figure = new_figure(x_title=_("Day"), y_title=_("Shown (h)"), is_dark=is_dark)
    for sureness in Sureness:
        values = [round(_seconds(one, sureness) / _HOUR, 2) for one in days]
        figure.add(
            "bar",
            x=[one.key.isoformat() for one in days],
            y=values,
            name=sureness_word(sureness),
            marker=_marker(sureness, is_dark=is_dark),
            customdata=[f"{day(one.key)}: {seconds_text(_seconds(one, sureness))}" for one in days],
            hovertemplate="%{customdata}",
            width=_DAY_WIDTH,
        )
    noon = to_local(window.start, zone).replace(hour=12) - _DAY
    last = to_local(window.end, zone).replace(hour=12)
    figure.update_xaxes(
        type="date",
        tickformat=day_format(),
        dtick=_dtick(window),
        range=[noon, last],
        fixedrange=True,
    )
    figure.update_yaxes(rangemode="tozero", fixedrange=True)
    figure.update_layout(barmode="stack", height=_DAYS_HEIGHT)
    return figure


def _dtick(window: Span) -> float:
    """Return the milliseconds between two dates that are written: whole days."""
    days = window.length // _DAY + 1
    return -(-days // _MOST_TICKS) * 86_400_000


def _seconds(one: Sums, sureness: Sureness) -> int:
    return {
        Sureness.SEEN: one.seen,
        Sureness.REPORTED: one.reported,
        Sureness.UNKNOWN: one.unknown,
    }[sureness]


def _marker(sureness: Sureness, *, is_dark: bool) -> dict[str, object]:
    light, dark, pattern = _LOOKS[sureness]
    return {
        "color": dark if is_dark else light,
        "line": {"width": 0},
        "pattern": {"shape": pattern, "fillmode": "replace"},
    }


def _set_axes(figure: Figure, screens: Sequence[ScreenPlays], window: Span, zone: ZoneInfo) -> None:
    figure.update_xaxes(
        type="date",
        range=[to_local(window.start, zone), to_local(window.end, zone)],
        fixedrange=True,
        tickformat="%H:%M" if window.length <= _DAY else day_format(),
    )
    names = {one.uuid: one.name for one in screens}
    set_names_axis(figure, names, range=[len(screens) - 0.5, -0.5], showgrid=False)
    height = _FRAME_HEIGHT + _ROW_HEIGHT * max(len(screens), 1)
    figure.update_layout(barmode="overlay", hovermode="closest", height=height)


def _milliseconds(play: Play, window: Span) -> float:
    return max(play.span.length, window.length * _NARROWEST).total_seconds() * 1000


def _hover(one: ScreenPlays, play: Play, zone: ZoneInfo) -> str:
    lines = (
        f"<b>{plain(one.name)}</b>",
        plain(play.title or f"#{play.event_id}"),
        *(plain(file.name) for file in play.files),
        f"{instant(play.span.start, zone)}, {seconds_text(play.span.length.total_seconds())}",
        plain(sureness_word(play.sureness)),
    )
    return "<br>".join(lines)
