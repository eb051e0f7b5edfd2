"""Office documents as PDF, by a LibreOffice on this machine.

Each conversion has a LibreOffice of its own, with a new profile in which macros are off, links to
elsewhere are not followed, and the way to other servers leads nowhere. The filter that reads the
document is the one of its kind, by content: nothing is guessed from what it says of itself.
"""

import subprocess
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType
from workers.converter.bench import Bench, ConversionError, said
from workers.converter.sandbox import Task, View

_IMPRESS: Final = "impress_pdf_Export"
_WRITER: Final = "writer_pdf_Export"
_FILTERS: Final[Mapping[MediaType, tuple[str, str]]] = {
    MediaType.PPT: ("MS PowerPoint 97", _IMPRESS),
    MediaType.PPTX: ("Impress MS PowerPoint 2007 XML", _IMPRESS),
    MediaType.ODP: ("impress8", _IMPRESS),
    MediaType.DOC: ("MS Word 97", _WRITER),
    MediaType.DOCX: ("MS Word 2007 XML", _WRITER),
    MediaType.ODT: ("writer8", _WRITER),
}
"""What reads each kind, and what writes the PDF."""
_OPEN_FORMATS: Final = {MediaType.PPT: "odp:impress8", MediaType.DOC: "odt:writer8"}
_NOTHING_LISTENS: Final = 9
_PROFILE: Final = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
</item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>{_NOTHING_LISTENS}</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>{_NOTHING_LISTENS}</value></prop>
</item>
</oor:items>
"""
_NO_JAVA: Final = "Warning: failed to launch javaldx - java may not function correctly"
"""LibreOffice says so each time; no document of ours needs Java."""
_FONTS_FOR_SECONDS: Final = 300.0
_FONT_LIST_SECONDS: Final = 30.0


def make_pdf(bench: Bench, source: Path, kind: MediaType) -> Path:
    """Return the PDF that LibreOffice makes of a document."""
    reads, writes = _FILTERS[kind]
    return _convert(bench, source, kind, f"pdf:{writes}", reads)


def make_open_format(bench: Bench, source: Path, kind: MediaType) -> Path | None:
    """Return an old binary document in an open format that we can read; None for other kinds."""
    if kind not in _OPEN_FORMATS:
        return None
    return _convert(bench, source, kind, _OPEN_FORMATS[kind], _FILTERS[kind][0])


def make_picture(bench: Bench, source: Path) -> Path:
    """Return a drawing (SVG) as a PNG."""
    return _convert(bench, source, MediaType.SVG, "png", None)


def _convert(bench: Bench, source: Path, kind: MediaType, writes: str, reads: str | None) -> Path:
    if not source.stat().st_size:
        raise ConversionError(Failure.BROKEN, "the file is empty")  # it would become a blank page
    folder = bench.place(f"office-{kind}-{writes.partition(':')[0]}")
    name = f"document.{kind}"
    _lay_profile(folder)

    def command(view: View) -> list[str]:
        return [
            "soffice",
            f"-env:UserInstallation=file://{view.temp}/profile",
            *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck"),
            *([f"--infilter={reads}"] if reads else []),
            *("--convert-to", writes, "--outdir", str(view.out)),
            str(view.inputs / name),
        ]

    ended = bench.run(Task(command, folder, bench.rules.limits, {name: source}))
    made = folder / "out" / f"document.{writes.partition(':')[0]}"
    if made.is_file() and made.stat().st_size:
        return made
    # It ends well, and says so in a line, when it cannot read a document.
    is_unread = ended.code == 0 or "could not be loaded" in ended.errors + ended.output
    message = said(ended).replace(_NO_JAVA, "").strip()
    raise ConversionError(Failure.BROKEN if is_unread else Failure.CRASHED, message)


def _lay_profile(folder: Path) -> None:
    user = folder / "tmp" / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")


class InstalledFonts:
    """The families of fonts that this machine has, looked at anew every few minutes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: frozenset[str] | None = None
        self._until = 0.0

    def families(self) -> frozenset[str] | None:
        """Return them; None when nobody can say."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._known = _list_families()
                self._until = time.monotonic() + _FONTS_FOR_SECONDS
            return self._known


def _list_families() -> frozenset[str] | None:
    try:
        listed = subprocess.run(
            ["fc-list", ":", "family"],  # noqa: S607 - of the system, on PATH
            capture_output=True,
            timeout=_FONT_LIST_SECONDS,
            check=True,
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(","))
