"""Documents whose macro runs as soon as they are opened, where macros may run."""

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.media.office_files import odt

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DTD = '<!DOCTYPE {0} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{1}.dtd">\n'
_LIBRARY = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
_SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
_LISTENER = (
    f'office:version="1.2" xmlns:script="{_SCRIPT}" xmlns:ooo="http://openoffice.org/2004/office" '
    'xmlns:dom="http://www.w3.org/2001/xml-events"><office:scripts><office:event-listeners>'
    '<script:event-listener script:language="ooo:script" script:event-name="dom:load" '
    'xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document" '
    'xlink:type="simple"/></office:event-listeners></office:scripts>'
)


def odt_that_writes(path: Path, target: Path) -> Path:
    """A text that writes a file when it is opened."""
    with zipfile.ZipFile(odt(path, ["Hallo"])) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    parts["content.xml"] = parts["content.xml"].replace('office:version="1.2">', _LISTENER, 1)
    parts |= _basic(
        f'Sub Main\nOpen "{target}" For Output As #1\nPrint #1, "ran"\nClose #1\nEnd Sub'
    )
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="text/xml"/>'
        for name in parts
        if name.startswith("Basic/")
    )
    manifest = parts["META-INF/manifest.xml"]
    parts["META-INF/manifest.xml"] = manifest.replace(
        "</manifest:manifest>", f"{entries}</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _basic(code: str) -> dict[str, str]:
    return {
        "Basic/script-lc.xml": (
            _HEAD
            + _DTD.format("library:libraries", "libraries")
            + '<library:libraries xmlns:library="http://openoffice.org/2000/library">'
            '<library:library library:name="Standard" library:link="false"/></library:libraries>'
        ),
        "Basic/Standard/script-lb.xml": (
            _HEAD
            + _DTD.format("library:library", "library")
            + f'<library:library {_LIBRARY} library:readonly="false" '
            'library:passwordprotected="false"><library:element library:name="Module1"/>'
            "</library:library>"
        ),
        "Basic/Standard/Module1.xml": (
            _HEAD
            + _DTD.format("script:module", "module")
            + '<script:module xmlns:script="http://openoffice.org/2000/script" '
            'script:name="Module1" script:language="StarBasic">'
            f"{escape(code)}</script:module>"
        ),
    }
