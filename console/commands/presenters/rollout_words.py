"""Roll-outs in words: what they are, how far, what comes next, why one stopped and what to do."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _, ngettext
from console.words.commands import action_word, state_word
from console.words.formatting import MISSING, near, number
from infoscreen_core.domain.commands.figures import FAILURES
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.rollout import (
    HoldReason,
    LeftOut,
    MemberStatus,
    RolloutStatus,
    StopReason,
)
from infoscreen_core.domain.commands.windows import LocalWindow, minute_text
from infoscreen_core.services.commands.views import MemberView, RolloutView

_LEFT_OUT: Final[Mapping[LeftOut, str]] = {
    LeftOut.PENDING: N_("not approved"),
    LeftOut.OUT_OF_SERVICE: N_("out of service"),
    LeftOut.OFFLINE: N_("not reachable"),
    LeftOut.LOCKED_OUT: N_("restarted too often lately"),
    LeftOut.IN_OTHER_ROLLOUT: N_("in another roll-out"),
    LeftOut.PRIORITY: N_("showed something of priority for too long"),
    LeftOut.EVENT: N_("showed an event until the window ended"),
    LeftOut.MAINTAINED: N_("had this command today by another plan"),
    LeftOut.REMOVED: N_("removed"),
    LeftOut.WINDOW_OVER: N_("the window was over"),
    LeftOut.STOPPED: N_("stopped before its turn"),
    LeftOut.CANCELED: N_("cancelled before its turn"),
}
WENT_WRONG: Final = (*sorted(FAILURES), State.BLOCKED_SAFETY)
_MEMBERS: Final[Mapping[MemberStatus, str]] = {
    MemberStatus.WAITING: N_("Waiting"),
    MemberStatus.ISSUED: N_("Under way"),
    MemberStatus.ENDED: N_("Ended"),
    MemberStatus.LEFT_OUT: N_("Left out"),
}
_NAMES: Final[Mapping[str, str]] = {
    "cli": N_("Command line"),
    "system": N_("The system"),
}
_HELD: Final[Mapping[HoldReason, str]] = {
    HoldReason.BLIND: N_(
        "The server cannot see its screens at the moment, so nothing is sent until it can again."
    ),
    HoldReason.PRIORITY: N_(
        "What remains shows something of priority, or has another command under way; it goes on "
        "by itself."
    ),
}
_HELD_BY_EVENTS: Final = N_(
    "What remains shows an event, or has another command under way; it goes on by itself, until "
    "its window ends."
)
_STOPPED: Final[Mapping[StopReason, str]] = {
    StopReason.TOO_MANY_FAILURES: N_(
        "It stopped by itself: {failed} of {ended} commands failed or timed out, more than "
        "{percent} %. Nothing more is sent. Look at the failed screens below, mend the cause, then "
        "start a new roll-out for those that are left."
    ),
    StopReason.TOO_MANY_MANUAL: N_(
        "It stopped by itself: {manual} screens did not come back, more than {most}. Nothing more "
        "is sent. Somebody has to switch them off and on on site; start a new roll-out for those "
        "that are left only once it is clear why."
    ),
}
_FAILED: Final = (State.FAILED, State.TIMED_OUT)
_ON_SITE: Final = State.MANUAL_INTERVENTION_REQUIRED


def left_out_word(reason: LeftOut) -> str:
    """Return why a screen gets no command, in a few words."""
    return _(_LEFT_OUT[reason])


def member_word(one: MemberView) -> str:
    """Return what became of a screen of a roll-out, in a word or two."""
    if one.command_status is not None:
        return state_word(one.command_status)
    if one.put_off_at and one.status is MemberStatus.WAITING:
        return _("Left for later")
    return _(_MEMBERS[one.status])


def rollout_title(view: RolloutView) -> str:
    """Return `Neustart: 48 Bildschirme`."""
    screens = ngettext("{n} screen", "{n} screens", view.total)
    return _("{action}: {screens}", action=action_word(view.action), screens=screens)


def origin_line(view: RolloutView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return why it was started, by whom and when."""
    name = view.requested_by
    return _(
        "“{reason}” · {name} · {time}",
        reason=view.reason,
        name=_(_NAMES[name]) if name in _NAMES else name,
        time=near(view.created_at, zone, now=now),
    )


def progress_line(view: RolloutView) -> str:
    """Return how far it is."""
    settled = _("{n} of {all} settled", n=number(view.settled), all=number(view.total))
    if failed := sum(view.counts.get(state, 0) for state in WENT_WRONG):
        went_wrong = ngettext("{n} went wrong", "{n} went wrong", failed)
        settled = f"{settled}, {went_wrong}"
    if view.wave is None or view.status not in {RolloutStatus.RUNNING, RolloutStatus.PAUSED}:
        return settled
    return _("wave {n} of {all}, {settled}", n=view.wave, all=len(view.waves), settled=settled)


