"""Office documents become PDFs, by a real LibreOffice in the sandbox."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.media.words import fonts_warning
from tests.support.media.lab import Lab, soffice
from tests.support.media.office_files import docx, odp, odt, pptx
from workers.converter.bench import ConversionError, checksum_of

LINES = ["Willkommen an der Schule", "Zweite Seite"]


def ppt(path: Path) -> Path:
    return soffice(pptx(path.with_suffix(".pptx"), LINES), "ppt:MS PowerPoint 97")


@pytest.mark.parametrize(
    ("kind", "write", "pages"),
    [
        (MediaType.PPTX, lambda path: pptx(path, LINES), 2),
        (MediaType.PPT, ppt, 2),
        (MediaType.ODP, lambda path: odp(path, LINES), 2),
        (MediaType.DOCX, lambda path: docx(path, LINES), 1),
        (MediaType.ODT, lambda path: odt(path, LINES), 1),
    ],
)
def test_each_kind_becomes_a_pdf_whose_pages_are_counted(
    tmp_path: Path, lab: Lab, kind: MediaType, write: Callable[[Path], Path], pages: int
) -> None:
    document = write(tmp_path / f"document.{kind}")
    made = lab.make(document, kind, Target.PDF)
    pdf = lab.made(made)
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert made.facts == {"page_count": pages}
    assert made.warnings == ()
    assert made.result == {
        "page_count": pages,
        "size": pdf.stat().st_size,
        "checksum_sha256": checksum_of(pdf),
    }
    assert lab.make(document, kind, Target.FACTS, made.path).facts == {"page_count": pages}
    picture = lab.made(lab.make(document, kind, Target.THUMBNAIL, made.path))
    assert picture.read_bytes()[8:12] == b"WEBP"
    assert [*lab.store.work.iterdir()] == []


def test_fonts_that_are_missing_are_named(tmp_path: Path, lab: Lab) -> None:
    document = pptx(tmp_path / "a.pptx", LINES, font="Bogus Grotesk")
    made = lab.make(document, MediaType.PPTX, Target.PDF)
    assert made.warnings == (fonts_warning(["Bogus Grotesk"]),)


def test_an_old_document_is_converted_and_its_fonts_are_found_out(tmp_path: Path, lab: Lab) -> None:
    document = docx(tmp_path / "a.docx", LINES, font="Bogus Antiqua")
    made = lab.make(soffice(document, "doc:MS Word 97"), MediaType.DOC, Target.PDF)
    assert made.facts == {"page_count": 1}
    assert made.warnings == (fonts_warning(["Bogus Antiqua"]),)


def test_what_is_no_document_is_said_at_once(tmp_path: Path, lab: Lab) -> None:
    whole = pptx(tmp_path / "a.pptx", LINES).read_bytes()
    for number, content in enumerate((b"", whole[: len(whole) // 2])):
        path = tmp_path / f"{number}.pptx"
        path.write_bytes(content)
        with pytest.raises(ConversionError) as caught:
            lab.make(path, MediaType.PPTX, Target.PDF)
        assert caught.value.failure is Failure.BROKEN
        assert caught.value.message


def test_one_kind_in_the_place_of_another_is_not_guessed(tmp_path: Path, lab: Lab) -> None:
    page = tmp_path / "a.doc"
    page.write_text("<html><body><img src='http://127.0.0.1:1/x.png'>Hallo</body></html>")
    with pytest.raises(ConversionError) as caught:
        lab.make(page, MediaType.PPTX, Target.PDF)
    assert caught.value.failure is Failure.BROKEN


def test_a_document_that_hangs_ends_at_its_limit(tmp_path: Path, lab: Lab) -> None:
    row = f"<w:tr>{'<w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc>' * 60}</w:tr>"
    document = docx(tmp_path / "a.docx", ["Hallo"], body=f"<w:tbl>{row * 4000}</w:tbl><w:p/>")
    lab.rules = replace(lab.rules, seconds=3.0)
    with pytest.raises(ConversionError) as caught:
        lab.make(document, MediaType.DOCX, Target.PDF)
    assert caught.value.failure is Failure.TIMEOUT


def test_a_document_that_laughs_a_billion_times_ends(tmp_path: Path, lab: Lab) -> None:
    document = docx(tmp_path / "a.docx", ["Hallo"])
    with zipfile.ZipFile(document) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    laughs = "".join(
        f'<!ENTITY l{one} "{f"&l{one - 1};" * 10 if one else "ha" * 50}">' for one in range(12)
    )
    text = parts["word/document.xml"].replace("Hallo", "&l11;")
    parts["word/document.xml"] = text.replace("?>", f"?><!DOCTYPE w [{laughs}]>", 1)
    with zipfile.ZipFile(document, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    lab.rules = replace(lab.rules, seconds=20.0)
    with pytest.raises(ConversionError) as caught:
        lab.make(document, MediaType.DOCX, Target.PDF)
    assert caught.value.failure in {Failure.BROKEN, Failure.CRASHED, Failure.TIMEOUT}


def test_little_memory_ends_it_too(tmp_path: Path, lab: Lab) -> None:
    document = pptx(tmp_path / "a.pptx", LINES)
    lab.rules = replace(lab.rules, memory_bytes=150 * 2**20)
    with pytest.raises(ConversionError) as caught:
        lab.make(document, MediaType.PPTX, Target.PDF)
    assert caught.value.failure in {Failure.CRASHED, Failure.BROKEN}


def test_a_file_that_is_not_there_is_said(tmp_path: Path, lab: Lab) -> None:
    document = pptx(tmp_path / "a.pptx", LINES)
    with lab.bench(document, MediaType.PPTX, Target.PDF) as bench:
        lab.store.content_path(bench.claimed.checksum).unlink()
        with pytest.raises(ConversionError) as caught:
            _ = bench.content
    assert caught.value.failure is Failure.LOST
