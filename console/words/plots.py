"""The house style of plots: quiet ground, labelled axes with units, our colours.

Plotly is imported with the first plot, not with the console.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from console.i18n import current_language, ngettext
from infoscreen_core.domain.text.local_time import to_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    import plotly.graph_objects as go

    from infoscreen_core.domain.monitoring.spans import Span

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_FONT: Final = (
    "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Roboto, 'DejaVu Sans', sans-serif"
)
LIGHT: Final = "infoscreen_light"
DARK: Final = "infoscreen_dark"
_COLORWAYS: Final = {
    LIGHT: ["#3566B8", "#0F8B6D", "#B7791F", "#7B4FB5", "#A83F86", "#5F7A1F", "#64748B"],
    DARK: ["#7FA5E6", "#3DBE9B", "#E0A84A", "#B292E0", "#D98ABD", "#A4BF63", "#94A3B8"],
}
_INK: Final = {LIGHT: ("#1C2430", "#DADEE5"), DARK: ("#E4E8EE", "#2F3742")}


_SEPARATORS: Final = {"de": ",."}
"""Plotly's decimal sign and that of thousands."""

_DAY_FORMATS: Final = {"de": "%d.%m.", "en": "%d %b"}

CONFIG: Final[dict[str, Any]] = {"displaylogo": False, "displayModeBar": False}
"""For `st.plotly_chart`: no maker's logo, no tool bar."""


def config_with_file(name: str) -> dict[str, Any]:
    """Return the same with one button, which saves the picture under this name."""
    return {
        "displaylogo": False,
        "modeBarButtons": [["toImage"]],
        "toImageButtonOptions": {"format": "png", "scale": 2, "filename": name},
    }


def house_template(name: str) -> "go.layout.Template":
    """Return the light or dark template (`LIGHT`, `DARK`)."""
    import plotly.graph_objects as go  # noqa: PLC0415 - slow to load; few pages plot

    text, line = _INK[name]
    axis = {
        "gridcolor": line,
        "linecolor": line,
        "zerolinecolor": line,
        "automargin": True,
        "title": {"standoff": 8, "font": {"size": 13}},
    }
    return go.layout.Template(
        layout={
            "font": {"family": _FONT, "size": 13, "color": text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": _COLORWAYS[name],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis,
            "yaxis": axis,
            "hovermode": "x unified",
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        }
    )


def new_figure(*, x_title: str, y_title: str, is_dark: bool = False) -> "go.Figure":
    """Return an empty figure in house style; axis titles carry their units ("Temperature (°C)")."""
    import plotly.graph_objects as go  # noqa: PLC0415 - slow to load; few pages plot

    figure = go.Figure()
    figure.update_layout(
        template=house_template(DARK if is_dark else LIGHT),
        separators=_SEPARATORS.get(current_language(), ".,"),
        xaxis_title=x_title,
        yaxis_title=y_title,
    )
    return figure


def day_format() -> str:
    """Return how a time axis writes a day, as `tickformat` and `hoverformat` take it."""
    return _DAY_FORMATS[current_language()]


def set_days_axis(figure: "go.Figure", window: "Span", zone: "ZoneInfo") -> None:
    """Let the time axis show a window of weeks in `zone`, marked by days."""
    figure.update_xaxes(
        type="date",
        range=[to_local(window.start, zone), to_local(window.end, zone)],
        fixedrange=True,
        tickformat=day_format(),
    )


def bar_start(wall: datetime, step: timedelta) -> datetime:
    """Return when the bar began that a wall time lies in; bars of `step` begin with the day."""
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (wall - midnight) // step * step


def bar_length(step: timedelta) -> str:
    """Return how long a bar is: `5 min`, `3 h`, `1 Tag`."""
    if step >= _DAY:
        return ngettext("{n} day", "{n} days", step // _DAY)
    return f"{step // _HOUR} h" if step >= _HOUR else f"{step // timedelta(minutes=1)} min"
