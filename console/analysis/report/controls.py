"""Above the report, on the screen only: other months and groups, and the way back."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

import streamlit as st

from console.analysis.report.asked import ADDRESS, Choices
from console.analysis.report.words import month_words
from console.i18n import _
from infoscreen_core.domain.monitoring.past.months import Month
from infoscreen_core.services.monitoring.monthly.views import MonthReport


def link_to_report(group: int | None) -> None:
    """Draw the analysis page's link to the report of the last whole month."""
    st.link_button(
        _("Report of a month, to print"),
        address(None, group),
        icon=":material/print:",
        type="tertiary",
    )


def address(month: Month | None, group: int | None) -> str:
    """Return where the report of a month is; None: of the last whole one, of all groups."""
    asked = {"month": month and str(month), "group": group}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return f"{ADDRESS}?{query}" if query else ADDRESS


def controls(report: MonthReport, choices: Choices) -> str:
    """Return the controls as HTML: a form that asks for another report, and links."""
    months = {str(month): month_words(month) for month in choices.months}
    groups = {"": _("All groups"), **{str(key): name for key, name in choices.groups.items()}}
    group = "" if report.group_id is None else str(report.group_id)
    return (
        f'<nav class="controls" aria-label="{escape(_("Monthly reports"))}">'
        f'<form method="get" action="{ADDRESS}">'
        f"{_list(_('Month'), 'month', months, str(report.month))}"
        f"{_list(_('Group'), 'group', groups, group)}"
        f'<button type="submit">{escape(_("Show report"))}</button></form>'
        f'<a href="/analysis">{escape(_("Back to the analysis"))}</a>'
        f"<p>{escape(_('To print it, or to save it as PDF: Ctrl+P.'))}</p></nav>"
    )


def _list(label: str, name: str, options: Mapping[str, str], chosen: str) -> str:
    lines = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(word)}</option>"
        for value, word in options.items()
    )
    return f'<label>{escape(label)}<select name="{name}">{lines}</select></label>'
