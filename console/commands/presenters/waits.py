"""How long screens take to be back after a command: a distribution, or one for each kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

from console.i18n import N_, _, ngettext
from console.words.commands import action_word
from console.words.formatting import MISSING, number
from console.words.html import table_of_first
from console.words.plots import Figure, new_figure, plain, set_counts_axis, set_names_axis
from infoscreen_core.domain.commands.figures import Division, Success, Waits, together
from infoscreen_core.domain.commands.lifecycle import Action

COLORS: Final[Mapping[Action, tuple[str, str]]] = {
    Action.REBOOT_HOST: ("#3566B8", "#7FA5E6"),
    Action.RESTART_APP: ("#B7791F", "#E0A84A"),
}
DIVISIONS: Final[Mapping[Division, str]] = {
    Division.NONE: N_("All together"),
    Division.MODEL: N_("By model"),
    Division.GROUP: N_("By group"),
    Division.VERSION: N_("By software version"),
}
SHOWN: Final = 12
"""Kinds of screens in a picture, those with most commands; the table has them all."""
_BAR_SECONDS: Final = 5
_FEW: Final = 5
"""Fewer commands than this make no kind of screens the slowest."""
_TABLE_ROWS: Final = 200
_ROW_HEIGHT: Final = 44
_FRAME_HEIGHT: Final = 110
_Kind = tuple[Action, str | None]
Found = Mapping[_Kind, Waits]
Ends = Mapping[_Kind, Success]


@dataclass(frozen=True)
class Shares:
    """Within how many seconds some shares of the commands were back."""

    count: int
    tenth: int
    quarter: int
    half: int
    three_quarters: int
    most: int
    """Of twenty commands nineteen."""


def shares_of(waits: Waits) -> Shares:
    """Return the figures that a distribution is told by."""
    return Shares(waits.total, *(waits.within(share) for share in (0.1, 0.25, 0.5, 0.75, 0.95)))


def waits_sentence(found: Found, ends: Ends, division: Division) -> str:
    """Return after how long half of the screens, and nearly all, were back, and how many never."""
    said = [_said(action, waits) for action, waits in _by_action(found).items()]
    if not said:
        said = [_("Of no restart in this span is it known how long it took.")]
    if never := sum(one.judged - one.done for (of, _value), one in ends.items() if of in COLORS):
        said.append(
            ngettext(
                "{n} that failed or was not back in time is not in it.",
                "{n} that failed or were not back in time are not in it.",
                never,
            )
        )
    slowest = _slowest(found) if division is not Division.NONE else None
    if slowest is not None:
        name, waits = slowest
        said.append(
            _(
                "The slowest to reboot: {name}, half of them within {half} s.",
                name=value_word(name, division),
                half=waits.within(0.5),
            )
        )
    return " ".join(said)


def waits_figure(found: Found, division: Division, *, is_dark: bool) -> Figure:
    """Return one distribution as bars, or of each kind of screens its quartiles as a box."""
    if division is Division.NONE:
        return _bars(found, is_dark=is_dark)
    return _boxes(found, division, is_dark=is_dark)


def waits_table(found: Found, ends: Ends, division: Division, sentence: str) -> str:
    """Return the figures of each kind of screens, those with most commands first."""
    heads = (
        _("Command"),
        *((_(_HEADS[division]),) if division is not Division.NONE else ()),
        _("Commands"),
        _("Succeeded (%)"),
        _("Half within (s)"),
        _("95 % within (s)"),
    )

    def cells(one: tuple[_Kind, Success, Waits | None]) -> tuple[str, ...]:
        (action, value), success, waits = one
        return (
            escape(action_word(action)),
            *((escape(value_word(value, division)),) if division is not Division.NONE else ()),
            number(success.judged),
            MISSING if success.percent is None else number(success.percent, digits=1),
            number(waits.within(0.5)) if waits else MISSING,
            number(waits.within(0.95)) if waits else MISSING,
        )

    ordered = most_first(found, ends)
    return table_of_first(heads, ordered, cells, most=_TABLE_ROWS, caption=sentence)


def most_first(found: Found, ends: Ends) -> list[tuple[_Kind, Success, Waits | None]]:
    """Return the kinds with most commands first; without times where no screen was back."""
    ordered = sorted(ends.items(), key=lambda one: (-one[1].judged, one[0][0], one[0][1] or ""))
    return [(kind, success, found.get(kind)) for kind, success in ordered if success.judged]


def how_to_read(division: Division) -> str:
    """Return what a box shows, and by what screens are told apart."""
    if division is Division.NONE:
        return ""
    return _(
        "A box goes from a quarter to three quarters of the screens, its line is the half, its "
        "ends are a tenth and 95 %. Screens count by the model, group and version of today."
    )


def value_word(value: str | None, division: Division) -> str:
    """Return the name of a kind of screens."""
    if value is None:
        return _("Unassigned") if division is Division.GROUP else _("Unknown")
    return value


_HEADS: Final[Mapping[Division, str]] = {
    Division.NONE: "",
    Division.MODEL: N_("Model"),
    Division.GROUP: N_("Group"),
    Division.VERSION: N_("Software version"),
}


def _by_action(found: Found) -> dict[Action, Waits]:
    sums = {
        action: together(waits for (of, _value), waits in found.items() if of is action)
        for action in COLORS
    }
    return {action: waits for action, waits in sums.items() if waits.total}


def _said(action: Action, waits: Waits) -> str:
    return ngettext(
        "{action}: half of the screens were back within {half} s, 95 % within {most} s "
        "({n} command).",
        "{action}: half of the screens were back within {half} s, 95 % within {most} s "
        "({n} commands).",
        waits.total,
        action=action_word(action),
        half=waits.within(0.5),
        most=waits.within(0.95),
    )


def _slowest(found: Found) -> tuple[str | None, Waits] | None:
    known = [
        (value, waits)
        for (action, value), waits in found.items()
        if action is Action.REBOOT_HOST and waits.total >= _FEW
    ]
    return max(known, key=lambda one: one[1].within(0.5), default=None) if len(known) > 1 else None


def _bars(found: Found, *, is_dark: bool) -> Figure:
    figure = new_figure(
        x_title=_("Until the screen is back (s)"),
        y_title=_("Commands per {n} s", n=_BAR_SECONDS),
        is_dark=is_dark,
    )
    for action, waits in _by_action(found).items():
        bars = waits.bars(_BAR_SECONDS)
        figure.add(
            "bar",
            x=list(bars),
            y=list(bars.values()),
            name=action_word(action),
            marker={"color": COLORS[action][is_dark], "line": {"width": 0}},
            width=_BAR_SECONDS * 0.92,
            offset=_BAR_SECONDS * 0.04,
            hovertemplate="%{y}",
        )
    figure.update_xaxes(rangemode="tozero", fixedrange=True, showgrid=False, ticksuffix=" s")
    set_counts_axis(figure)
    figure.update_layout(barmode="stack", height=260, showlegend=True)
    return figure


def _boxes(found: Found, division: Division, *, is_dark: bool) -> Figure:
    figure = new_figure(x_title=_("Until the screen is back (s)"), y_title="", is_dark=is_dark)
    shown = _shown(found)
    for action in _by_action(found):
        rows = [(value, shares_of(found[action, value])) for value in shown
                if (action, value) in found]  # fmt: skip
        figure.add(
            "box",
            y=[plain(value_word(value, division)) for value, _shares in rows],
            lowerfence=[shares.tenth for _value, shares in rows],
            q1=[shares.quarter for _value, shares in rows],
            median=[shares.half for _value, shares in rows],
            q3=[shares.three_quarters for _value, shares in rows],
            upperfence=[shares.most for _value, shares in rows],
            orientation="h",
            name=action_word(action),
            marker={"color": COLORS[action][is_dark]},
            hoverinfo="x",
        )
    words = [value_word(value, division) for value in shown]
    names = {plain(word): word for word in words}
    set_names_axis(figure, names, showgrid=False)
    figure.update_xaxes(rangemode="tozero", fixedrange=True)
    figure.update_layout(
        boxmode="group",
        hovermode="closest",
        showlegend=True,
        height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(names), 1),
    )
    return figure


def _shown(found: Found) -> list[str | None]:
    ordered = sorted(found.items(), key=lambda one: (-one[1].total, one[0][0], one[0][1] or ""))
    return list(dict.fromkeys(value for (_action, value), _waits in ordered))[:SHOWN]
