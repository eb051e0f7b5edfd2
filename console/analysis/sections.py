"""The sections of the analysis, drawn once for all browsers that ask for the same."""

from typing import Final

from console.analysis.patterns.data import read_patterns
from console.analysis.patterns.sections import pattern_sections
from console.analysis.presenters import comparison, heat_map, outages, recovery
from console.analysis.presenters.figures import in_order, left_out_sentence, overall_sentence
from console.analysis.snapshots import (
    SHOWN_SCREENS,
    UNTIL_COUNTED,
    Analysis,
    Screens,
    read_analysis,
    read_screens,
)
from console.analysis.span import Asked
from console.i18n import _
from console.parts.section import Picture, Section, file_link
from console.runtime import now
from console.shared import shared

_SECONDS: Final = 60.0
"""The figures are counted every hour; the week that goes on may be a minute old."""


@shared(seconds=_SECONDS, entries=16, is_renewed=True)
def opening_sentences(weeks: int, _language: str, *, without_tv_off: bool) -> tuple[str, ...]:
    """Return what is said of all groups together, above the sections."""
    found = read_analysis(weeks, without_tv_off)
    overall = overall_sentence(found.sums, found.sums_before)
    return (overall, left_out_sentence(found.sums)) if without_tv_off else (overall,)


@shared(seconds=_SECONDS, entries=16, is_renewed=True)
def drawn_sections(asked: Asked, _language: str, *, is_dark: bool) -> tuple[Section, ...]:
    """Return what the page shows, top to bottom; to draw it takes a good part of a second."""
    found = read_analysis(asked.weeks, asked.without_tv_off)
    worst = read_screens(asked.weeks, asked.group, asked.without_tv_off)
    patterns = read_patterns(asked.weeks, asked.group)
    of_all = Asked(asked.weeks, None, asked.without_tv_off)
    groups, compared = _of_groups(of_all, found.edition, _language, is_dark=is_dark)
    return (
        groups,
        *_screens(found, worst, asked, is_dark=is_dark),
        *pattern_sections(patterns, asked, found.window, is_dark=is_dark),
        compared,
    )


@shared(seconds=UNTIL_COUNTED, entries=16)
def _of_groups(
    of_all: Asked, _edition: object, _language: str, *, is_dark: bool
) -> tuple[Section, Section]:
    """Return the sections that are the same until weeks are counted, or a group is renamed."""
    found = read_analysis(of_all.weeks, of_all.without_tv_off)
    return _groups(found, of_all, is_dark=is_dark), _comparison(found, of_all, is_dark=is_dark)


def _groups(found: Analysis, of_all: Asked, *, is_dark: bool) -> Section:
    title, names = _("Availability by group and week"), found.groups
    every = in_order(found.sums, names)
    shown = heat_map.shown_groups(every)
    figure = heat_map.heat_map(found.rows, names, found.weeks.mondays, shown, is_dark=is_dark)
    sentence = heat_map.heat_map_sentence(found.rows, names)
    return Section(
        title,
        f"{sentence} {heat_map.cut_sentence(len(shown), len(every))}".strip(),
        file_link("analysis/weeks.csv", _("Weeks (CSV)"), of_all.query()),
        Picture("heat-map", figure, heat_map.heat_map_table(found.rows, names, title)),
    )


def _screens(
    found: Analysis, worst: Screens, asked: Asked, *, is_dark: bool
) -> tuple[Section, ...]:
    title, file = _("Outages"), file_link("analysis/outages.csv", _("Outages (CSV)"), asked.query())
    sentence = outages.outages_sentence(worst.screens, worst.outages)
    cut = outages.cut_sentence(len(worst.outages), worst.outage_count)
    if not worst.screens:
        return (Section(title, sentence, file),)
    figure = outages.outage_timeline(
        worst.screens, worst.outages, found.window, found.zone, is_dark=is_dark
    )
    behind = outages.outage_table(
        worst.screens, worst.outages, worst.outage_count, found.zone, now=now()
    )
    return (
        Section(title, f"{sentence} {cut}".strip(), file, Picture("outages", figure, behind)),
        _recovery(found, worst, asked, is_dark=is_dark),
    )


def _recovery(found: Analysis, worst: Screens, asked: Asked, *, is_dark: bool) -> Section:
    slowest = recovery.slowest(worst.screens)
    figure = recovery.recovery_figure(slowest, is_dark=is_dark)
    table = outages.screens_table(worst.screens, found.groups)
    return Section(
        _("Slowest to recover"),
        recovery.recovery_sentence(slowest, among=len(worst.screens), most=SHOWN_SCREENS),
        file_link("analysis/screens.csv", _("Screens (CSV)"), asked.query()),
        Picture("recovery", figure, table),
    )


def _comparison(found: Analysis, of_all: Asked, *, is_dark: bool) -> Section:
    changes = comparison.changes_of(found.sums, found.sums_before, found.groups)
    title, sentence = (
        _("Compared with as many weeks before"),
        comparison.comparison_sentence(changes),
    )
    if not changes:
        return Section(title, sentence)
    shown = comparison.shown_changes(changes)
    sentence = f"{sentence} {comparison.cut_sentence(changes, shown)}".strip()
    figure = comparison.comparison_figure(shown, is_dark=is_dark)
    table = comparison.comparison_table(changes, title)
    file = file_link("analysis/comparison.csv", _("Comparison (CSV)"), of_all.query())
    return Section(title, sentence, file, Picture("comparison", figure, table))
