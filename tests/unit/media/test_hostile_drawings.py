"""SVG that does something, needs something, or grows without end is refused."""

import time

import pytest

from infoscreen_core.domain.media.limits import FileLimits
from infoscreen_core.domain.media.types import MediaType
from tests.support.media.samples import svg
from tests.unit.media.conftest import Look, Refusal

_PIXEL = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script xlink:href="data:text/javascript,alert(1)"/>',
        '<g onload="alert(1)"/>',
        '<rect ONCLICK="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><rect/></a>',
        '<a href=" java&#10;script:alert(1)"><rect/></a>',
        '<a href="data:text/html,&lt;script&gt;"><rect/></a>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<animate attributeName="href" values="#a;javascript:alert(1)"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<foreignObject><h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script></foreignObject>',
        '<foreignObject><h:iframe xmlns:h="http://www.w3.org/1999/xhtml"/></foreignObject>',
        '<handler type="application/ecmascript">alert(1)</handler>',
    ],
)
def test_drawings_with_a_script_are_refused(refusal: Refusal, inside: str) -> None:
    assert "holds a script" in refusal(svg(inside), "bild.svg")


@pytest.mark.parametrize(
    ("inside", "address"),
    [
        ('<image xlink:href="http://192.0.2.1/a.png"/>', "http://192.0.2.1/a.png"),
        ('<image href="//192.0.2.1/a.png"/>', "//192.0.2.1/a.png"),
        ('<image href="bild.png"/>', "bild.png"),
        ('<image href="file:///etc/passwd"/>', "file:///etc/passwd"),
        ('<use xlink:href="andere.svg#a"/>', "andere.svg#a"),
        ('<feImage href="http://192.0.2.1/"/>', "http://192.0.2.1/"),
        ('<rect fill="url(http://192.0.2.1/a.svg#b)"/>', "http://192.0.2.1/a.svg#b"),
        ("<rect style=\"fill:url('https://192.0.2.1/a')\"/>", "https://192.0.2.1/a"),
        ("<style>@import 'http://192.0.2.1/a.css';</style>", "http://192.0.2.1/a.css"),
        ("<style>@import url(//192.0.2.1/a.css);</style>", "url(//192.0.2.1/a.css)"),
        ("<style>a{src: image-set('http://192.0.2.1/a' 1x)}</style>", "http://192.0.2.1/a"),
        ("<style>a{fill:url(bild.svg#a)}</style>", "bild.svg#a"),
        ('<animate attributeName="href" to="http://192.0.2.1/a"/>', "http://192.0.2.1/a"),
        ("<style>a{b:u\\72l(http://192.0.2.1/)}</style>", "http://192.0.2.1/"),
        (
            '<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="http://192.0.2.1/"/>',
            "http://192.0.2.1/",
        ),
    ],
)
def test_drawings_that_need_something_are_refused(
    refusal: Refusal, inside: str, address: str
) -> None:
    assert f"needs “{address}”, which is not in it" in refusal(svg(inside), "bild.svg")


def test_a_style_sheet_elsewhere_is_refused(refusal: Refusal) -> None:
    style = '<?xml-stylesheet href="http://192.0.2.1/a.css"?>'
    assert "192.0.2.1" in refusal(svg(before=style), "bild.svg")


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg [<!ENTITY % a SYSTEM "http://192.0.2.1/a.dtd"> %a;]>',
        '<!DOCTYPE svg SYSTEM "http://192.0.2.1/a.dtd">',
    ],
)
def test_entities_are_refused(refusal: Refusal, before: str) -> None:
    begun = time.monotonic()
    assert "XML entities" in refusal(svg("<text>&b;</text>", before=before), "lachen.svg")
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "inside",
    [
        f'<image xlink:href="{_PIXEL}"/>',
        f'<image href="  {_PIXEL}"/>',
        '<defs><g id="a"/></defs><use href="#a"/>',
        '<a href="https://www.example.org/"><text>Mehr</text></a>',
        "<style>rect { fill: url(#farbe); font-family: 'Open Sans' }</style>",
        '<rect style="fill:url(#farbe)" fill="url( \'#farbe\' )"/>',
        "<style>/* https://example.org */ @namespace url(http://www.w3.org/2000/svg);</style>",
        "<style>@font-face { src: url(data:font/woff2;base64,AA//BB==) }</style>",
        '<animate attributeName="x" values="1;2;3"/>',
        '<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">Text</p></foreignObject>',
        '<text font-family="Fonts online">on</text>',
        '<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:only="1" i:export="C:\\a"/>',
    ],
)
def test_drawings_that_stand_alone_are_taken(look: Look, inside: str) -> None:
    assert look(svg(inside), "bild.svg").media_type is MediaType.SVG


def test_an_old_drawing_may_name_its_public_dtd(look: Look) -> None:
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    assert look(svg(before=doctype), "bild.svg").media_type is MediaType.SVG


def test_a_drawing_in_another_encoding_is_read(look: Look, refusal: Refusal) -> None:
    wide = svg().decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")
    assert look(wide, "bild.svg").media_type is MediaType.SVG
    evil = svg("<script/>").decode().replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")
    assert "holds a script" in refusal(evil, "bild.svg")


def test_a_drawing_of_parts_in_parts_without_end_is_refused(refusal: Refusal) -> None:
    begun = time.monotonic()
    assert "too intricate" in refusal(svg("<g>" * 100_000), "tief.svg")
    assert "too intricate" in refusal(svg("<g/>" * 600_000), "breit.svg")
    assert time.monotonic() - begun < 20


def test_a_long_drawing_is_refused(refusal: Refusal) -> None:
    limits = FileLimits(max_svg_bytes=1024 * 1024)
    told = refusal(svg(f"<!--{'a' * 1024 * 1024}-->"), "lang.svg", limits)
    assert "at most 1 MB are allowed" in told


def test_a_drawing_that_is_cut_off_is_incomplete(refusal: Refusal) -> None:
    assert "is incomplete" in refusal(svg()[:-3], "halb.svg")
