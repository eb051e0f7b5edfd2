"""Documents that burst, lead elsewhere, or hold programs are refused, each with its sentence."""

import io
import struct
import time
import zipfile

import pytest

from infoscreen_core.domain.media.limits import MEBIBYTE, FileLimits
from infoscreen_core.domain.media.types import MediaType
from tests.support.media.compound import compound, powerpoint, word
from tests.support.media.samples import PPTX_MAIN, odf_parts, ooxml_parts, package
from tests.unit.media.conftest import Look, Refusal

_SMALL = FileLimits(max_unpacked_bytes=8 * MEBIBYTE, max_members=50)
_MACROS = "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"
_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><l>&c;</l>'
)
_STRANGER = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]><l>&a;</l>'


def test_a_bomb_is_refused_by_what_it_says_of_itself(refusal: Refusal) -> None:
    bomb = package(ooxml_parts(ppt__media__a=bytes(9 * MEBIBYTE)))
    assert len(bomb) < 20_000
    assert "grows to more than 8 MB" in refusal(bomb, "bombe.pptx", _SMALL)


def test_a_bomb_is_refused_by_how_well_it_is_packed(refusal: Refusal) -> None:
    bomb = package(ooxml_parts(ppt__media__a=bytes(70 * MEBIBYTE)))
    begun = time.monotonic()
    assert "grows to more than 200 times its size" in refusal(bomb, "bombe.pptx")
    assert time.monotonic() - begun < 5


def test_a_bomb_that_lies_about_its_size_is_damaged(refusal: Refusal) -> None:
    data = bytearray(package(ooxml_parts(ppt__media__a=bytes(MEBIBYTE))))
    honest = struct.pack("<I", MEBIBYTE)
    while (at := data.find(honest)) >= 0:
        data[at : at + 4] = struct.pack("<I", 10)
    assert "is damaged" in refusal(bytes(data), "bombe.pptx")


