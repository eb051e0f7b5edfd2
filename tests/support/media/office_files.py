"""Office documents, written part by part: nothing but what a test is about is in them."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_SLIDES: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
_WORDS: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPE_OF_SLIDES: Final = "application/vnd.openxmlformats-officedocument.presentationml"
_TYPE_OF_WORDS: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"

Link = tuple[str, str, str]
"""Kind, target, and mode (`External` or nothing) of what a part refers to."""


def pptx(
    path: Path,
    slides: Sequence[str],
    *,
    font: str = "DejaVu Sans",
    links: Sequence[Link] = (),
    colors: Sequence[str] = (),
) -> Path:
    """A presentation with a text box on each slide; `links` belong to the first slide.

    `colors`, such as `#C01010`, are the backgrounds of the slides, in turn.
    """
    numbers = range(1, len(slides) + 1)
    ids = "".join(f'<p:sldId id="{255 + one}" r:id="rId{one + 1}"/>' for one in numbers)
    parts = {
        "ppt/presentation.xml": _part(
            "p:presentation",
            f'<p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
            f'<p:sldIdLst>{ids}</p:sldIdLst><p:sldSz cx="12192000" cy="6858000"/>'
            '<p:notesSz cx="6858000" cy="9144000"/>',
        ),
        "ppt/_rels/presentation.xml.rels": _links(
            [
                ("slideMaster", "slideMasters/slideMaster1.xml", ""),
                *(("slide", f"slides/slide{one}.xml", "") for one in numbers),
            ]
        ),
        "ppt/slideMasters/slideMaster1.xml": _part(
            "p:sldMaster",
            f"<p:cSld>{_tree('')}</p:cSld>"
            '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
            'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" '
            'hlink="hlink" folHlink="folHlink"/>'
            '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst>',
        ),
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": _links(
            [
                ("slideLayout", "../slideLayouts/slideLayout1.xml", ""),
                ("theme", "../theme/theme1.xml", ""),
            ]
        ),
        "ppt/slideLayouts/slideLayout1.xml": _part("p:sldLayout", f"<p:cSld>{_tree('')}</p:cSld>"),
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": _links(
            [("slideMaster", "../slideMasters/slideMaster1.xml", "")]
        ),
        "ppt/theme/theme1.xml": _theme(font),
    }
    for one, text in zip(numbers, slides, strict=True):
        own = list(links) if one == 1 else []
        pictures = "".join(
            _picture(f"rId{place}")
            for place, (kind, _target, _mode) in enumerate(own, start=2)
            if kind == "image"
        )
        parts[f"ppt/slides/slide{one}.xml"] = _part(
            "p:sld",
            f"<p:cSld>{_background(one, colors)}{_tree(_box(text, font) + pictures)}</p:cSld>",
        )
        parts[f"ppt/slides/_rels/slide{one}.xml.rels"] = _links(
            [("slideLayout", "../slideLayouts/slideLayout1.xml", ""), *own]
        )
    types = {
        "ppt/presentation.xml": f"{_TYPE_OF_SLIDES}.presentation.main+xml",
        "ppt/slideMasters/slideMaster1.xml": f"{_TYPE_OF_SLIDES}.slideMaster+xml",
        "ppt/slideLayouts/slideLayout1.xml": f"{_TYPE_OF_SLIDES}.slideLayout+xml",
        "ppt/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        **{f"ppt/slides/slide{one}.xml": f"{_TYPE_OF_SLIDES}.slide+xml" for one in numbers},
    }
    return _package(path, parts, types, "ppt/presentation.xml")


def _background(number: int, colors: Sequence[str]) -> str:
    if not colors:
        return ""
    color = colors[(number - 1) % len(colors)].lstrip("#").upper()
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill><a:effectLst/>'
    return f"<p:bg><p:bgPr>{fill}</p:bgPr></p:bg>"


def docx(
    path: Path,
    paragraphs: Sequence[str],
    *,
    font: str = "DejaVu Sans",
    links: Sequence[Link] = (),
    template: str | None = None,
    body: str = "",
) -> Path:
    """A text; `links` of kind `image` are shown, `template` is attached, `body` is raw."""
    shown = "".join(
        f"<w:p><w:r><w:drawing>{_inline(f'rId{place}')}</w:drawing></w:r></w:p>"
        for place, (kind, _target, _mode) in enumerate(links, start=2)
        if kind == "image"
    )
    lines = "".join(
        f'<w:p><w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
        f"<w:t>{escape(text)}</w:t></w:r></w:p>"
        for text in paragraphs
    )
    parts = {
        "word/document.xml": _part("w:document", f"<w:body>{lines}{shown}{body}</w:body>"),
        "word/_rels/document.xml.rels": _links([("settings", "settings.xml", ""), *links]),
        "word/settings.xml": _part(
            "w:settings", '<w:attachedTemplate r:id="rId1"/>' if template else ""
        ),
    }
    if template:
        parts["word/_rels/settings.xml.rels"] = _links([("attachedTemplate", template, "External")])
    types = {
        "word/document.xml": f"{_TYPE_OF_WORDS}.document.main+xml",
        "word/settings.xml": f"{_TYPE_OF_WORDS}.settings+xml",
    }
    return _package(path, parts, types, "word/document.xml")


def odt(
    path: Path,
    paragraphs: Sequence[str],
    *,
    picture: str | None = None,
    section: str | None = None,
) -> Path:
    """A text; `picture` is the address of one that it shows, `section` of a text it includes."""
    lines = "".join(f"<text:p>{escape(text)}</text:p>" for text in paragraphs)
    frame = _odf_picture(picture) if picture else ""
    if section:
        lines += (
            f'<text:section text:name="S"><text:section-source xlink:href="{section}" '
            'xlink:type="simple"/><text:p/></text:section>'
        )
    return _odf(path, "text", f"{lines}<text:p>{frame}</text:p>")


def odp(path: Path, slides: Sequence[str], *, picture: str | None = None) -> Path:
    """A presentation with a text on each slide; `picture` is shown on each."""
    pages = "".join(
        f'<draw:page draw:name="{number}" draw:master-page-name="Standard">'
        '<draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="2cm"><draw:text-box>'
        f"<text:p>{escape(text)}</text:p></draw:text-box></draw:frame>"
        f"{_odf_picture(picture) if picture else ''}</draw:page>"
        for number, text in enumerate(slides)
    )
    return _odf(path, "presentation", pages)


def _odf(path: Path, kind: str, content: str) -> Path:
    spaces = (
        " ".join(
            f'xmlns:{short}="{_ODF}:{name}:1.0"'
            for short, name in {
                "office": "office",
                "text": "text",
                "draw": "drawing",
                "style": "style",
                "svg": "svg-compatible",
                "presentation": "presentation",
                "manifest": "manifest",
            }.items()
        )
        + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    )
    mime = f"application/vnd.oasis.opendocument.{kind}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", mime, zipfile.ZIP_STORED)
        archive.writestr(
            "content.xml",
            f'{_HEAD}<office:document-content {spaces} office:version="1.2"><office:body>'
            f"<office:{kind}>{content}</office:{kind}></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'{_HEAD}<manifest:manifest {spaces} manifest:version="1.2">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" '
            'manifest:media-type="text/xml"/></manifest:manifest>',
        )
    return path


def _odf_picture(address: str) -> str:
    return (
        '<draw:frame svg:width="5cm" svg:height="5cm" svg:x="1cm" svg:y="6cm">'
        f'<draw:image xlink:href="{address}" xlink:type="simple" xlink:show="embed" '
        'xlink:actuate="onLoad"/></draw:frame>'
    )


def _package(path: Path, parts: Mapping[str, str], types: Mapping[str, str], main: str) -> Path:
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        )
        archive.writestr("_rels/.rels", _links([("officeDocument", main, "")]))
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def _links(links: Sequence[Link]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{escape(target)}"'
        f'{f""" TargetMode="{mode}" """ if mode else ""}/>'
        for number, (kind, target, mode) in enumerate(links, start=1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{inside}</Relationships>'


def _part(element: str, inside: str) -> str:
    return (
        f'{_HEAD}<{element} xmlns:a="{_DRAWING}" xmlns:r="{_OFFICE}" xmlns:p="{_SLIDES}" '
        f'xmlns:w="{_WORDS}">{inside}</{element}>'
    )


def _tree(shapes: str) -> str:
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        f"<p:grpSpPr/>{shapes}</p:spTree>"
    )


def _box(text: str, font: str) -> str:
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr>'
        '<p:spPr><a:xfrm><a:off x="900000" y="900000"/><a:ext cx="9000000" cy="2000000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r>'
        f'<a:rPr lang="de-AT" sz="4400"><a:latin typeface="{font}"/></a:rPr>'
        f"<a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _picture(link: str) -> str:
    return (
        '<p:pic><p:nvPicPr><p:cNvPr id="9" name="Picture"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
        f'<p:blipFill><a:blip r:link="{link}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        '<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="1000000" cy="1000000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def _inline(link: str) -> str:
    words = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    pictures = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    return (
        f'<wp:inline xmlns:wp="{words}"><wp:extent cx="1000000" cy="1000000"/>'
        f'<wp:docPr id="1" name="Picture"/><a:graphic><a:graphicData uri="{pictures}">'
        f'<pic:pic xmlns:pic="{pictures}"><pic:nvPicPr><pic:cNvPr id="0" name="Picture"/>'
        f'<pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="{link}"/><a:stretch>'
        '<a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="1000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        "</a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
    )


def _theme(font: str) -> str:
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
        for name, value in {
            "dk1": "000000",
            "lt1": "FFFFFF",
            "dk2": "1F3864",
            "lt2": "E7E6E6",
            **{f"accent{number}": "4472C4" for number in range(1, 7)},
            "hlink": "0563C1",
            "folHlink": "954F72",
        }.items()
    )
    fonts = "".join(
        f'<a:{name}><a:latin typeface="{font}"/><a:ea typeface=""/><a:cs typeface=""/></a:{name}>'
        for name in ("majorFont", "minorFont")
    )
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = f'<a:ln w="6350">{fill}</a:ln>'
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return (
        f'{_HEAD}<a:theme xmlns:a="{_DRAWING}" name="Test"><a:themeElements>'
        f'<a:clrScheme name="Test">{colours}</a:clrScheme>'
        f'<a:fontScheme name="Test">{fonts}</a:fontScheme>'
        f'<a:fmtScheme name="Test"><a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
        f"<a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{effect * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )
