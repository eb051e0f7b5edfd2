"""Which fonts of a document are missing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infoscreen_core.domain.media.fonts import list_missing_fonts
from tests.support.media.office_files import docx, odp, pptx
from workers.converter.inside import document


@pytest.mark.parametrize(
    ("asked", "used", "installed", "missing"),
    [
        (["Comic Sans MS"], ["DejaVuSans"], {"DejaVu Sans"}, ["Comic Sans MS"]),
        (["Comic Sans MS"], ["ABCDEF+ComicSansMS-Bold"], set(), []),
        (["Calibri"], ["Carlito"], {"Carlito"}, []),
        (["Calibri"], ["DejaVuSans"], {"DejaVu Sans"}, ["Calibri"]),
        (["Arial", "Fremd"], ["LiberationSans"], {"Liberation Sans"}, []),
        (["Arial", "Fremd"], ["LiberationSans", "DejaVuSans"], {"Liberation Sans"}, ["Fremd"]),
        (["Fremd", "Fremd"], ["Helvetica"], None, ["Fremd"]),
        (["Fremd"], [], {"DejaVu Sans"}, []),
        ([], ["DejaVuSans"], {"DejaVu Sans"}, []),
    ],
)
def test_what_something_else_stands_for_is_missing(
    asked: list[str], used: list[str], installed: set[str] | None, missing: list[str]
) -> None:
    assert list_missing_fonts(asked, used, installed) == missing


def test_what_a_document_asks_for_is_read_from_its_parts(tmp_path: Path) -> None:
    slides = pptx(tmp_path / "a.pptx", ["x"], font="Tim &amp; Söhne")
    assert document.main("all", str(slides)) == {"fonts": ["Tim & Söhne"]}
    assert document.main("all", str(docx(tmp_path / "a.docx", ["x"], font="Fett"))) == {
        "fonts": ["Fett"]
    }
    assert document.main("all", str(odp(tmp_path / "a.odp", ["x"]))) == {"fonts": []}
    slides.write_bytes(slides.read_bytes()[:400])
    assert document.main("all", str(slides)) == {"fonts": []}


def test_it_is_a_program_of_its_own(tmp_path: Path) -> None:
    text = docx(tmp_path / "a.docx", ["x"], font="Fett")
    done = subprocess.run(
        [sys.executable, "-I", document.__file__, "all", str(text)],
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"fonts": ["Fett"]}
