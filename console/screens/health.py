"""A screen's health over time: a sentence, curves, a table, and a CSV file."""

from html import escape
from typing import Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from console.i18n import _, current_language
from console.parts.address import choose_one
from console.parts.guard import live
from console.parts.plot import draw_plot, is_dark
from console.runtime import now, user_timezone
from console.screens import snapshots
from console.screens.presenters.health import (
    USUAL_VIEW,
    VIEWS,
    curves_figure,
    curves_table,
    health_sentence,
    view_label,
)
from console.shared import shared
from console.words.plots import Figure

_REFRESH_SECONDS: Final = 60


@live(_REFRESH_SECONDS)
def health_curves(uuid: str) -> None:
    """Draw the curves of the window that the address asks for (`?health=`)."""
    if snapshots.client(uuid) is None:
        return
    st.header(_("Health over time"), anchor=False)
    options = {key: view_label(key) for key in VIEWS}
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        view = choose_one(_("Window"), options, key="health", default=USUAL_VIEW)
        st.html(_download(uuid, view), width="content")
    curve, zone = snapshots.health(uuid, view), user_timezone()
    st.html(f"<p>{escape(health_sentence(curve, zone, now=now()))}</p>")
    if curve.stretches:
        figure, behind = _drawn(uuid, view, zone, current_language(), is_dark=is_dark())
        draw_plot(figure, behind, key="health-curves")


@shared(seconds=snapshots.CURVE_SECONDS, entries=32)
def _drawn(
    uuid: str, view: str, zone: ZoneInfo, _language: str, *, is_dark: bool
) -> tuple[Figure, str]:
    """Return the picture and its table as all browsers show them: to draw it takes long."""
    curve = snapshots.health(uuid, view)
    return curves_figure(curve, zone, is_dark=is_dark), curves_table(curve, zone)


def _download(uuid: str, view: str) -> str:
    query = urlencode({"health": view, "zone": user_timezone().key})
    address = escape(f"/curves/{quote(uuid, safe='')}.csv?{query}")
    return f'<a href="{address}" download>{escape(_("Download figures (CSV)"))}</a>'
