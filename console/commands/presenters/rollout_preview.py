"""What a roll-out would do, said before the second click: who takes part, what it interrupts."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.presenters.rollout_words import (
    counted_reasons,
    left_out_sentence,
    left_out_word,
)
from console.i18n import _, ngettext
from console.words.formatting import near, until
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.rollout import LeftOut
from infoscreen_core.services.commands.views import (
    ForeseenScreen,
    InterruptedView,
    Interruptions,
    RolloutPreview,
)

_MOST_NAMED: Final = 5


def preview_sentences(
    found: RolloutPreview, action: Action, zone: ZoneInfo, *, now: datetime
) -> list[str]:
    """Return who takes part and in which waves, what that interrupts until when, and who is out."""
    said = [
        _part(found),
        *_interrupts(found.interruptions, zone, now),
        left_out_sentence(one.left_out for one in found.screens if one.left_out and not one.wave),
        _out_now(one.left_out for one in found.screens if one.left_out and one.wave),
        _put_off(found),
        _after(action),
    ]
    if found.opens_at is not None:
        time = near(found.opens_at, zone, now=now)
        said.insert(1, _("The window opens {time}; nothing is sent before.", time=time))
    return [sentence for sentence in said if sentence]


def waves_total(found: RolloutPreview) -> int:
    """Return how many have a turn; who is not reachable now may be by then."""
    return sum(found.wave_sizes)


def left_out_list(screens: Sequence[ForeseenScreen]) -> str:
    """Return who is left out and why, as HTML."""
    items = "".join(
        f"<li><b>{escape(one.name)}</b>: {escape(left_out_word(one.left_out))}</li>"
        for one in screens
        if one.left_out
    )
    return f'<ul class="is-left-out">{items}</ul>'


def _part(found: RolloutPreview) -> str:
    count, chosen = waves_total(found), len(found.screens)
    sizes = ", ".join(map(str, found.wave_sizes))
    if not count:
        return _("None of the chosen screens can take part now.")
    if len(found.wave_sizes) == 1:
        return ngettext(
            "{n} of {chosen} screen takes part, in one wave.",
            "{n} of {chosen} screens take part, in one wave.",
            count,
            chosen=chosen,
        )
    return ngettext(
        "{n} of {chosen} screen takes part, in waves of {sizes}.",
        "{n} of {chosen} screens take part, in waves of {sizes}.",
        count,
        chosen=chosen,
        sizes=sizes,
    )


def _interrupts(found: Interruptions, zone: ZoneInfo, now: datetime) -> list[str]:
    if not found.interrupted:
        return [_("Nothing is playing on them now.")]
    named = [_named(one, zone, now) for one in found.interrupted[:_MOST_NAMED]]
    hidden = len(found.interrupted) - len(named)
    listed = ", ".join(named)
    if hidden > 0:
        listed = _("{events} and {n} more", events=listed, n=hidden)
    said = [_("It interrupts {events}.", events=listed)]
    if found.idle:
        said.append(
            ngettext(
                "On {n} screen nothing is playing.",
                "On {n} screens nothing is playing.",
                found.idle,
            )
        )
    return said


def _named(one: InterruptedView, zone: ZoneInfo, now: datetime) -> str:
    return _(
        "“{title}” ({groups}, until {time})",
        title=one.title,
        groups=one.group_name,
        time=until(one.end, zone, now=now),
    )


def _out_now(reasons: Iterable[LeftOut]) -> str:
    """Return who would get no command if it were their turn now."""
    counts = Counter(reasons)
    if not counts:
        return ""
    return ngettext(
        "As things are, {n} of them gets no command: {reasons}.",
        "As things are, {n} of them get no command: {reasons}.",
        counts.total(),
        reasons=counted_reasons(counts),
    )


def _put_off(found: RolloutPreview) -> str:
    count = sum(one.is_put_off for one in found.taking_part)
    if not count:
        return ""
    return ngettext(
        "{n} shows something of priority now and is left for later.",
        "{n} show something of priority now and are left for later.",
        count,
    )


def _after(action: Action) -> str:
    if action is Action.SHUTDOWN_HOST:
        return _("Someone has to switch each of them on again on site.")
    return ""
