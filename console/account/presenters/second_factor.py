"""The second factor as its owner reads it: since when, the picture for the app, the codes."""

from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import segno

from console.i18n import _, ngettext
from console.words.formatting import instant
from infoscreen_core.services.people.second_factor import SecondFactorView

_SCALE: Final = 4
_QUIET_ZONE: Final = 4
_FEW: Final = 3
_COLUMNS: Final = 2


def qr_html(address: str) -> str:
    """Return the picture that an app scans, black on white whatever the page's brightness."""
    code = segno.make(address, micro=False, error="m")
    picture = code.svg_data_uri(scale=_SCALE, border=_QUIET_ZONE, dark="#000", light="#fff")
    name = escape(_("QR code for the authenticator app"))
    return f'<img class="is-qr" alt="{name}" src="{escape(picture)}">'


def standing_html(factor: SecondFactorView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return that it is on, since when, and how many recovery codes are left."""
    since = _("On since {time}.", time=instant(factor.since, zone, now=now))
    left = ngettext("{n} recovery code is left.", "{n} recovery codes are left.", factor.codes_left)
    warning = _("Make new ones soon.") if factor.codes_left < _FEW else ""
    tone = "is-scarce" if warning else "is-healthy"
    return f'<p class="is-factor {tone}"><b>{escape(since)}</b> {escape(f"{left} {warning}")}</p>'


def codes_text(codes: Sequence[str]) -> str:
    """Return recovery codes in two columns, to be copied or printed."""
    half = -(-len(codes) // _COLUMNS)
    return "\n".join("   ".join(codes[line::half]) for line in range(half))
