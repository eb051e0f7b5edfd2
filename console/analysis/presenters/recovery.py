"""Which screens take longest to come back: bars of the mean time to recovery."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape
from typing import Final

from console.i18n import _, ngettext
from console.words.formatting import duration
from console.words.plots import Figure, new_figure
from infoscreen_core.services.monitoring.analysis import ScreenFigures

SHOWN: Final = 10
_ROW_HEIGHT: Final = 28
_FRAME_HEIGHT: Final = 80
_HOUR: Final = timedelta(hours=1)


def slowest(screens: Sequence[ScreenFigures]) -> list[ScreenFigures]:
    """Return those of the screens that take longest to come back, the slowest first."""
    known = [one for one in screens if one.figures.mean_time_to_recovery]
    ordered = sorted(known, key=_mean, reverse=True)
    return ordered[:SHOWN]


def recovery_sentence(screens: Sequence[ScreenFigures]) -> str:
    """Return which screen is the slowest, and after how long it is back."""
    if not screens:
        return _("No screen was down.")
    return _(
        "{name} is the slowest to come back: after {length} on average ({outages}).",
        name=screens[0].name,
        length=duration(_mean(screens[0])),
        outages=ngettext("{n} outage", "{n} outages", screens[0].figures.outage_count),
    )


def recovery_figure(screens: Sequence[ScreenFigures], *, is_dark: bool) -> Figure:
    """Return the picture: a bar for each screen, with its number."""
    figure = new_figure(x_title=_("Back after, on average (h)"), y_title="", is_dark=is_dark)
    figure.add(
        "bar",
        x=[_mean(one) / _HOUR for one in screens],
        y=[one.uuid for one in screens],
        orientation="h",
        text=[duration(_mean(one)) for one in screens],
        textposition="auto",
        hoverinfo="skip",
        width=0.62,
    )
    figure.update_yaxes(
        type="category",
        autorange="reversed",
        tickmode="array",
        tickvals=[one.uuid for one in screens],
        ticktext=[escape(one.name) for one in screens],
        fixedrange=True,
        showgrid=False,
    )
    figure.update_xaxes(rangemode="tozero", fixedrange=True)
    figure.update_layout(height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(screens), 1))
    return figure


def _mean(one: ScreenFigures) -> timedelta:
    return one.figures.mean_time_to_recovery or timedelta()
