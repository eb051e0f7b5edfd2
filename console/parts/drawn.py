"""How Streamlit is given a figure of ours: as one of Plotly's that is known to be right."""

from typing import Any

from plotly.basedatatypes import BaseFigure

from console.words.plots import Figure


class Drawn(BaseFigure):  # type: ignore[misc]  # Plotly has no types
    """A figure of which Streamlit asks one thing, what is to be drawn, and believes it.

    A dictionary would have Plotly make a figure of its own, value by value, at each rerun.
    """

    def __init__(self, figure: Figure) -> None:  # what the base would set up is not asked for
        self.__dict__["_ours"] = figure

    def to_dict(self) -> dict[str, Any]:
        """Return what is to be drawn; Streamlit may change the dictionaries."""
        spec = self.__dict__["_ours"].spec
        return {"data": [dict(trace) for trace in spec["data"]], "layout": dict(spec["layout"])}