def next_line(view: RolloutView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what happens next; empty for a roll-out that has ended."""
    if view.status is RolloutStatus.PAUSED:
        return _("Nothing more is sent until it is resumed; what was sent runs to its end.")
    if view.status is not RolloutStatus.RUNNING:
        return ""
    if view.held_by is HoldReason.WINDOW and view.window is not None:
        opens = near(view.window.next_opening(now), zone, now=now)
        return _("It waits for its window ({window}), from {time} on.",
                 window=window_text(view.window), time=opens)  # fmt: skip
    if view.held_by is HoldReason.PRIORITY and view.skip_events:
        return _(_HELD_BY_EVENTS)
    held = _HELD.get(view.held_by) if view.held_by else None
    return _(held) if held else _next_wave(view)


def stopped_sentence(view: RolloutView) -> str:
    """Return why it stopped by itself, and what to do; empty when it did not."""
    if view.stopped_reason is None:
        return ""
    judged = (*_FAILED, _ON_SITE, State.COMPLETED)
    return _(
        _STOPPED[view.stopped_reason],
        failed=sum(view.counts.get(state, 0) for state in _FAILED),
        ended=sum(view.counts.get(state, 0) for state in judged),
        percent=view.limits.failed_percent,
        manual=view.counts.get(_ON_SITE, 0),
        most=view.limits.manual_at_most,
    )


def left_out_sentence(reasons: Iterable[LeftOut]) -> str:
    """Return how many screens get no command, and why; empty when all do."""
    counts = Counter(reasons)
    if not counts:
        return ""
    return ngettext(
        "{n} screen is left out: {reasons}.",
        "{n} screens are left out: {reasons}.",
        counts.total(),
        reasons=counted_reasons(counts),
    )


def counted_reasons(counts: Counter[LeftOut]) -> str:
    """Return `4 nicht erreichbar, 2 nicht freigegeben`."""
    return ", ".join(f"{count} {left_out_word(reason)}" for reason, count in counts.most_common())


def settings_facts(view: RolloutView) -> list[tuple[str, str]]:
    """Return how carefully it goes, as names and values."""
    window = window_text(view.window) if view.window else _("at any time")
    canary = view.target.get("canary")
    return [
        (_("Chosen"), target_text(view.target)),
        *([(_("First"), target_text(canary))] if isinstance(canary, Mapping) else ()),
        (_("Waves"), ", ".join(str(wave.total) for wave in view.waves)),
        (_("At once"), _("at most {n}", n=view.limits.at_once)),
        (_("Time window"), window),
        (
            _("Screens that show an event")
            if view.skip_events
            else _("Screens with something of priority"),
            _("left for later") if view.skip_priority or view.skip_events else _("as all others"),
        ),
        (
            _("Stops by itself"),
            _(
                "over {percent} % failed (at least {least}), or more than {most} that need hands "
                "on site",
                percent=view.limits.failed_percent,
                least=view.limits.failed_at_least,
                most=view.limits.manual_at_most,
            ),
        ),
    ]


def target_text(target: Mapping[str, Any]) -> str:
    """Return how screens were chosen: by ticks, groups, a filter or an incident."""
    found = [_("All screens")] if target.get("everything") else []
    if groups := target.get("groups"):
        found.append(", ".join(name or _("Unassigned") for name in groups))
    if screens := target.get("screens"):
        found.append(ngettext("{n} ticked screen", "{n} ticked screens", int(screens)))
    if wish := target.get("filter"):
        search = wish.get("search")
        found.append(_("a filter: “{search}”", search=search) if search else _("a filter"))
    if target.get("incident_id"):
        found.append(_("the screens of an incident"))
    return ", ".join(found) or MISSING


def window_text(window: LocalWindow) -> str:
    """Return `02:00–05:00`."""
    return f"{minute_text(window.from_minute)}–{minute_text(window.to_minute)}"


def cancel_sentence(view: RolloutView) -> str:
    """Return what cancelling does."""
    waiting = view.counts.get("waiting", 0)
    return ngettext(
        "{n} screen that still waits gets no command. What was sent already runs to its end. A "
        "cancelled roll-out cannot be resumed.",
        "{n} screens that still wait get no command. What was sent already runs to its end. A "
        "cancelled roll-out cannot be resumed.",
        waiting,
    )


def start_label(action: Action, count: int) -> str:
    """Return what the button says that starts a roll-out."""
    match action:
        case Action.REBOOT_HOST:
            return ngettext("Reboot {n} screen", "Reboot {n} screens", count)
        case Action.RESTART_APP:
            return ngettext("Restart app of {n} screen", "Restart app of {n} screens", count)
        case Action.SHUTDOWN_HOST:
            return ngettext("Shut down {n} screen", "Shut down {n} screens", count)


def ask_label(count: int) -> str:
    """Return what the button says that asks for a roll-out."""
    return ngettext("Command for {n} screen", "Command for {n} screens", count)


def _next_wave(view: RolloutView) -> str:
    wave = next((one for one in view.waves if one.number == view.wave), None)
    if wave is None:
        return _("All commands are out; it ends with the last of them.")
    left = wave.total - wave.settled
    said = ngettext(
        "In wave {wave} {n} screen is not settled yet, at most {most} at once.",
        "In wave {wave} {n} screens are not settled yet, at most {most} at once.",
        left,
        wave=wave.number,
        most=view.limits.at_once,
    )
    following = next((one for one in view.waves if one.number == wave.number + 1), None)
    if following is None:
        return said
    more = ngettext(
        "When all of them have ended, wave {wave} follows with {n} screen.",
        "When all of them have ended, wave {wave} follows with {n} screens.",
        following.total,
        wave=following.number,
    )
    return f"{said} {more}"
