"""The charts of patterns as files: the same numbers, times with their UTC offset."""

from console.analysis.patterns.data import Patterns
from console.analysis.presenters.storms import cause, where
from console.i18n import _
from infoscreen_core.domain.monitoring.patterns.heat import STEP
from infoscreen_core.formats.csv_writer import write_csv


def families_csv(found: Patterns) -> str:
    """Return the errors of each family in each hour that had any."""
    heading = (_("Hour"), _("Family"), _("Log message"), _("Errors"))
    rows = [
        (at.astimezone(found.zone).isoformat(timespec="minutes"), one.id, one.shape, count)
        for one in found.families.families
        for at, count in one.counts
    ]
    rest = [
        (at.astimezone(found.zone).isoformat(timespec="minutes"), "", _("Other errors"), count)
        for at, count in found.families.other
    ]
    return write_csv(heading, [*rows, *rest])


def storms_csv(found: Patterns) -> str:
    """Return each reconnect storm."""
    heading = (
        _("Since"),
        _("Until"),
        _("Group"),
        _("Screens"),
        _("Of so many"),
        _("Reconnects"),
        _("Outage of ours before"),
    )
    return write_csv(
        heading,
        (
            (
                one.span.start.astimezone(found.zone).isoformat(timespec="minutes"),
                one.span.end.astimezone(found.zone).isoformat(timespec="minutes"),
                where(one, found.groups),
                one.screens,
                one.members,
                one.reconnects,
                cause(one),
            )
            for one in found.storms
        ),
    )


def heat_csv(found: Patterns) -> str:
    """Return hours and crashes of each temperature."""
    heading = (_("From (°C)"), _("Below (°C)"), _("Hours"), _("Crashes"))
    return write_csv(
        heading, ((one.degrees, one.degrees + STEP, one.hours, one.crashes) for one in found.heat)
    )
