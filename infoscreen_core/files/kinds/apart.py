"""Questions about strangers' files that are answered in a process of their own, within limits.

The library that reads PDF is written in C++ and as large as a browser's: whatever a file does to
it ends with that process.
"""

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Final

SECONDS: Final = 20.0
"""The longest that such a process may take."""


class PdfVerdict(StrEnum):
    """Whether a PDF can be shown."""

    READABLE = "readable"
    PROTECTED = "protected"
    BROKEN = "broken"


def ask_pdf(path: Path, *, seconds: float = SECONDS) -> PdfVerdict:
    """Open a PDF in a process of its own. One that crashes, or takes too long, is broken."""
    command = [sys.executable, "-I", "-m", "infoscreen_core.files.kinds.pdf_reader", str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the path is a single argument
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return PdfVerdict.BROKEN
    answer = done.stdout.decode("ascii", "replace").strip()
    known = {str(one) for one in PdfVerdict}
    return PdfVerdict(answer) if answer in known else PdfVerdict.BROKEN
