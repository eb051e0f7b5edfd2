"""The report's sections: each is a heading, its sentence, and a table."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from console.analysis.presenters.figures import percent_text
from console.analysis.report.bars import day_columns, down_bar, worst_day
from console.analysis.report.words import caveats, group_word
from console.i18n import _, ngettext
from console.words.commands import action_word, state_word
from console.words.errors import error_sentence
from console.words.formatting import MISSING, duration, instant, number
from console.words.html import table
from console.words.incidents import kind_word
from console.words.status import reason_text
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.incidents.words import incident_sentence
from infoscreen_core.services.monitoring.analysis import ScreenFigures
from infoscreen_core.services.monitoring.monthly.views import GroupFigures, MonthReport

MOST_SCREENS: Final = 300
"""Screens that are listed; of more of them those that were down longest."""
_MOST_BLIND: Final = 20
_LONGEST_SHAPE: Final = 160


def every_section(report: MonthReport) -> str:
    """Return all sections in their order; those about nothing say so in a sentence."""
    return "".join(
        (
            _section("days", _("Down by day"), _days(report)),
            _section("availability", _("Availability"), _availability(report)),
            _section("outages", _("Longest outages"), _outages(report)),
            _section("unseen", _("Time in which the server could not see"), _unseen(report)),
            _section("incidents", _("Incidents"), _incidents(report)),
            _section("errors", _("Most frequent errors"), _errors(report)),
            _section("commands", _("Remote commands"), _commands(report)),
            _section("caveats", _("How to read the figures"), _caveats(report)),
        )
    )


def _section(name: str, heading: str, body: str) -> str:
    return f'<section class="{name}"><h2>{escape(heading)}</h2>{body}</section>'


def _said(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _days(report: MonthReport) -> str:
    if not report.whole.down:
        return _said(worst_day(report.days))
    axis = _("Hours of all screens together, by day of the month")
    return (
        f"{_said(worst_day(report.days))}<figure>{day_columns(report.days)}"
        f"<figcaption>{escape(axis)}</figcaption></figure>"
    )


def _availability(report: MonthReport) -> str:
    if not report.groups:
        return _said(_("Nothing is on record."))
    listed = _listed(report.screens)
    figures: list[Figures] = [one.figures for one in report.groups]
    longest = max(map(_share, [*figures, *(one.figures for one in report.screens)]))
    bodies = "".join(_group(one, listed, longest) for one in report.groups)
    heads = (
        _("Group and screen"),
        _("Available"),
        _("Share of the time down"),
        _("Outages"),
        _("Down"),
        _("Back after, on average"),
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    caption = escape(_("Availability"))
    left_out = len(report.screens) - len(listed)
    return (
        f'<div class="is-table"><table><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"{bodies}</table></div>{_left_out(left_out)}"
    )


def _listed(screens: Sequence[ScreenFigures]) -> set[str]:
    worst = sorted(screens, key=lambda one: one.figures.down, reverse=True)
    return {one.uuid for one in worst[:MOST_SCREENS]}


def _left_out(count: int) -> str:
    if not count:
        return ""
    return _said(
        ngettext(
            "One screen that was down less is not listed.",
            "{n} screens that were down less are not listed.",
            count,
        )
    )


def _group(group: GroupFigures, listed: set[str], longest: float) -> str:
    lines = "".join(
        _line(f'<th scope="row">{escape(one.name)}</th>', one.figures, longest)
        for one in group.screens
        if one.uuid in listed
    )
    name = f'<th scope="rowgroup">{escape(group_word(group.name))}</th>'
    return f"<tbody>{_line(name, group.figures, longest)}{lines}</tbody>"


def _line(name: str, figures: Figures, longest: float) -> str:
    cells = (
        escape(percent_text(figures)),
        down_bar(_share(figures), longest),
        str(figures.outage_count),
        escape(duration(figures.down)),
        escape(_length(figures.mean_time_to_recovery)),
    )
    return f"<tr>{name}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _share(figures: Figures) -> float:
    known = figures.up + figures.down
    return figures.down / known if known else 0.0


def _outages(report: MonthReport) -> str:
    if not report.longest:
        return _said(_("No screen was down."))
    heads = (_("Screen"), _("Group"), _("Since"), _("Until"), _("Down"), _("Reason"))
    rows = (
        (
            one.screen.name,
            group_word(one.group_name),
            _instant(report, one.outage.start),
            _instant(report, one.outage.end) if one.outage.end else _end(report),
            duration(one.outage.down),
            reason_text(one.outage.reason),
        )
        for one in report.longest
    )
    more = report.whole.outage_count - len(report.longest)
    said = ngettext("One shorter outage.", "{n} shorter outages.", more) if more else ""
    return _table(heads, rows, _("Longest outages")) + (_said(said) if said else "")


def _end(report: MonthReport) -> str:
    """Return how an outage ended of which no end is in the month."""
    return _("goes on") if report.goes_on else _("beyond the month")


def _unseen(report: MonthReport) -> str:
    if not report.blind:
        if report.whole.percent is None:
            return _said(_("Nothing is on record."))
        return _said(_("The server itself saw its screens all the time."))
    longest = sorted(report.blind, key=lambda one: one.span.length, reverse=True)[:_MOST_BLIND]
    rows = (
        (
            _instant(report, one.span.start),
            _("goes on") if one.goes_on else _instant(report, one.span.end),
            duration(one.span.length),
            error_sentence(incident_sentence(IncidentKind.OUTAGE, {"cause": one.cause})),
        )
        for one in report.blind
        if one in longest
    )
    more = len(report.blind) - len(longest)
    said = ngettext("One shorter span.", "{n} shorter spans.", more) if more else ""
    heads = (_("Since"), _("Until"), _("Length"), _("Reason"))
    caption = _("Time in which the server could not see")
    return _table(heads, rows, caption) + (_said(said) if said else "")


def _incidents(report: MonthReport) -> str:
    if not report.incidents:
        return _said(_("There was no incident."))
    heads = (
        _("Kind"),
        _("Number"),
        _("Acknowledged"),
        _("Acknowledged after, on average"),
        _("Still open"),
        _("Over after, on average"),
    )
    rows = (
        (
            kind_word(one.kind),
            str(one.count),
            str(one.acknowledged),
            _length(one.until_acknowledged),
            str(one.count - one.closed),
            _length(one.until_closed),
        )
        for one in report.incidents
    )
    return _table(heads, rows, _("Incidents"))


def _errors(report: MonthReport) -> str:
    if not report.families:
        return _said(_("No screen logged an error."))
    heads = (_("Log message"), _("Lines"), _("Screens"), _("First seen"))
    rows = (
        (
            _shortened(one.shape),
            number(one.lines),
            number(one.clients),
            _instant(report, one.first_at),
        )
        for one in report.families
    )
    return _table(heads, rows, _("Most frequent errors"))


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_SHAPE else f"{text[:_LONGEST_SHAPE]}…"


def _commands(report: MonthReport) -> str:
    if not report.commands:
        return _said(_("Nobody asked for any."))
    heads = (_("Command"), _("Number"), _("How they ended"))
    rows = (
        (
            action_word(action),
            str(sum(report.commands[action].values())),
            ", ".join(
                f"{report.commands[action][state]} {state_word(state)}"
                for state in State
                if state in report.commands[action]
            ),
        )
        for action in Action
        if action in report.commands
    )
    return _table(heads, rows, _("Remote commands"))


def _caveats(report: MonthReport) -> str:
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in caveats(report))}</ul>"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]], caption: str) -> str:
    return table(heads, (map(escape, row) for row in rows), caption=caption)


def _instant(report: MonthReport, at: datetime) -> str:
    return instant(at, report.zone, now=report.window.start)


def _length(length: timedelta | None) -> str:
    return duration(length) if length else MISSING
