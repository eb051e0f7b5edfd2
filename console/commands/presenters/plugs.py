"""Plugs and power cycles as people follow them: words, steps, and what to do when one fails."""

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.presenters.commands import (
    Course,
    CourseStep,
    StepState,
    reason_words,
    steps_of,
)
from console.i18n import N_, _
from console.words.errors import error_sentence
from console.words.formatting import relative_html
from console.words.plugs import cycle_noun, cycle_word, kind_word
from infoscreen_core.domain.commands.plugs import TERMINAL, State
from infoscreen_core.domain.commands.words import CYCLE_WORDS
from infoscreen_core.services.commands.plugs.plug_views import CycleView, PlugView

_STEPS: Final[tuple[tuple[str, State], ...]] = (
    ("requested_at", State.REQUESTED),
    ("switching_off_at", State.SWITCHING_OFF),
    ("off_at", State.OFF),
    ("switching_on_at", State.SWITCHING_ON),
    ("completed_at", State.COMPLETED),
)
_CHECK_SETTINGS: Final = N_("Look at the plug's set-up, correct it and test it.")
_ADVICE: Final[dict[str, str]] = {
    "not_found": N_("Look at the plug's set-up: is its name spelt right?"),
    "unreachable": N_("See whether the plug has power and is in the network, then test it."),
    "still_off": N_("Look on site: the plug does not switch on."),
    "already_running": N_("Wait for its end."),
    "emergency": N_("Try again when the emergency is over."),
    "lockout_threshold": N_("Somebody has to look on site; cutting its power did not help."),
    "unproven": N_("Test the plug, then try again."),
    "expired": N_("See whether the process “fetcher” runs (infoscreen status), then try again."),
}


def cycle_course(cycle: CycleView, zone: ZoneInfo) -> Course:
    """Return a power cycle's steps and outcome in words, with advice when it failed."""
    is_running = cycle.status not in TERMINAL
    is_failed = not is_running and cycle.status not in {State.COMPLETED, State.CANCELED}
    return Course(
        command_id=cycle.cycle_id,
        noun=cycle_noun(),
        steps=tuple(
            steps_of(
                [(CYCLE_WORDS[state].template, getattr(cycle, column)) for column, state in _STEPS],
                is_running=is_running,
                end=_end(cycle),
            )
        ),
        is_running=is_running,
        is_failed=is_failed,
        code=cycle.error_code,
        message=error_sentence(cycle.error, zone) if cycle.error else None,
        advice=_(_ADVICE.get(cycle.error_code or "", _CHECK_SETTINGS)) if is_failed else None,
        reason=reason_words(cycle.reason),
        requested_by=cycle.requested_by,
        issued_at=cycle.requested_at,
    )


def trouble_html(cycle: CycleView, zone: ZoneInfo) -> str:
    """Return why a cycle that runs is tried again; empty when it is not."""
    if cycle.status in TERMINAL or cycle.error is None:
        return ""
    said = _("{problem} It is tried again.", problem=error_sentence(cycle.error, zone))
    return f'<p class="is-quiet is-small">{escape(said)}</p>'


def plug_html(plug: PlugView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return one line on a plug: what it is, whether it may be switched, what its test said."""
    state = _("enabled") if plug.is_enabled else _("not enabled")
    said = _(
        "{kind}, {address}, relay {relay}",
        kind=kind_word(plug.kind),
        address=plug.address,
        relay=plug.relay,
    )
    line = f"<b>{escape(_('Plug'))}</b> <span>{escape(said)} · {escape(state)}</span>"
    if plug.check and plug.checked_at:
        tested = escape(error_sentence(plug.check.sentence, zone))
        when = relative_html(plug.checked_at, zone, now=now)
        line += f' <span class="is-quiet is-small">{escape(_("Test"))} {when}: {tested}</span>'
    return f'<p class="is-power">{line}</p>'


def consequence(title: str | None, until: str, seconds: int) -> str:
    """Return what a power cycle does to what plays (`title` until `until`; None: nothing)."""
    lasting = _(
        "The plug is off for {seconds} s; then the screen starts anew, which takes one to three "
        "minutes. Whatever hangs on the plug loses its power without being shut down: do this when "
        "a restart does not help.",
        seconds=seconds,
    )
    if title is None:
        return _("Nothing is playing. {rest}", rest=lasting)
    return _("Interrupts “{title}” (until {until}). {rest}", title=title, until=until, rest=lasting)


def _end(cycle: CycleView) -> CourseStep | None:
    if cycle.status not in TERMINAL or cycle.status is State.COMPLETED:
        return None
    return CourseStep(
        cycle_word(cycle.status), cycle.failed_at or cycle.canceled_at, StepState.FAILED
    )
