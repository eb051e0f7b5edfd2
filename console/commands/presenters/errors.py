"""Why commands were not carried out: bars of their error codes."""

from collections.abc import Sequence
from html import escape
from typing import Final

from console.i18n import _, ngettext
from console.words.commands import error_word, state_word
from console.words.formatting import number
from console.words.html import table_of_first
from console.words.plots import Figure, label, new_figure, set_counts_axis
from infoscreen_core.services.commands.figures import ErrorCount

SHOWN: Final = 12
_TABLE_ROWS: Final = 200
_ROW_HEIGHT: Final = 32
_FRAME_HEIGHT: Final = 80


def errors_sentence(found: Sequence[ErrorCount]) -> str:
    """Return how many commands were not carried out, and why most of them."""
    total = sum(one.count for one in found)
    if not total:
        return _("No command went wrong.")
    return ngettext(
        "{count} command was not carried out; most often: {error} ({most}).",
        "{count} commands were not carried out; most often: {error} ({most}).",
        total,
        count=number(total),
        error=error_word(found[0].code),
        most=number(found[0].count),
    )


def errors_figure(found: Sequence[ErrorCount], *, is_dark: bool) -> Figure:
    """Return a bar for each of the most frequent errors, with its number."""
    figure = new_figure(x_title=_("Commands"), y_title="", is_dark=is_dark)
    shown = found[:SHOWN]
    places = list(range(len(shown)))
    figure.add(
        "bar",
        x=[one.count for one in shown],
        y=places,
        orientation="h",
        text=[number(one.count) for one in shown],
        textposition="auto",
        hoverinfo="skip",
        width=0.62,
        marker={"color": "#F0764A" if is_dark else "#C2410C"},
    )
    figure.update_yaxes(
        autorange="reversed",
        tickmode="array",
        tickvals=places,
        ticktext=[label(error_word(one.code)) for one in shown],
        fixedrange=True,
        showgrid=False,
    )
    set_counts_axis(figure, "x")
    figure.update_layout(height=_FRAME_HEIGHT + _ROW_HEIGHT * max(len(shown), 1))
    return figure


def errors_table(found: Sequence[ErrorCount], sentence: str) -> str:
    """Return every error with its code, the most frequent first."""
    heads = (_("Error"), _("Code"), _("Result"), _("Commands"))
    return table_of_first(heads, found, _cells, most=_TABLE_ROWS, caption=sentence)


def _cells(one: ErrorCount) -> tuple[str, ...]:
    return (
        escape(error_word(one.code)),
        f'<code class="is-mono">{escape(one.code or "–")}</code>',
        escape(state_word(one.state)),
        number(one.count),
    )
