"""Figures of commands and lists as files: ends by hour, errors, times until back; lists."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from console.commands.data import Figures
from console.commands.presenters.rollout_words import left_out_word, member_word
from console.commands.presenters.waits import most_first, shares_of, value_word
from console.i18n import _
from console.words.commands import action_word, error_word, state_word
from console.words.errors import error_sentence
from console.words.plugs import cycle_word
from infoscreen_core.domain.commands.figures import Division, Waits
from infoscreen_core.formats.csv_writer import write_csv
from infoscreen_core.services.commands.history import FoundCycle
from infoscreen_core.services.commands.views import MemberView


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
        _("Succeeded (%)"),
        _("Back"),
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
                success.judged,
                "" if success.percent is None else round(success.percent, 1),
                *_shares(waits),
            )
            for (action, value), success, waits in most_first(found.waits, found.successes)
        ),
    )


def _shares(waits: Waits | None) -> tuple[str | int, ...]:
    if waits is None:
        return (0, "", "", "", "", "")
    shares = shares_of(waits)
    return (
        shares.count,
        shares.tenth,
        shares.quarter,
        shares.half,
        shares.three_quarters,
        shares.most,
    )


def cycles_csv(found: Iterable[FoundCycle], zone: ZoneInfo) -> str:
    """Return power cycles with the instants of their steps."""
    heading = (
        _("Requested"),
        _("Screen"),
        _("Group"),
        _("Result"),
        _("Code"),
        _("Error"),
        _("Off"),
        _("On again"),
        _("Requested by"),
        _("Reason"),
        "UUID",
    )
    return write_csv(heading, (_cycle(one, zone) for one in found))


def members_csv(members: Iterable[MemberView], zone: ZoneInfo) -> str:
    """Return the screens of a roll-out, each with what became of it and why."""
    heading = (
        _("Screen"),
        _("Group"),
        _("Wave"),
        _("Result"),
        _("Code"),
        _("Why"),
        _("Requested"),
        _("Ended"),
        "UUID",
    )
    return write_csv(heading, (_member(one, zone) for one in members))


def _member(one: MemberView, zone: ZoneInfo) -> tuple[str | int, ...]:
    why = error_word(one.error_code) if one.error_code else ""
    return (
        one.name,
        one.group_name or "",
        one.wave or "",
        member_word(one),
        one.error_code or "",
        left_out_word(one.left_out_reason) if one.left_out_reason else why,
        _instant(one.issued_at, zone),
        _instant(one.ended_at, zone),
        one.client_uuid,
    )


def _cycle(one: FoundCycle, zone: ZoneInfo) -> tuple[str, ...]:
    cycle = one.cycle
    return (
        _instant(cycle.requested_at, zone),
        one.client_name,
        one.group_name or "",
        cycle_word(cycle.status),
        cycle.error_code or "",
        error_sentence(cycle.error, zone) if cycle.error else "",
        _instant(cycle.off_at, zone),
        _instant(cycle.completed_at, zone),
        cycle.requested_by or "",
        cycle.reason or "",
        cycle.client_uuid,
    )


def _instant(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""
