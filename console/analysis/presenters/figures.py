"""Figures in words, and the names of groups and weeks, as all charts of the analysis have them."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from console.i18n import _, ngettext
from console.words.formatting import MISSING, day, duration, number
from infoscreen_core.domain.monitoring.availability import Figures

_ALMOST: Final = 99.995
"""What would be rounded to a hundred although something was down."""


def percent_text(figures: Figures) -> str:
    """Return `98,73 %`; never 100 while there was an outage."""
    value = figures.percent
    if value is None:
        return MISSING
    if figures.down and value >= _ALMOST:
        return "> " + number(99.99, "%", digits=2)
    return number(value, "%", digits=2)


def outages_text(figures: Figures) -> str:
    """Return `12 Ausfälle, zusammen 3 h 20 min`."""
    if not figures.outage_count:
        return _("no outage")
    return _(
        "{outages}, {length} altogether",
        outages=ngettext("{n} outage", "{n} outages", figures.outage_count),
        length=duration(figures.down),
    )


def group_name(group_id: int | None, names: Mapping[int, str]) -> str:
    """Return a group's name; None: of the screens that are in none."""
    return names.get(group_id, "") if group_id is not None else _("Unassigned")


def week_name(monday: date) -> str:
    """Return `KW 41`."""
    return _("week {number}", number=monday.isocalendar().week)


def week_days(monday: date) -> str:
    """Return a week's first day with its year, as the label of its column explains it."""
    return _("from {day}", day=day(monday, with_year=True))


def in_order(
    sums: Mapping[int | None, Figures], names: Mapping[int, str]
) -> dict[int | None, Figures]:
    """Return the figures of each group that is still there, in the saved order."""
    order: list[int | None] = [*names, None]
    return {group: sums[group] for group in order if group in sums}


def overall_sentence(
    sums: Mapping[int | None, Figures], before: Mapping[int | None, Figures]
) -> str:
    """Return how well all screens served, and whether that is better than before."""
    now, then = _total(sums), _total(before)
    if now.percent is None:
        return _("Nothing is known of these weeks yet.")
    text = _(
        "All screens together were available for {percent} of the time: {outages}.",
        percent=percent_text(now),
        outages=outages_text(now),
    )
    if then.percent is not None:
        text += " " + _("In as many weeks before: {percent}.", percent=percent_text(then))
    if now.unknown:
        text += " " + _(
            "For {length} the server itself could not see; that counts as neither.",
            length=duration(now.unknown),
        )
    return text


def left_out_sentence(sums: Mapping[int | None, Figures]) -> str:
    """Return how much time is left out because TVs were off on purpose."""
    left_out = _total(sums).left_out
    if not left_out:
        return _("There was no time in which TVs were off on purpose.")
    return _(
        "Without {length} altogether in which TVs were off on purpose.", length=duration(left_out)
    )


def _total(sums: Mapping[int | None, Figures]) -> Figures:
    return sum(sums.values(), Figures())
