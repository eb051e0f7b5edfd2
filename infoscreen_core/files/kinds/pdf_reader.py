"""The process that opens a PDF: `python -m infoscreen_core.files.kinds.pdf_reader PATH`.

It says in one word how that went. It may read and compute, within limits, and write nothing.
"""

import resource
import sys
from typing import Final

_MEMORY: Final = 1024 * 1024 * 1024
_SECONDS: Final = 15


def main() -> None:
    """Print what is to be said of the file that the first argument names."""
    _limit()
    import pypdfium2  # noqa: PLC0415 - within the limits
    import pypdfium2.raw  # noqa: PLC0415 - the same

    try:
        document = pypdfium2.PdfDocument(sys.argv[1])
        is_readable = len(document) > 0
    except pypdfium2.PdfiumError:
        is_protected = pypdfium2.raw.FPDF_GetLastError() == pypdfium2.raw.FPDF_ERR_PASSWORD
        sys.stdout.write("protected" if is_protected else "broken")
        return
    sys.stdout.write("readable" if is_readable else "broken")


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_CPU, _SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
