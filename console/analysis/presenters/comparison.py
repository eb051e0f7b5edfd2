"""Two spans beside each other: each group's availability now and before."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from console.analysis.presenters.figures import group_name, in_order, percent_text
from console.i18n import _
from console.words.formatting import duration, number
from console.words.html import table
from console.words.plots import Figure, new_figure, plain, set_names_axis
from infoscreen_core.domain.monitoring.availability import Figures

_ROW_HEIGHT: Final = 34
_FRAME_HEIGHT: Final = 110
MOST_LINES: Final = 100
"""Groups in the picture; nobody could overlook more of them."""
_SAME: Final = 0.005
"""Percent that no number shows."""


class Change(NamedTuple):
    """One group's figures of both spans."""

    name: str
    now: Figures
    before: Figures

    @property
    def points(self) -> float:
        """How many percentage points it is better; negative: worse."""
        return (self.now.percent or 0.0) - (self.before.percent or 0.0)


def changes_of(
    sums: Mapping[int | None, Figures],
    before: Mapping[int | None, Figures],
    names: Mapping[int, str],
) -> list[Change]:
    """Return the groups of which both spans know something."""
    return [
        Change(group_name(group, names), now, then)
        for group, now in in_order(sums, names).items()
        if (then := before.get(group)) and now.percent is not None and then.percent is not None
    ]


def comparison_sentence(changes: Sequence[Change]) -> str:
    """Return which group became worse most, and which better."""
    if not changes:
        return _("There is nothing to compare yet: nothing is known of the weeks before.")
    worst, best = min(changes, key=lambda one: one.points), max(changes, key=lambda one: one.points)
    said = []
    if worst.points < -_SAME:
        said.append(_("{group} became worse by {points} points", **_gap(worst)))
    if best.points > _SAME:
        said.append(_("{group} became better by {points} points", **_gap(best)))
    return f"{'; '.join(said)}." if said else _("No group changed.")


def shown_changes(changes: Sequence[Change]) -> list[Change]:
    """Return those that the picture has room for: the groups that changed most."""
    places = sorted(range(len(changes)), key=lambda place: -abs(changes[place].points))
    return [changes[place] for place in sorted(places[:MOST_LINES])]


def cut_sentence(changes: Sequence[Change], shown: Sequence[Change]) -> str:
    """Return how many of the groups the picture shows; empty when it shows all."""
    if len(shown) == len(changes):
        return ""
    return _(
        "Shown are the {n} of {all} groups that changed most.",
        n=number(len(shown)),
        all=number(len(changes)),
    )


def comparison_figure(changes: Sequence[Change], *, is_dark: bool) -> Figure:
    """Return the picture: two points for each group, joined by a line."""
    figure = new_figure(x_title=_("Available (%)"), y_title="", is_dark=is_dark)
    names = [plain(one.name) for one in changes]
    figure.add(  # one for all groups: each of its own costs as much as the whole picture
        "scatter",
        x=[end for one in changes for end in (one.before.percent, one.now.percent, None)],
        y=[end for name in names for end in (name, name, None)],
        mode="lines",
        line={"width": 2, "color": "#94A3B8"},
        showlegend=False,
        hoverinfo="skip",
    )
    for label, symbol, values in (
        (_("before"), "circle-open", [one.before.percent for one in changes]),
        (_("now"), "circle", [one.now.percent for one in changes]),
    ):
        figure.add(
            "scatter",
            x=values,
            y=names,
            mode="markers",
            name=label,
            marker={"size": 11, "symbol": symbol, "line": {"width": 2}, "color": "#3566B8"},
            hovertemplate=f"%{{y}}, {label}: %{{x:.2f}} %<extra></extra>",
        )
    set_names_axis(figure, {plain(one.name): one.name for one in changes})
    figure.update_xaxes(fixedrange=True)
    figure.update_layout(
        hovermode="closest", height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(changes), 1)
    )
    return figure


def comparison_table(changes: Sequence[Change], caption: str) -> str:
    """Return both figures of each group."""
    heads = (_("Group"), _("Available now"), _("Before"), _("Down now"), _("Down before"))
    rows = (
        (
            escape(one.name),
            escape(percent_text(one.now)),
            escape(percent_text(one.before)),
            escape(duration(one.now.down)),
            escape(duration(one.before.down)),
        )
        for one in changes
    )
    return table(heads, rows, caption=caption)


def _gap(change: Change) -> dict[str, str]:
    return {"group": change.name, "points": number(abs(change.points), digits=2)}
