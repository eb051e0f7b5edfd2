"""Temperature against crashes: how often displays crashed after hours of each temperature."""

from collections.abc import Sequence
from html import escape
from math import sqrt
from typing import Final

from console.i18n import _, ngettext
from console.words.formatting import number
from console.words.html import table
from console.words.plots import Figure, new_figure
from infoscreen_core.domain.monitoring.patterns.heat import (
    FEWEST_CRASHES,
    STEP,
    Answer,
    Comparison,
    HeatStep,
    compare,
)

_HEIGHT: Final = 260


def heat_sentence(steps: Sequence[HeatStep]) -> str:
    """Return what may be said: whether displays crashed more often after warm hours, or not."""
    found = compare(steps)
    crashes = found.warm.crashes + found.other.crashes
    if found.answer is Answer.TOO_FEW:
        return _too_few(found, crashes)
    words = {
        "degrees": found.warm_from,
        "warm": number(found.warm.crashes),
        "crashes": number(crashes),
        "share": number(100 * found.warm.hours / (found.warm.hours + found.other.hours), "%"),
    }
    told = _(
        "{warm} of {crashes} crashes came after hours of {degrees} °C or more, which were {share} "
        "of the time.",
        **words,
    )
    return f"{told} {_verdict(found)}"


def heat_figure(steps: Sequence[HeatStep], *, is_dark: bool) -> Figure:
    """Return the picture: crashes per thousand hours, with how far chance may reach."""
    figure = new_figure(
        x_title=_("Mean temperature of the hour before (°C)"),
        y_title=_("Crashes per 1,000 hours"),
        is_dark=is_dark,
    )
    figure.add(
        "bar",
        x=[_range(one) for one in steps],
        y=[one.per_thousand for one in steps],
        error_y={
            "type": "data",
            "array": [_spread(one) for one in steps],
            "thickness": 1,
            "color": "#E4E8EE" if is_dark else "#1C2430",
        },
        text=[number(one.crashes) for one in steps],
        textposition="inside",
        insidetextanchor="start",
        customdata=[_hover(one) for one in steps],
        hovertemplate="%{x} °C: %{customdata}<extra></extra>",
        width=0.8,
    )
    figure.update_xaxes(type="category", fixedrange=True, showgrid=False)
    figure.update_yaxes(rangemode="tozero", fixedrange=True)
    figure.update_layout(height=_HEIGHT, hovermode="closest")
    return figure


def heat_table(steps: Sequence[HeatStep], caption: str) -> str:
    """Return each step's numbers."""
    heads = (_("Temperature (°C)"), _("Hours"), _("Crashes"), _("Per 1,000 hours"))
    rows = (
        (
            escape(_range(one)),
            escape(number(one.hours)),
            escape(number(one.crashes)),
            escape(number(one.per_thousand, digits=2)),
        )
        for one in steps
    )
    return table(heads, rows, caption=caption)


def _too_few(found: Comparison, crashes: int) -> str:
    if crashes >= FEWEST_CRASHES:
        return _(
            "There is not enough data: hours of {degrees} °C or more were too rare to compare.",
            degrees=found.warm_from,
        )
    return _(
        "There is not enough data: {crashes}. From {least} on warm and cool hours are compared.",
        crashes=ngettext("{n} crash", "{n} crashes", crashes),
        least=FEWEST_CRASHES,
    )


def _verdict(found: Comparison) -> str:
    times = found.times
    if found.answer is Answer.SAME:
        return _("Chance alone may make such a difference.")
    if times is None:
        return _("After cooler ones there was none. That does not prove that heat is the cause.")
    return _(
        "That is {times} times the rate after cooler ones. It does not prove that heat is the "
        "cause: whoever computes much is warm, too.",
        times=number(times, digits=1),
    )


def _range(one: HeatStep) -> str:
    return f"{one.degrees}–{one.degrees + STEP}"


def _spread(one: HeatStep) -> float:
    return 1000 * sqrt(one.crashes) / one.hours if one.hours else 0.0


def _hover(one: HeatStep) -> str:
    return _(
        "{crashes} after {hours}",
        crashes=ngettext("{n} crash", "{n} crashes", one.crashes),
        hours=ngettext("{count} hour", "{count} hours", one.hours, count=number(one.hours)),
    )
