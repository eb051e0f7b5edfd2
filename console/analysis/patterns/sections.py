"""The sections of patterns on the page: errors by family, reconnect storms, heat and crashes."""

from console.analysis.patterns.data import Patterns
from console.analysis.presenters import error_families as families
from console.analysis.presenters import heat, storms
from console.analysis.span import Asked
from console.i18n import _
from console.parts.section import Picture, Section, file_link
from console.runtime import now
from infoscreen_core.domain.monitoring.spans import Span


def pattern_sections(
    found: Patterns, asked: Asked, window: Span, *, is_dark: bool
) -> tuple[Section, ...]:
    """Return all three; `window` is the time of which something is known."""
    return (
        _families(found, asked, is_dark=is_dark),
        _storms(found, asked, window, is_dark=is_dark),
        _heat(found, asked, is_dark=is_dark),
    )


def _families(found: Patterns, asked: Asked, *, is_dark: bool) -> Section:
    shown, title, zone = found.families, _("Errors by family"), found.zone
    sentence = families.families_sentence(shown, zone, now=now())
    file = file_link("analysis/errors.csv", _("Errors (CSV)"), asked.query())
    if families.is_empty(shown):
        return Section(title, sentence, file)
    picture = Picture(
        "errors",
        families.families_figure(shown, zone, is_dark=is_dark),
        families.families_table(shown, zone, title),
        families.families_legend(shown, group=asked.group, is_dark=is_dark),
    )
    return Section(title, sentence, file, picture)


def _storms(found: Patterns, asked: Asked, window: Span, *, is_dark: bool) -> Section:
    names, zone, shown = found.groups, found.zone, storms.shown_storms(found.storms)
    sentence = storms.storms_sentence(found.storms, names, zone)
    sentence = f"{sentence} {storms.cut_sentence(found.storms, shown)}".strip()
    file = file_link("analysis/storms.csv", _("Storms (CSV)"), asked.query())
    if not shown:
        return Section(_("Reconnect storms"), sentence, file)
    figure = storms.storms_figure(shown, names, window, zone, is_dark=is_dark)
    picture = Picture("storms", figure, storms.storms_table(shown, names, zone, now=now()))
    return Section(_("Reconnect storms"), sentence, file, picture)


def _heat(found: Patterns, asked: Asked, *, is_dark: bool) -> Section:
    title, steps = _("Temperature and crashes"), found.heat
    file = file_link("analysis/heat.csv", _("Heat (CSV)"), asked.query())
    if not any(one.crashes for one in steps):
        return Section(title, heat.heat_sentence(steps), file)
    figure = heat.heat_figure(steps, is_dark=is_dark)
    picture = Picture("heat", figure, heat.heat_table(steps, title))
    return Section(title, heat.heat_sentence(steps), file, picture)
