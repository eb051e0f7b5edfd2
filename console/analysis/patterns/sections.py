"""The charts of patterns on the page: errors by family, reconnect storms, heat and crashes."""

import streamlit as st

from console.analysis.patterns.data import Patterns
from console.analysis.presenters import error_families as families
from console.analysis.presenters import heat, storms
from console.analysis.section import file_link, head, picture
from console.analysis.span import Asked
from console.i18n import _
from console.parts.plot import is_dark
from console.runtime import now
from infoscreen_core.domain.monitoring.spans import Span


def draw_patterns(found: Patterns, asked: Asked, window: Span) -> None:
    """Draw all three; `window` is the time of which something is known."""
    _families(found, asked)
    _storms(found, asked, window)
    _heat(found, asked)


def _families(found: Patterns, asked: Asked) -> None:
    shown, title = found.families, _("Errors by family")
    head(
        title,
        families.families_sentence(shown, found.zone, now=now()),
        file_link("errors", _("Errors (CSV)"), asked),
    )
    if families.is_empty(shown):
        return
    figure = families.families_figure(shown, found.zone, is_dark=is_dark())
    st.html(families.families_legend(shown, group=asked.group, is_dark=is_dark()))
    picture("errors", figure, families.families_table(shown, found.zone, title))


def _storms(found: Patterns, asked: Asked, window: Span) -> None:
    names, zone = found.groups, found.zone
    shown = storms.shown_storms(found.storms)
    sentence = storms.storms_sentence(found.storms, names, zone)
    cut = storms.cut_sentence(found.storms, shown)
    file = file_link("storms", _("Storms (CSV)"), asked)
    head(_("Reconnect storms"), f"{sentence} {cut}".strip(), file)
    if shown:
        figure = storms.storms_figure(shown, names, window, zone, is_dark=is_dark())
        picture("storms", figure, storms.storms_table(shown, names, zone, now=now()))


def _heat(found: Patterns, asked: Asked) -> None:
    title = _("Temperature and crashes")
    head(title, heat.heat_sentence(found.heat), file_link("heat", _("Heat (CSV)"), asked))
    if any(one.crashes for one in found.heat):
        figure = heat.heat_figure(found.heat, is_dark=is_dark())
        picture("heat", figure, heat.heat_table(found.heat, title))
