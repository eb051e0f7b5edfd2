"""Whether a TV should be on and whether it is, in words; and an operator's order for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.formatting import duration, near, until
from console.words.status import STATUSES
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ObservedPower
from infoscreen_core.domain.screens.power import MAX_OVERRIDE, DesiredPower, PowerReason
from infoscreen_core.services.screens.views import Desired, ObservedTv, TvView

SWITCHING: Final = timedelta(seconds=60)
"""How long a TV may take to do what it is told; until then it does not deviate."""
LENGTHS: Final = (
    *(timedelta(minutes=minutes) for minutes in (30, 60, 120, 240, 720, 1440)),
    MAX_OVERRIDE,
)
"""How long an order may last, as the dialog offers it."""

POWER_WORDS: Mapping[str, str] = {
    ObservedPower.ON.value: N_("on"),
    ObservedPower.OFF.value: N_("off"),
    ObservedPower.UNKNOWN.value: N_("unknown"),
}
_REASONS: Mapping[PowerReason, str] = {
    PowerReason.ACTIVE_EVENT: N_("an event is on"),
    PowerReason.NO_ACTIVE_EVENT: N_("no event is on"),
    PowerReason.OPERATOR_OVERRIDE: N_("held"),
}
_HOUR: Final = timedelta(hours=1)


def power_word(state: ObservedPower | DesiredPower) -> str:
    """Return `an`, `aus` or `unbekannt`."""
    return _(POWER_WORDS[state.value])


def length_word(length: timedelta) -> str:
    """Return `30 min`, `2 h`, `7 Tage`."""
    return duration(length).removesuffix(" 00 min")


def is_deviating(tv: TvView, *, is_online: bool, now: datetime) -> bool:
    """Whether a TV does the opposite of what it was told, and had time to obey."""
    desired, state = tv.desired, tv.observed.state
    if desired.state is None or not is_online or state is ObservedPower.UNKNOWN:
        return False
    is_told_just_now = desired.since is not None and now - desired.since < SWITCHING
    return state.value != desired.state.value and not is_told_just_now


def observed_html(tv: TvView, zone: ZoneInfo, *, is_online: bool, now: datetime) -> str:
    """Return what the TV does and since when, marked if it deviates; unknown while offline."""
    since = _since(tv.observed.since, zone, now)
    if not is_online:
        return escape(_("unknown") + _last_known(tv.observed, zone, now))
    if is_deviating(tv, is_online=is_online, now=now):
        return _marked(_deviation(tv, zone, now))
    return escape(f"{power_word(tv.observed.state)} {since}".rstrip())


def desired_html(desired: Desired, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what the TV should do and why."""
    if desired.state is None or desired.reason is None:
        return escape(_("not told"))
    if desired.override:
        return escape(_order(desired, zone, now))
    return escape(f"{power_word(desired.state)}, {_(_REASONS[desired.reason])}")


def power_line(tv: TvView, zone: ZoneInfo, *, is_online: bool, now: datetime) -> str:
    """Return the line above everything else when a TV deviates or is held; empty otherwise."""
    parts = []
    if is_deviating(tv, is_online=is_online, now=now):
        parts.append(_marked(_("TV: {sentence}", sentence=_deviation(tv, zone, now))))
    if tv.desired.override:
        parts.append(
            f"<span>{escape(_('TV held: {order}', order=_order(tv.desired, zone, now)))}</span>"
        )
    return f'<p class="is-power">{"".join(parts)}</p>' if parts else ""


def order_consequence(state: DesiredPower, ends: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what an order would do."""
    time = until(ends, zone, now=now)
    if state is DesiredPower.ON:
        return _(
            "The TV stays on until {time}, also while nothing is planned. Then it follows the "
            "plan again.",
            time=time,
        )
    return _(
        "The TV stays off until {time}, whatever is planned; an emergency is not seen there "
        "either. Then it follows the plan again.",
        time=time,
    )


def order_toast(
    state: DesiredPower, name: str, ends: datetime, zone: ZoneInfo, *, now: datetime
) -> str:
    """Return what is told once an order was given."""
    return _(
        "The TV of {name} is held {state} until {time}.",
        name=name,
        state=power_word(state),
        time=until(ends, zone, now=now),
    )


def _deviation(tv: TvView, zone: ZoneInfo, now: datetime) -> str:
    should = power_word(tv.desired.state) if tv.desired.state else ""
    since = _since(tv.observed.since, zone, now)
    return _(
        "should be {should}, is {actual} {since}",
        should=should,
        actual=power_word(tv.observed.state),
        since=since,
    ).rstrip()


def _order(desired: Desired, zone: ZoneInfo, now: datetime) -> str:
    order = desired.override
    if order is None:
        return ""
    return _(
        "{state} until {time}, by {author}: “{reason}”",
        state=power_word(order.desired_state),
        time=until(order.expires_at, zone, now=now),
        author=order.author or _("command line"),
        reason=order.reason,
    )


def _last_known(observed: ObservedTv, zone: ZoneInfo, now: datetime) -> str:
    if observed.at is None or observed.state is ObservedPower.UNKNOWN:
        return ""
    time = near(observed.at, zone, now=now)
    return " · " + _("last {state}, {time}", state=power_word(observed.state), time=time)


def _since(at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    if at is None:
        return ""
    if now - at < _HOUR:
        return _("for {amount}", amount=duration(max(now - at, timedelta())))
    return _("since {time}", time=near(at, zone, now=now))


def _marked(text: str) -> str:
    return f'<b class="is-warning">{STATUSES[Status.WARNING].icon} {escape(text)}</b>'
