"""Files as LibreOffice and FFmpeg write them, made once in a session."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from infoscreen_core.domain.media.types import MediaType

_PAGES: Final = "".join(
    f'<draw:page draw:name="p{number}"><draw:frame svg:x="2cm" svg:y="2cm" svg:width="10cm" '
    f'svg:height="3cm"><draw:text-box><text:p>Seite {number}</text:p></draw:text-box></draw:frame>'
    "</draw:page>"
    for number in (1, 2)
)
_SPACES: Final = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [
        ("office", "office"),
        ("draw", "drawing"),
        ("text", "text"),
        ("svg", "svg-compatible"),
    ]
)
_DECK: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body>'
    f"<office:presentation>{_PAGES}</office:presentation></office:body></office:document>"
)
_LETTER: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>'
    "<text:p>Begrüßung in der Aula</text:p></office:text></office:body></office:document>"
)
_DECK_KINDS: Final = frozenset({MediaType.ODP, MediaType.PPTX, MediaType.PPT, MediaType.PDF})
_CODECS: Final = {MediaType.WEBM: ("-c:v", "libvpx", "-b:v", "200k", "-c:a", "libvorbis")}
_STREAMS: Final = ("testsrc=d=1:s=160x120:r=10", "sine=d=1")


@cache
def office_file(kind: MediaType, filter_options: str = "") -> bytes:
    """Return a presentation of two pages, or a letter, as LibreOffice writes it."""
    folder = Path(mkdtemp(prefix="infoscreen-office-"))
    source = folder / ("deck.fodp" if kind in _DECK_KINDS else "letter.fodt")
    source.write_text(_DECK if kind in _DECK_KINDS else _LETTER, encoding="utf-8")
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            f"{kind.value}{filter_options}",
            "--outdir",
            str(folder / "out"),
            str(source),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    [made] = (folder / "out").iterdir()
    return made.read_bytes()


@cache
def film(kind: MediaType, *options: str) -> bytes:
    """Return a second of film, or a picture of it, as FFmpeg writes it."""
    target = Path(mkdtemp(prefix="infoscreen-film-")) / f"film.{kind}"
    sources = [word for stream in _STREAMS for word in ("-f", "lavfi", "-i", stream)]
    codecs = _CODECS.get(kind, ())
    subprocess.run(
        ["ffmpeg", "-v", "error", *sources, "-pix_fmt", "yuv420p", *codecs, *options, str(target)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return target.read_bytes()
