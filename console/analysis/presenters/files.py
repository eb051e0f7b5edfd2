"""The figures of the analysis as files: a line for each week and group, outage, screen or group."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from console.analysis.presenters.comparison import Change
from console.analysis.presenters.figures import group_name
from console.analysis.snapshots import Analysis, Screens
from console.i18n import _
from console.words.status import reason_text
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.formats.csv_writer import write_csv

_DIGITS = 4


def weeks_csv(found: Analysis) -> str:
    """Return the figures of each week and group; times in seconds."""
    heading = (
        _("Week"),
        _("Monday"),
        _("Group"),
        _("Available (%)"),
        _("Up (s)"),
        _("Down (s)"),
        _("Unknown (s)"),
        _("Outages"),
    )
    return write_csv(
        heading,
        (
            (
                f"{row.monday:%G-W%V}",
                row.monday.isoformat(),
                group_name(row.group_id, found.groups),
                _percent(row.figures),
                _seconds(row.figures.up),
                _seconds(row.figures.down),
                _seconds(row.figures.unknown),
                row.figures.outage_count,
            )
            for row in found.rows
        ),
    )


def outages_csv(found: Screens) -> str:
    """Return each outage of the screens that were down longest; times with their UTC offset."""
    names = {screen.uuid: screen.name for screen in found.screens}
    heading = (_("Screen"), "UUID", _("Since"), _("Until"), _("Down (s)"), _("Reason"))
    return write_csv(
        heading,
        (
            (
                names.get(one.uuid, ""),
                one.uuid,
                one.outage.start.astimezone(found.zone).isoformat(timespec="seconds"),
                one.outage.end.astimezone(found.zone).isoformat(timespec="seconds")
                if one.outage.end
                else "",
                _seconds(one.outage.down),
                reason_text(one.outage.reason),
            )
            for one in found.outages
        ),
    )


def screens_csv(found: Screens, names: Mapping[int, str]) -> str:
    """Return the screens that were down longest with their figures, those slow to recover first."""
    heading = (
        _("Screen"),
        "UUID",
        _("Group"),
        _("Available (%)"),
        _("Outages"),
        _("Down (s)"),
        _("Back after, on average (s)"),
        _("Runs between outages (s)"),
    )
    slowest = sorted(found.screens, key=lambda one: -_seconds(one.figures.mean_time_to_recovery))
    return write_csv(
        heading,
        (
            (
                one.name,
                one.uuid,
                group_name(one.group_id, names),
                _percent(one.figures),
                one.figures.outage_count,
                _seconds(one.figures.down),
                _seconds(one.figures.mean_time_to_recovery) or "",
                _seconds(one.figures.mean_time_between_failures) or "",
            )
            for one in slowest
        ),
    )


def comparison_csv(changes: Sequence[Change]) -> str:
    """Return both spans of each group."""
    heading = (
        _("Group"),
        _("Available now (%)"),
        _("Available before (%)"),
        _("Down now (s)"),
        _("Down before (s)"),
    )
    return write_csv(
        heading,
        (
            (
                one.name,
                _percent(one.now),
                _percent(one.before),
                _seconds(one.now.down),
                _seconds(one.before.down),
            )
            for one in changes
        ),
    )


def _percent(figures: Figures) -> str:
    return "" if figures.percent is None else f"{figures.percent:.{_DIGITS}f}"


def _seconds(length: timedelta | None) -> int:
    return round(length.total_seconds()) if length else 0
