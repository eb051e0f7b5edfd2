"""Plans of maintenance in words: what, when, what comes next, and what became of the last day."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.presenters.rollout_words import window_text
from console.i18n import N_, _, ngettext
from console.words.calendar import weekday_list
from console.words.commands import action_word, rollout_word
from console.words.formatting import day, near
from infoscreen_core.domain.commands.figures import FAILURES
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.maintenance import (
    ALL_WEEKDAYS,
    FiringStatus,
    SkipReason,
)
from infoscreen_core.domain.commands.rollout import MemberStatus
from infoscreen_core.services.commands.maintenance.views import FiringView, PlanView
from infoscreen_core.services.commands.views import RolloutView

_REASONS: Final[Mapping[SkipReason, str]] = {
    SkipReason.HOLIDAY: N_("{holiday} is a holiday"),
    SkipReason.NO_SUCH_TIME: N_("the clock went forward over the whole window"),
    SkipReason.SERVER_OFF: N_("the server did not run while the window was open"),
    SkipReason.BUSY: N_("all its screens were in another roll-out"),
    SkipReason.NO_SCREENS: N_("none of its screens could take part"),
    SkipReason.CHANGED: N_("the plan was changed or switched off within the window"),
}
_WAITS: Final[Mapping[SkipReason, str]] = {
    SkipReason.BUSY: N_(
        "Its window is open; it begins once another roll-out lets go of its screens."
    ),
    SkipReason.NO_SCREENS: N_(
        "Its window is open, but none of its screens can take part: approve screens, or choose "
        "other groups."
    ),
}


def when_text(plan: PlanView) -> str:
    """Return `täglich 02:00–05:00`, or the days; and the time zone if it is not the reader's."""
    window = window_text(plan.window)
    if plan.weekdays == ALL_WEEKDAYS:
        return _("daily {window}", window=window)
    return _("{days} {window}", days=weekday_list(plan.weekdays), window=window)


def target_words(plan: PlanView) -> str:
    """Return the groups that it is for."""
    if plan.is_for_all:
        return _("All screens")
    return ", ".join(plan.groups.values()) or _("no group any more: edit the plan")


def plan_line(plan: PlanView, zone: ZoneInfo) -> str:
    """Return `App-Neustart · Aula, Hof · täglich 02:00–05:00` and what it spares."""
    spares = [
        *([_("spares events")] if plan.skip_events else ()),
        *([_("rests on holidays")] if plan.skip_holidays else ()),
    ]
    when = when_text(plan)
    if plan.window.timezone != zone.key:
        when = f"{when} ({plan.window.timezone})"
    return " · ".join([action_word(plan.action), target_words(plan), when, *spares])


def next_text(plan: PlanView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return when it begins next, or why it does not."""
    if not plan.is_enabled:
        return _("It is switched off.")
    last = plan.last
    if last is not None and last.status is FiringStatus.WAITING and last.reason is not None:
        return _(_WAITS[last.reason])
    following = plan.next_opening
    if following is None:
        return _("It does not begin within a year; are all its days holidays?")
    if following.is_open(now):
        return _("Its window is open; it begins at once.")
    return _("Next: {time}", time=near(following.opens_at, zone, now=now))


def last_text(firing: FiringView) -> str:
    """Return what became of its newest day; a roll-out is named by its end and its numbers."""
    on = day(firing.day)
    if firing.status is FiringStatus.SKIPPED and firing.reason is not None:
        return _("{day} skipped: {reason}", day=on, reason=skip_text(firing))
    if firing.rollout is None:
        return on
    status = rollout_word(firing.rollout.status)
    return f"{on}: {status}, {counts_text(firing.rollout)}"


def skip_text(firing: FiringView) -> str:
    """Return why a day was skipped."""
    if firing.reason is None:
        return ""
    return _(_REASONS[firing.reason], holiday=firing.holiday or "")


def counts_text(view: RolloutView) -> str:
    """Return `46 fertig, 1 misslungen, 1 ausgelassen`."""
    counts = view.counts
    done, left_out = counts.get(State.COMPLETED, 0), counts.get(MemberStatus.LEFT_OUT, 0)
    failed = sum(counts.get(state, 0) for state in (*FAILURES, State.BLOCKED_SAFETY))
    to_go = view.total - done - failed - left_out - counts.get(State.CANCELED, 0)
    found = (
        (done, ngettext("{n} done", "{n} done", done)),
        (failed, ngettext("{n} went wrong", "{n} went wrong", failed)),
        (left_out, ngettext("{n} left out", "{n} left out", left_out)),
        (to_go, ngettext("{n} to go", "{n} to go", to_go)),
    )
    return ", ".join(text for count, text in found if count > 0) or found[0][1]


def saved_sentence(plan: PlanView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is said once a plan is saved."""
    if plan.next_opening is None:
        return _("The plan “{name}” is saved.", name=plan.name)
    return _(
        "The plan “{name}” is saved; it begins next: {time}.",
        name=plan.name,
        time=near(plan.next_opening.opens_at, zone, now=now),
    )
