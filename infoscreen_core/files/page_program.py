"""The program that draws one page of a PDF; it runs apart, since documents come from anywhere.

A document that makes PDFium crash, or take memory or time without end, ends this process and no
other. Arguments: the PDF, where to write, the page (0 only counts), and the largest width and
height in pixels. It prints how many pages there are.
"""

import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pypdfium2

_MEMORY: Final = 1024 * 2**20
_CPU_SECONDS: Final = 20
_FILE_BYTES: Final = 32 * 2**20
_QUALITY: Final = 82
WRONG_PAGE: Final = 3
"""Exit status: the document has no such page."""
UNREADABLE: Final = 4
"""Exit status: it is no PDF, is damaged, or needs a password."""


def main() -> int:
    """Draw what the arguments ask for; return the exit status."""
    _limit_ourselves()
    # Here, so that the limits hold while they are loaded, too.
    import pypdfium2  # noqa: PLC0415

    source, target, page, width, height = Path(sys.argv[1]), Path(sys.argv[2]), *_numbers()
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        return UNREADABLE
    count = len(document)
    if not 0 <= page <= count:
        return WRONG_PAGE
    if page:
        _draw(document[page - 1], target, (width, height))
    sys.stdout.write(str(count))
    return 0


def _numbers() -> tuple[int, int, int]:
    page, width, height = (int(text) for text in sys.argv[3:6])
    return page, width, height


def _draw(page: "pypdfium2.PdfPage", target: Path, box: tuple[int, int]) -> None:
    scale = min(box[0] / max(page.get_width(), 1), box[1] / max(page.get_height(), 1))
    picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    picture.thumbnail(box)  # rounding may have made it a pixel larger
    picture.save(target, "WEBP", quality=_QUALITY, method=2)


def _limit_ourselves() -> None:
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: _CPU_SECONDS,
        resource.RLIMIT_FSIZE: _FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    sys.exit(main())
