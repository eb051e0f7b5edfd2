"""A thousand screens of a roll-out readable: a small tile for each, by wave, with a legend."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from html import escape
from itertools import groupby
from typing import Final

from console.commands.presenters.rollout_words import left_out_word
from console.i18n import N_, _, ngettext
from console.words.commands import state_word
from console.words.formatting import number
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import MemberStatus
from infoscreen_core.services.commands.rollouts.rollout_tiles import TileView


class Kind(StrEnum):
    """What a tile shows, in the order of the legend."""

    DONE = "done"
    RUNNING = "running"
    WAITING = "waiting"
    PUT_OFF = "put-off"
    FAILED = "failed"
    ON_SITE = "on-site"
    EXPIRED = "expired"
    BLOCKED = "blocked"
    CANCELED = "canceled"
    LEFT_OUT = "left-out"


_LOOKS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.DONE: ("✓", N_("Done")),
    Kind.RUNNING: ("●", N_("Under way")),
    Kind.WAITING: ("·", N_("Waiting")),
    Kind.PUT_OFF: ("‖", N_("Left for later")),
    Kind.FAILED: ("✕", N_("Failed")),
    Kind.ON_SITE: ("■", N_("Needs hands on site")),
    Kind.EXPIRED: ("○", N_("Expired")),
    Kind.BLOCKED: ("▲", N_("Blocked")),
    Kind.CANCELED: ("–", N_("Cancelled")),
    Kind.LEFT_OUT: ("/", N_("Left out")),
}
_OF_STATE: Final[Mapping[State, Kind]] = {
    State.COMPLETED: Kind.DONE,
    State.FAILED: Kind.FAILED,
    State.TIMED_OUT: Kind.FAILED,
    State.MANUAL_INTERVENTION_REQUIRED: Kind.ON_SITE,
    State.EXPIRED: Kind.EXPIRED,
    State.BLOCKED_SAFETY: Kind.BLOCKED,
    State.CANCELED: Kind.CANCELED,
}


def kind_of(tile: TileView) -> Kind:
    """Return what a tile shows."""
    if tile.status is MemberStatus.LEFT_OUT:
        return Kind.LEFT_OUT
    if tile.status is MemberStatus.WAITING:
        return Kind.PUT_OFF if tile.is_put_off else Kind.WAITING
    return Kind.RUNNING if tile.state is None else _OF_STATE.get(tile.state, Kind.RUNNING)


def legend_html(tiles: Iterable[TileView]) -> str:
    """Return each kind that occurs with its sign, its number and its word."""
    counts = Counter(map(kind_of, tiles))
    items = "".join(
        f'<span><i class="is-t-{kind.value}" aria-hidden="true">{_LOOKS[kind][0]}</i>'
        f"<b>{number(counts[kind])}</b> {escape(_(_LOOKS[kind][1]))}</span>"
        for kind in Kind
        if counts[kind]
    )
    return f'<div class="is-tiles-legend">{items}</div>'


def tiles_html(tiles: Sequence[TileView]) -> str:
    """Return the waves, each with a tile for every screen; those that take no part come last."""
    ordered = sorted(tiles, key=lambda one: (not one.wave, one.wave))
    parts = (
        _wave(wave, list(of_wave)) for wave, of_wave in groupby(ordered, key=lambda one: one.wave)
    )
    return f'<div class="is-waves">{"".join(parts)}</div>'


def _wave(wave: int, tiles: Sequence[TileView]) -> str:
    counts = Counter(map(kind_of, tiles))
    title = _("Wave {n}", n=wave) if wave else _("Not part of it")
    screens = ngettext("{n} screen", "{n} screens", len(tiles))
    told = ", ".join(f"{counts[kind]} {_(_LOOKS[kind][1])}" for kind in Kind if counts[kind])
    label = escape(f"{title}: {told}")
    drawn = "".join(map(_tile, tiles))
    return (
        f'<section><h2>{escape(title)} <span class="is-quiet is-small">{escape(screens)}</span>'
        f'</h2><div class="is-tiles" role="img" aria-label="{label}">{drawn}</div></section>'
    )


def _tile(tile: TileView) -> str:
    kind = kind_of(tile)
    said = _(_LOOKS[kind][1])
    if tile.left_out_reason is not None:
        said = f"{said}: {left_out_word(tile.left_out_reason)}"
    elif kind is Kind.RUNNING and tile.state is not None:
        said = state_word(tile.state)
    title = escape(f"{tile.name}: {said}")
    return f'<i class="is-t-{kind.value}" title="{title}">{_LOOKS[kind][0]}</i>'
