"""Which screens take longest to come back: bars of the mean time to recovery."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from console.i18n import _, ngettext
from console.words.formatting import duration
from console.words.plots import Figure, new_figure, set_names_axis
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


def recovery_sentence(screens: Sequence[ScreenFigures], *, among: int, most: int) -> str:
    """Return which screen is the slowest, and after how long it is back.

    It is the slowest `among` so many that were looked at; `most` of them means that there may be
    others, which the sentence then says.
    """
    if not screens:
        return _("No screen was down.")
    said = {
        "name": screens[0].name,
        "length": duration(_mean(screens[0]), is_dative=True),
        "outages": ngettext("{n} outage", "{n} outages", screens[0].figures.outage_count),
    }
    if among < most:
        return _(
            "{name} is the slowest to come back: after {length} on average ({outages}).", **said
        )
    return _(
        "Of the {among} screens that were down longest, {name} is the slowest to come back: after "
        "{length} on average ({outages}).",
        among=among,
        **said,
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
    set_names_axis(figure, {one.uuid: one.name for one in screens}, showgrid=False)
    figure.update_xaxes(rangemode="tozero", fixedrange=True)
    figure.update_layout(height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(screens), 1))
    return figure


def _mean(one: ScreenFigures) -> timedelta:
    return one.figures.mean_time_to_recovery or timedelta()
