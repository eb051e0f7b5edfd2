"""What crash recovery does about a screen, or why it does nothing, as its page says it."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import N_, _
from console.words.errors import error_sentence
from console.words.formatting import instant
from infoscreen_core.domain.commands.recovery_facts import Outcome
from infoscreen_core.domain.commands.recovery_words import headline
from infoscreen_core.services.commands.views import RecoveryView

_OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.HELPED: N_("it helped"),
    Outcome.FAILED: N_("it did not help"),
    Outcome.VOID: N_("it was not carried out"),
    Outcome.FORGIVEN: N_("it did not help, and counts no more"),
}


def recovery_html(found: RecoveryView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return what is done and what speaks for it; and what somebody has to do, if so."""
    what = error_sentence(headline(found.what), zone, now=now)
    evidence = [error_sentence(one, zone, now=now) for one in found.evidence]
    since = _("since {time}", time=instant(found.since, zone, now=now))
    proof = escape(" ".join([*evidence, f"({since})"]))
    return f'<p>{escape(what)}</p><p class="is-quiet is-small">{proof}</p>{_advice(found)}'


def past_html(decisions: Sequence[RecoveryView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return decisions as a list, in the order given."""
    return f'<ul class="is-past">{"".join(_past(one, zone, now) for one in decisions)}</ul>'


def _past(one: RecoveryView, zone: ZoneInfo, now: datetime) -> str:
    at = escape(instant(one.since, zone, now=now, with_seconds=True))
    what = escape(error_sentence(one.what, zone, now=now))
    outcome = f" – {escape(_(_OUTCOMES[one.outcome]))}" if one.outcome else ""
    return f'<li><time datetime="{one.since.isoformat()}">{at}</time> · {what}{outcome}</li>'


def _advice(found: RecoveryView) -> str:
    if found.advice is None:
        return ""
    told = escape(error_sentence(found.advice))
    return f'<div class="is-failure"><p><b>{escape(_("What to do:"))}</b> {told}</p></div>'
