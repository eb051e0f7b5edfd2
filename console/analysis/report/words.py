"""The report of a month in sentences: what a head of school reads if nothing else."""

from collections.abc import Sequence

from console.analysis.presenters.figures import outages_text, percent_text
from console.i18n import _, ngettext
from console.words.calendar import long_date, month_name
from console.words.formatting import clock, duration
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.past.months import Month
from infoscreen_core.services.monitoring.analysis import ScreenFigures
from infoscreen_core.services.monitoring.monthly.views import GroupFigures, MonthReport


def month_words(month: Month) -> str:
    """Return `Oktober 2026`."""
    return f"{month_name(month.number)} {month.year}"


def title(report: MonthReport) -> str:
    """Return what the document is called: `Monatsbericht Oktober 2026`."""
    return _("Monthly report {month}", month=month_words(report.month))


def scope(report: MonthReport) -> str:
    """Return which screens it is about, and up to when."""
    about = _("All screens") if report.group_id is None else _("Group")
    about = about if report.group_id is None else f"{about} {report.group_name}"
    return f"{about} · {_('until today')}" if report.goes_on else about


def made(report: MonthReport) -> str:
    """Return when the report was made; times in it are those of its zone."""
    at = report.made_at.astimezone(report.zone)
    return _(
        "Made on {day} at {time}; times are those of {zone}.",
        day=long_date(at.date()),
        time=clock(report.made_at, report.zone),
        zone=report.zone.key,
    )


def summary(report: MonthReport) -> str:
    """Return the month in one paragraph."""
    if report.whole.percent is None:
        return _("Nothing is on record of {month}.", month=month_words(report.month))
    parts = [
        _availability(report),
        _outages(report.whole),
        _best_and_worst(_known(report.groups)),
        _worst_screen(report.screens),
        _our_outages(report),
    ]
    return " ".join(part for part in parts if part)


def group_word(name: str) -> str:
    """Return a group's name; empty: of the screens that are in none."""
    return name or _("Unassigned")


def caveats(report: MonthReport) -> list[str]:
    """Return what must be known to read the figures rightly."""
    found = [
        _("A screen counts as down while it is offline or critical, around the clock."),
        _("Screens count for the group that they are in today; removed ones are left out."),
    ]
    if report.goes_on:
        found.append(_("The month is not over: the figures reach until the report was made."))
    if report.known_since is not None and report.known_since > report.window.start:
        began = long_date(report.known_since.astimezone(report.zone).date())
        found.append(_("The record of statuses begins on {day}.", day=began))
    if report.logs_kept_since > report.window.start:
        since = long_date(report.logs_kept_since.astimezone(report.zone).date())
        found.append(_("Log lines from before {day} are deleted, and their errors.", day=since))
    return found


def _availability(report: MonthReport) -> str:
    screens = ngettext("one screen was", "{n} screens were", len(report.screens))
    month = month_words(report.month)
    when = (
        _("In {month} until today", month=month) if report.goes_on else _("In {month}", month=month)
    )
    text = _(
        "{when}, {screens} available for {percent} of the time",
        when=when,
        screens=screens,
        percent=percent_text(report.whole),
    )
    if report.before.percent is None:
        return f"{text}."
    before = _(
        "{percent} in {month}",
        percent=percent_text(report.before),
        month=month_words(report.month.before),
    )
    return _("{text}, after {before}.", text=text, before=before)


def _outages(figures: Figures) -> str:
    if not figures.outage_count:
        return _("There was no outage.")
    return ngettext(
        "There was {n} outage of {length}.",
        "There were {n} outages, {length} altogether.",
        figures.outage_count,
        length=duration(figures.down, is_dative=figures.outage_count == 1),
    )


def _known(groups: Sequence[GroupFigures]) -> list[GroupFigures]:
    return [one for one in groups if one.figures.percent is not None]


def _best_and_worst(groups: Sequence[GroupFigures]) -> str:
    worst = min(groups, key=_percent, default=None)
    best = max(groups, key=_percent, default=None)
    if worst is None or best is None or _percent(worst) == _percent(best):
        return ""
    return _(
        "Best was {best} with {best_percent}, worst {worst} with {worst_percent}.",
        best=group_word(best.name),
        best_percent=percent_text(best.figures),
        worst=group_word(worst.name),
        worst_percent=percent_text(worst.figures),
    )


def _percent(group: GroupFigures) -> float:
    return group.figures.percent or 0.0


def _worst_screen(screens: Sequence[ScreenFigures]) -> str:
    worst = max(screens, key=lambda one: one.figures.down, default=None)
    if worst is None or not worst.figures.down:
        return ""
    return _(
        "{name} was down longest: {outages}.", name=worst.name, outages=outages_text(worst.figures)
    )


def _our_outages(report: MonthReport) -> str:
    if not report.blind:
        return _("The server itself saw its screens all the time.")
    times = ngettext("Once", "{n} times", report.our_outages)
    return _(
        "{times} the server itself could not see its screens, for {length} altogether; that counts "
        "as neither.",
        times=times,
        length=duration(report.unseen),
    )
