"""Writes a PowerPoint file (OOXML): slides with a title, lines, a ground of one colour, a picture.

The parts are the fewest that PowerPoint and LibreOffice both take: one master, one layout, a theme.
"""

import io
import zipfile
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

from workers.simulator.writing import Colour
from workers.up.demo_files.texts import Slide

_XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPEN: Final = "http://schemas.openxmlformats.org"
_NAMES: Final = (
    f'xmlns:a="{_OPEN}/drawingml/2006/main" '
    f'xmlns:r="{_OPEN}/officeDocument/2006/relationships" '
    f'xmlns:p="{_OPEN}/presentationml/2006/main"'
)
_REL: Final = f"{_OPEN}/officeDocument/2006/relationships"
_PML: Final = "application/vnd.openxmlformats-officedocument.presentationml"
_WIDTH, _HEIGHT = 12_192_000, 6_858_000
_WHEN: Final = (2026, 1, 1, 0, 0, 0)
"""So that the same slides are the same file, which the library keeps once."""
_EMPTY_TREE: Final = (
    '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>'
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/>'
    '<a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr>'
)


def write_pptx(slides: Sequence[Slide], picture: bytes) -> bytes:
    """Return the file; the picture, a JPEG in 16:9, stands on the first slide."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _parts(slides).items():
            package.writestr(zipfile.ZipInfo(name, _WHEN), text, zipfile.ZIP_DEFLATED)
        package.writestr(zipfile.ZipInfo("ppt/media/image1.jpg", _WHEN), picture)
    return buffer.getvalue()


def _parts(slides: Sequence[Slide]) -> dict[str, str]:
    numbers = range(1, len(slides) + 1)
    parts = {
        "[Content_Types].xml": _content_types(numbers),
        "_rels/.rels": _relations(
            ("officeDocument", "ppt/presentation.xml"), ("extended-properties", "docProps/app.xml")
        ),
        "docProps/app.xml": _XML
        + f'<Properties xmlns="{_OPEN}/officeDocument/2006/extended-properties">'
        "<Application>infoscreen</Application></Properties>",
        "ppt/presentation.xml": _presentation(numbers),
        "ppt/_rels/presentation.xml.rels": _relations(
            ("slideMaster", "slideMasters/slideMaster1.xml"),
            ("theme", "theme/theme1.xml"),
            *(("slide", f"slides/slide{number}.xml") for number in numbers),
        ),
        "ppt/slideMasters/slideMaster1.xml": _MASTER,
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _relations(
            ("slideLayout", "../slideLayouts/slideLayout1.xml"), ("theme", "../theme/theme1.xml")
        ),
        "ppt/slideLayouts/slideLayout1.xml": _LAYOUT,
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _relations(
            ("slideMaster", "../slideMasters/slideMaster1.xml")
        ),
        "ppt/theme/theme1.xml": _THEME,
    }
    for number, slide in zip(numbers, slides, strict=True):
        has_picture = number == 1
        relations = [("slideLayout", "../slideLayouts/slideLayout1.xml")]
        relations += [("image", "../media/image1.jpg")] if has_picture else []
        parts[f"ppt/slides/slide{number}.xml"] = _slide(slide, has_picture=has_picture)
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = _relations(*relations)
    return parts


def _content_types(numbers: Sequence[int]) -> str:
    overrides = {
        "ppt/presentation.xml": f"{_PML}.presentation.main+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{_PML}.slideMaster+xml",
        "ppt/slideLayouts/slideLayout1.xml": f"{_PML}.slideLayout+xml",
        "ppt/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        **{f"ppt/slides/slide{number}.xml": f"{_PML}.slide+xml" for number in numbers},
    }
    rows = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()
    )
    return (
        f'{_XML}<Types xmlns="{_OPEN}/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="jpg" ContentType="image/jpeg"/>{rows}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_REL}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_OPEN}/package/2006/relationships">{rows}</Relationships>'


def _presentation(numbers: Sequence[int]) -> str:
    slides = "".join(f'<p:sldId id="{255 + one}" r:id="rId{one + 2}"/>' for one in numbers)
    return (
        f"{_XML}<p:presentation {_NAMES}><p:sldMasterIdLst>"
        '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f"<p:sldIdLst>{slides}</p:sldIdLst>"
        f'<p:sldSz cx="{_WIDTH}" cy="{_HEIGHT}"/><p:notesSz cx="{_HEIGHT}" cy="{_WIDTH}"/>'
        "</p:presentation>"
    )


def _slide(slide: Slide, *, has_picture: bool) -> str:
    picture = _PICTURE if has_picture else ""
    width = 6_000_000 if has_picture else 10_400_000
    return (
        f"{_XML}<p:sld {_NAMES}><p:cSld><p:bg><p:bgPr>{_fill(slide.colour)}<a:effectLst/></p:bgPr>"
        f"</p:bg><p:spTree>{_EMPTY_TREE}"
        + _box(2, "Titel", (900_000, 1_000_000, width, 1_400_000), [slide.title], 4800, bold=True)
        + _box(3, "Text", (900_000, 2_700_000, width, 3_200_000), slide.lines, 2800)
        + f"{picture}</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>"
    )


def _box(
    number: int,
    name: str,
    place: tuple[int, int, int, int],
    lines: Sequence[str],
    size: int,
    *,
    bold: bool = False,
) -> str:
    x, y, width, height = place
    weight = ' b="1"' if bold else ""
    paragraphs = "".join(
        f'<a:p><a:pPr><a:spcAft><a:spcPts val="1200"/></a:spcAft></a:pPr><a:r>'
        f'<a:rPr lang="de-AT" sz="{size}"{weight}>{_fill((255, 255, 255))}'
        f"</a:rPr><a:t>{escape(line)}</a:t></a:r></a:p>"
        for line in lines
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr txBox="1"/><p:nvPr/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/>'
        '</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
        f'<p:txBody><a:bodyPr wrap="square"/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>'
    )


def _fill(colour: Colour) -> str:
    return '<a:solidFill><a:srgbClr val="{:02X}{:02X}{:02X}"/></a:solidFill>'.format(*colour)


_PICTURE: Final = (
    '<p:pic><p:nvPicPr><p:cNvPr id="4" name="Bild" descr="See und Berge"/>'
    '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
    '<p:blipFill><a:blip r:embed="rId2"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
    '<p:spPr><a:xfrm><a:off x="7200000" y="2100000"/><a:ext cx="4480000" cy="2520000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
)
_MASTER: Final = (
    f"{_XML}<p:sldMaster {_NAMES}><p:cSld><p:bg><p:bgPr><a:solidFill>"
    '<a:schemeClr val="bg1"/></a:solidFill><a:effectLst/></p:bgPr></p:bg>'
    f"<p:spTree>{_EMPTY_TREE}</p:spTree></p:cSld>"
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
    'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" '
    'folHlink="folHlink"/><p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/>'
    "</p:sldLayoutIdLst><p:txStyles><p:titleStyle/><p:bodyStyle/><p:otherStyle/></p:txStyles>"
    "</p:sldMaster>"
)
_LAYOUT: Final = (
    f'{_XML}<p:sldLayout {_NAMES} type="blank" preserve="1"><p:cSld name="Leer">'
    f"<p:spTree>{_EMPTY_TREE}</p:spTree></p:cSld>"
    "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sldLayout>"
)
_COLOURS: Final = {
    "dk1": "172033",
    "lt1": "FFFFFF",
    "dk2": "11264A",
    "lt2": "E2E8F0",
    "accent1": "3566B8",
    "accent2": "145341",
    "accent3": "92372A",
    "accent4": "582C6D",
    "accent5": "08607E",
    "accent6": "FACC15",
    "hlink": "3566B8",
    "folHlink": "582C6D",
}
_SCHEME: Final = "".join(
    f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items()
)
_FONT: Final = '<a:latin typeface="DejaVu Sans"/><a:ea typeface=""/><a:cs typeface=""/>'
_PLAIN: Final = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_THEME: Final = (
    f'{_XML}<a:theme xmlns:a="{_OPEN}/drawingml/2006/main" name="Schule"><a:themeElements>'
    f'<a:clrScheme name="Schule">{_SCHEME}</a:clrScheme><a:fontScheme name="Schule"><a:majorFont>'
    f"{_FONT}</a:majorFont><a:minorFont>{_FONT}</a:minorFont></a:fontScheme>"
    f'<a:fmtScheme name="Schule"><a:fillStyleLst>{_PLAIN * 3}</a:fillStyleLst><a:lnStyleLst>'
    + "".join(f'<a:ln w="{width}">{_PLAIN}</a:ln>' for width in (6350, 12700, 19050))
    + "</a:lnStyleLst><a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    + f"</a:effectStyleLst><a:bgFillStyleLst>{_PLAIN * 3}</a:bgFillStyleLst></a:fmtScheme>"
    "</a:themeElements></a:theme>"
)