def test_parts_that_share_their_bytes_are_refused(refusal: Refusal) -> None:
    """As in the bomb that unpacks 46 MB to 4.5 PB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        for name, data in ooxml_parts().items():
            opened.writestr(name, data)
        kernel = opened.infolist()[0]
        again = zipfile.ZipInfo("ppt/a.xml")
        for field in ("CRC", "compress_size", "file_size", "header_offset"):
            setattr(again, field, getattr(kernel, field))
        opened.filelist.append(again)
        opened.NameToInfo[again.filename] = again
    assert "is damaged" in refusal(target.getvalue(), "bombe.pptx")


def test_too_many_parts_are_refused(refusal: Refusal) -> None:
    many = package(ooxml_parts() | {f"ppt/{number}.xml": "" for number in range(60)})
    assert "more than 50 parts" in refusal(many, "viel.pptx", _SMALL)


def test_a_directory_of_millions_is_refused_before_it_is_read(refusal: Refusal) -> None:
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60_000, 60_000, 40 * MEBIBYTE, 0, 0)
    sparse = package(ooxml_parts())[:-22] + end
    assert "more than 10000 parts" in refusal(sparse, "viel.pptx")


def test_packages_in_packages_share_one_budget(refusal: Refusal, look: Look) -> None:
    inner = package({"a.bin": bytes(3 * MEBIBYTE)})
    parts = {f"ppt/embeddings/{number}.xlsx": inner for number in range(4)}
    assert "grows to more than 8 MB" in refusal(package(ooxml_parts() | parts), "a.pptx", _SMALL)
    del parts["ppt/embeddings/3.xlsx"], parts["ppt/embeddings/2.xlsx"]
    assert look(package(ooxml_parts() | parts), "a.pptx", _SMALL).media_type is MediaType.PPTX


def test_packages_are_opened_only_so_deep(refusal: Refusal) -> None:
    inner = package({"a.txt": "a"})
    for _ in range(3):
        inner = package({"a.zip": inner}, compression=zipfile.ZIP_STORED)
    told = refusal(package(ooxml_parts() | {"ppt/a.zip": inner}), "matroschka.pptx")
    assert "documents in documents, more than 3 deep" in told


@pytest.mark.parametrize(
    "path",
    ["../../etc/cron.d/a", "/etc/passwd", "ppt/../../a", "..\\a.xml", "C:\\a.xml", "\\\\srv\\a"],
)
def test_parts_that_lead_out_are_refused(refusal: Refusal, path: str) -> None:
    told = refusal(package(ooxml_parts() | {path: "a"}), "weg.pptx")
    assert "leads out of the document" in told


@pytest.mark.parametrize("xml", [_LAUGHS, _STRANGER, _LAUGHS.replace("<l>&c;</l>", "<l/>")])
@pytest.mark.parametrize(
    "part", ["ppt/presentation.xml", "[Content_Types].xml", "_rels/.rels", "ppt/slides/s1.xml"]
)
def test_entities_are_refused_wherever_they_are(refusal: Refusal, xml: str, part: str) -> None:
    begun = time.monotonic()
    assert "XML entities" in refusal(package(ooxml_parts() | {part: xml}), "lachen.pptx")
    assert time.monotonic() - begun < 5


def test_entities_are_found_in_any_encoding_and_behind_a_long_comment(refusal: Refusal) -> None:
    hidden = _STRANGER.replace("<!DOCTYPE", f"<!--{'a' * 9000}--><!DOCTYPE", 1)
    wide = hidden.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16")
    for xml in (hidden, wide):
        told = refusal(package(ooxml_parts() | {"ppt/a.xml": xml}), "versteckt.pptx")
        assert "XML entities" in told


def test_entities_are_refused_in_opendocument(refusal: Refusal) -> None:
    told = refusal(package(odf_parts() | {"content.xml": _LAUGHS}), "lachen.odp")
    assert "XML entities" in told


@pytest.mark.parametrize(
    "parts",
    [
        ooxml_parts(_MACROS),
        ooxml_parts() | {"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0"},
        ooxml_parts(PPTX_MAIN) | {"word/vbaData.xml": "<a/>"},
        odf_parts() | {"Basic/Standard/Module1.xml": "<a/>"},
        odf_parts(MediaType.ODT) | {"Scripts/python/evil.py": "import os"},
    ],
)
def test_documents_with_macros_are_refused(refusal: Refusal, parts: dict[str, bytes | str]) -> None:
    assert "holds macros" in refusal(package(parts), "makros.pptx")


@pytest.mark.parametrize(
    "data",
    [
        powerpoint(has_macros=True),
        compound({"WordDocument": b"\xec\xa5" + bytes(10)}, storages=("Macros",)),
        compound({"PowerPoint Document": bytes(8), "_VBA_PROJECT": b"a"}),
    ],
)
def test_old_documents_with_macros_are_refused(refusal: Refusal, data: bytes) -> None:
    assert "holds macros" in refusal(data, "makros.ppt")


def test_an_empty_library_of_macros_is_none(look: Look) -> None:
    parts = odf_parts() | {"Basic/script-lc.xml": "<a/>", "Basic/Standard/script-lb.xml": "<a/>"}
    assert look(package(parts)).media_type is MediaType.ODP


@pytest.mark.parametrize(
    "data",
    [
        compound({"EncryptedPackage": b"a", "EncryptionInfo": b"b"}),
        word(is_encrypted=True),
        powerpoint(is_encrypted=True),
        package(
            odf_parts(
                manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
            )
        ),
    ],
)
def test_documents_with_a_password_are_refused(refusal: Refusal, data: bytes) -> None:
    assert "protected with a password" in refusal(data, "geheim.docx")


def test_an_encrypted_part_is_refused(refusal: Refusal) -> None:
    data = bytearray(package(ooxml_parts()))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "protected with a password" in refusal(bytes(data), "geheim.pptx")


@pytest.mark.parametrize(
    "parts",
    [
        {name: data for name, data in ooxml_parts().items() if name != "_rels/.rels"},
        {name: data for name, data in ooxml_parts().items() if "presentation" not in name},
        ooxml_parts() | {"[Content_Types].xml": "<Types>"},
        {name: data for name, data in odf_parts().items() if name != "content.xml"},
    ],
)
def test_documents_without_their_parts_are_damaged(
    refusal: Refusal, parts: dict[str, bytes | str]
) -> None:
    assert "is damaged" in refusal(package(parts), "kaputt.pptx")


def test_a_damaged_part_is_found_by_its_checksum(refusal: Refusal) -> None:
    stored = package(ooxml_parts(ppt__a=b"Gruss aus der Aula"), compression=zipfile.ZIP_STORED)
    assert "is damaged" in refusal(stored.replace(b"Gruss", b"Gruzz"), "kaputt.pptx")


def test_a_package_in_front_of_a_package_is_refused(refusal: Refusal) -> None:
    shown, hidden = package({"a.txt": "a"}), package(ooxml_parts())
    told = refusal(shown + hidden, "zwei.pptx")
    assert "is damaged" in told or "two files in one" in told


def test_links_to_elsewhere_are_left_to_the_converter_which_has_no_network(look: Look) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://a/image" TargetMode="External" '
        'Target="http://192.0.2.1/a.png"/></Relationships>'
    )
    parts = ooxml_parts() | {"ppt/_rels/presentation.xml.rels": relations}
    assert look(package(parts)).media_type is MediaType.PPTX
