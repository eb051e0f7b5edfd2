"""Figures as Plotly itself sees them: it says which of their words it does not know."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import plotly.graph_objects as go

from console.parts.drawn import Drawn
from console.words.plots import Figure


def checked(figure: Figure) -> go.Figure:
    """Return the figure as Plotly's own; raise `ValueError` if it has what Plotly has not."""
    return go.Figure({"data": figure.data, "layout": figure.layout})


@contextmanager
def all_checked() -> Iterator[None]:
    """Have Plotly check every figure that a page draws meanwhile."""
    made = Drawn.__init__

    def check(self: Drawn, figure: Figure) -> None:
        checked(figure)
        made(self, figure)

    with patch.object(Drawn, "__init__", check):
        yield
