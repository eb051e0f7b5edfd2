"""The house style of plots: quiet ground, labelled axes with units, our colours."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Final

import orjson

from console.i18n import current_language, ngettext
from infoscreen_core.domain.text.local_time import to_local

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from infoscreen_core.domain.monitoring.spans import Span

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_LONGEST_LABEL: Final = 28
_LABEL_END: Final = 10
_FEW_MARKS: Final = 4
"""Up to so many, an axis has a mark for each; left alone, it would have some in between."""
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


class Figure:
    """A picture in the words of Plotly's JavaScript: traces, and a layout.

    Plotly's own figures look at each value several times and copy it at each rerun, which took
    most of a page's time. What they would find, tests find
    (`tests/support/monitoring/plots.py`).
    """

    def __init__(self, **layout: object) -> None:
        self.data: list[dict[str, Any]] = []
        self.layout: dict[str, Any] = {"xaxis": {}, "yaxis": {}, **layout}

    def add(self, kind: str, **trace: object) -> None:
        """Add a trace, such as a `bar`; what is None is left to Plotly."""
        self.data.append({**_said(trace), "type": kind})

    def update_layout(self, **settings: object) -> None:
        """Set what belongs to the whole picture."""
        self.layout |= _said(settings)

    def update_xaxes(self, **settings: object) -> None:
        """Set this of each horizontal axis."""
        self._update_axes("x", settings)

    def update_yaxes(self, **settings: object) -> None:
        """Set this of each vertical axis."""
        self._update_axes("y", settings)

    def update_axis(self, name: str, **settings: Any) -> None:  # noqa: ANN401 - Plotly's
        """Set this of one axis, such as `yaxis2`; what is said of its title is added to it."""
        axis = self.layout[name]
        title = {**axis.get("title", {}), **settings.pop("title", {})}
        axis |= {**_said(settings), **({"title": title} if title else {})}

    def stack(self, rows: int, *, spacing: float) -> None:
        """Have so many plots above each other that share the lowest one's horizontal axis."""
        height = (1 - spacing * (rows - 1)) / rows
        for row in range(1, rows + 1):
            axes, bottom = axes_of(row), (rows - row) * (height + spacing)
            shared = {"matches": f"x{rows}", "showticklabels": False} if row < rows else {}
            x_axis = {"anchor": axes["yaxis"], "domain": [0, 1], **shared}
            y_axis = {"anchor": axes["xaxis"], "domain": [bottom, bottom + height]}
            self.layout.setdefault(axis_name("x", row), {}).update(x_axis)
            self.layout.setdefault(axis_name("y", row), {}).update(y_axis)

    @property
    def colors(self) -> Sequence[str]:
        """Our colours on its ground."""
        colors: Sequence[str] = self.layout["template"]["layout"]["colorway"]
        return colors

    @cached_property
    def spec(self) -> dict[str, Any]:
        """What Plotly draws, each trace's values as JSON; call it when nothing is added any more.

        A figure that browsers share is written once.
        """
        traces = [
            {name: orjson.Fragment(orjson.dumps(value)) for name, value in trace.items()}
            for trace in self.data
        ]
        return {"data": traces, "layout": self.layout}

    def _update_axes(self, letter: str, settings: Mapping[str, object]) -> None:
        for name in self.layout:
            if name.startswith(f"{letter}axis"):
                self.update_axis(name, **settings)


def new_figure(*, x_title: str, y_title: str, is_dark: bool = False) -> Figure:
    """Return an empty figure in house style; axis titles carry their units ("Temperature (°C)")."""
    return Figure(
        template=_TEMPLATES[DARK if is_dark else LIGHT],
        separators=_SEPARATORS.get(current_language(), ".,"),
        xaxis={"title": {"text": x_title}},
        yaxis={"title": {"text": y_title}},
    )


def axis_name(letter: str, row: int) -> str:
    """Return what the layout calls an axis (`x`, `y`) of the plot in this row, from 1 on."""
    return f"{letter}axis{row if row > 1 else ''}"


def axes_of(row: int) -> dict[str, str]:
    """Return what a trace says to be drawn in this row, from 1 on."""
    number = row if row > 1 else ""
    return {"xaxis": f"x{number}", "yaxis": f"y{number}"}


def day_format() -> str:
    """Return how a time axis writes a day, as `tickformat` and `hoverformat` take it."""
    return _DAY_FORMATS[current_language()]


def set_days_axis(figure: Figure, window: "Span", zone: "ZoneInfo") -> None:
    """Let the time axis show a window of weeks in `zone`, marked by days."""
    figure.update_xaxes(
        type="date",
        range=[to_local(window.start, zone), to_local(window.end, zone)],
        fixedrange=True,
        tickformat=day_format(),
    )


def set_counts_axis(figure: Figure, letter: str = "y") -> None:
    """Let this axis count from 0 on: between two whole numbers there is no mark."""
    other = {"x": "y", "y": "x"}[letter]
    highest = Counter[Any]()  # bars of one place stand upon each other
    for trace in figure.data:
        for place, count in zip(trace[other], trace[letter], strict=True):
            highest[place] += count
    step = 1 if max(highest.values(), default=0) <= _FEW_MARKS else None
    figure.update_axis(
        f"{letter}axis",
        rangemode="tozero",
        fixedrange=True,
        tickformat=",d",
        dtick=step,
    )


def bar_start(wall: datetime, step: timedelta) -> datetime:
    """Return when the bar began that a wall time lies in; bars of `step` begin with the day."""
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (wall - midnight) // step * step


def plain(text: str) -> str:
    """Return a text for Plotly, which takes some of it for markup; it knows no quotation marks."""
    return escape(text, quote=False)


def label(name: str) -> str:
    """Return a name as an axis has room for it: a long one would leave none for the picture.

    Its end stays, which is where the names of one place mostly differ.
    """
    if len(name) <= _LONGEST_LABEL:
        return plain(name)
    return plain(f"{name[: _LONGEST_LABEL - _LABEL_END].rstrip()}…{name[-_LABEL_END:].lstrip()}")


def set_names_axis(figure: Figure, names: Mapping[str, str], **settings: object) -> None:
    """Write names beside the lines of a picture, the first on top unless `settings` have a range.

    `names` are by what stands for each in the traces.
    """
    figure.update_yaxes(
        type="category",
        categoryorder="array",
        categoryarray=list(names),
        tickmode="array",
        tickvals=list(names),
        ticktext=[label(name) for name in names.values()],
        fixedrange=True,
        **({} if "range" in settings else {"autorange": "reversed"}),
        **settings,
    )


def bar_length(step: timedelta) -> str:
    """Return how long a bar is: `5 min`, `3 h`, `1 Tag`."""
    if step >= _DAY:
        return ngettext("{n} day", "{n} days", step // _DAY)
    return f"{step // _HOUR} h" if step >= _HOUR else f"{step // timedelta(minutes=1)} min"


def _said(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}


def _template(name: str) -> dict[str, Any]:
    text, line = _INK[name]
    axis = {
        "gridcolor": line,
        "linecolor": line,
        "zerolinecolor": line,
        "automargin": True,
        "title": {"standoff": 8, "font": {"size": 13}},
    }
    return {
        "layout": {
            "font": {"family": _FONT, "size": 13, "color": text},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "colorway": _COLORWAYS[name],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis,
            "yaxis": axis,
            "hovermode": "x unified",
            # without a pointer it is always there, and must hide nothing
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": text, "activecolor": text},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0},
        }
    }


_TEMPLATES: Final = {name: _template(name) for name in (LIGHT, DARK)}
