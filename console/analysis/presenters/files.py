"""The figures of the analysis as files: one line for each week and group, or for each outage."""

from console.analysis.presenters.figures import group_name
from console.analysis.snapshots import Analysis, Screens
from console.i18n import _
from console.words.status import reason_text
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
                "" if row.figures.percent is None else f"{row.figures.percent:.{_DIGITS}f}",
                round(row.figures.up.total_seconds()),
                round(row.figures.down.total_seconds()),
                round(row.figures.unknown.total_seconds()),
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
                round(one.outage.down.total_seconds()),
                reason_text(one.outage.reason),
            )
            for one in found.outages
        ),
    )
