"""How the second factor of an account stands."""

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.formatting import instant
from infoscreen_core.services.people.codes.second_factor import SecondFactorView

_FEW: Final = 3


def standing_html(factor: SecondFactorView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return that it is on, since when, and how many recovery codes are left."""
    since = _("On since {time}.", time=instant(factor.since, zone, now=now))
    left = ngettext("{n} recovery code is left.", "{n} recovery codes are left.", factor.codes_left)
    warning = _("Make new ones soon.") if factor.codes_left < _FEW else ""
    tone = "is-scarce" if warning else "is-healthy"
    return f'<p class="is-factor {tone}"><b>{escape(since)}</b> {escape(f"{left} {warning}")}</p>'
