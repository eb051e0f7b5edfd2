"""What an app and its owner need of the second factor: the picture, and the recovery codes."""

from collections.abc import Sequence
from html import escape
from typing import Final

import segno

from console.i18n import _

_SCALE: Final = 4
_QUIET_ZONE: Final = 4
_COLUMNS: Final = 2


def qr_html(address: str) -> str:
    """Return the picture that an app scans, black on white whatever the page's brightness."""
    code = segno.make(address, micro=False, error="m")
    picture = code.svg_data_uri(scale=_SCALE, border=_QUIET_ZONE, dark="#000", light="#fff")
    name = escape(_("QR code for the authenticator app"))
    return f'<img class="is-qr" alt="{name}" src="{escape(picture)}">'


def codes_text(codes: Sequence[str]) -> str:
    """Return recovery codes in two columns, to be copied or printed."""
    half = -(-len(codes) // _COLUMNS)
    return "\n".join("   ".join(codes[line::half]) for line in range(half))
