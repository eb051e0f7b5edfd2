"""The figures of commands as files: ends by hour, errors, and times until back."""

from datetime import tzinfo

from console.commands.data import Figures
from console.commands.presenters.waits import most_first, shares_of, value_word
from console.i18n import _
from console.words.commands import action_word, error_word, state_word
from infoscreen_core.domain.commands.figures import Division
from infoscreen_core.formats.csv_writer import write_csv


def ends_csv(found: Figures, zone: tzinfo) -> str:
    """Return how many commands ended how, by the hour of their request."""
    heading = (_("Requested from"), _("Result"), _("Commands"))
    ordered = sorted(found.ends, key=lambda one: (one.hour, one.state))
    return write_csv(
        heading,
        (
            (
                one.hour.astimezone(zone).isoformat(timespec="minutes"),
                state_word(one.state),
                one.count,
            )
            for one in ordered
        ),
    )


def errors_csv(found: Figures) -> str:
    """Return how many commands ended with each error."""
    heading = (_("Error"), _("Code"), _("Result"), _("Commands"))
    return write_csv(
        heading,
        (
            (error_word(one.code), one.code or "", state_word(one.state), one.count)
            for one in found.errors
        ),
    )


def waits_csv(found: Figures, division: Division) -> str:
    """Return the distribution of each kind of screens: its shares in seconds."""
    heading = (
        _("Command"),
        _("Kind"),
        _("Commands"),
        _("10 % within (s)"),
        _("25 % within (s)"),
        _("Half within (s)"),
        _("75 % within (s)"),
        _("95 % within (s)"),
    )
    return write_csv(
        heading,
        (
            (
                action_word(action),
                "" if division is Division.NONE else value_word(value, division),
                shares.count,
                shares.tenth,
                shares.quarter,
                shares.half,
                shares.three_quarters,
                shares.most,
            )
            for (action, value), waits in most_first(found.waits)
            for shares in (shares_of(waits),)
        ),
    )
