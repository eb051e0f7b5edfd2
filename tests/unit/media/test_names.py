"""Names of files: kept as given where that is safe, and never a path."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.db.models.media import NAME_COLUMN, PLACE_LIMIT
from infoscreen_core.domain.media.names import (
    NAME_LIMIT,
    SUFFIXES,
    claimed_kind,
    clean_name,
    name_for,
    numbered,
    place_of,
)
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.text.names import searchable
from infoscreen_core.errors import InvalidInputError

_FAMILY = "👨\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("plan.pdf", "plan.pdf"),
        ("Begrüßung der 1. Klassen.pptx", "Begrüßung der 1. Klassen.pptx"),
        ("Begru\u0308ßung.pdf", "Begrüßung.pdf"),
        ("C:\\Users\\kim\\Desktop\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\a.png", "a.png"),
        ("plan.pdf\0.exe", "plan.pdf.exe"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("\ufeffplan\u200b.pdf", "plan.pdf"),
        ("a\tb\nc.pdf", "a b c.pdf"),
        ("  plan .pdf. . ", "plan .pdf"),
        ("plan.pdf...", "plan.pdf"),
        ('wer? "wir": <a|b>*.pdf', "wer_ _wir__ _a_b__.pdf"),
        ("CON", "_CON"),
        ("nul.pdf", "_nul.pdf"),
        ("Com1.tar.gz", "_Com1.tar.gz"),
        ("console.pdf", "console.pdf"),
        (".htaccess", ".htaccess"),
        (f"Fest {_FAMILY} 🎉.png", f"Fest {_FAMILY} 🎉.png"),
        ("a\u200db.pdf", "ab.pdf"),
        ("学校.pdf", "学校.pdf"),
    ],
)
def test_names_are_made_fit_for_every_system(raw: str, name: str) -> None:
    assert clean_name(raw) == name


@pytest.mark.parametrize("raw", ["", " ", ".", "..", "...", "/", "a/", "\\\\", "\0", "\u202e", "_"])
def test_a_name_without_anything_to_read_is_refused(raw: str) -> None:
    with pytest.raises(InvalidInputError, match="is no name; give one with letters or digits"):
        clean_name(raw)


def test_a_long_name_is_refused_with_its_length() -> None:
    assert len(clean_name("ä" * (NAME_LIMIT - 4) + ".pdf")) == NAME_LIMIT
    with pytest.raises(InvalidInputError, match="has 255 characters; at most 200 are allowed"):
        clean_name("a" * 251 + ".pdf")


@given(st.text(min_size=1, max_size=300))
def test_any_text_becomes_a_safe_name_or_a_sentence(raw: str) -> None:
    try:
        name = clean_name(raw)
    except InvalidInputError:
        return
    assert 0 < len(name) <= NAME_LIMIT
    assert not set('/\\<>:"|?*\0\n\r') & set(name)
    assert name.strip() == name
    assert not name.endswith(".")
    assert name.encode()
    assert clean_name(name) == name
    assert len(place_of(2**31 - 1, name)) <= PLACE_LIMIT


@given(st.text(alphabet="ΐﬃİßﷺ", min_size=NAME_LIMIT, max_size=NAME_LIMIT))
def test_letters_that_grow_when_folded_still_fit(raw: str) -> None:
    name = clean_name(raw)
    assert len(place_of(2**31 - 1, name)) <= PLACE_LIMIT
    assert len(searchable(name)[:NAME_COLUMN]) <= NAME_COLUMN


@pytest.mark.parametrize(
    ("name", "kind", "right"),
    [
        ("plan.pdf", MediaType.PDF, "plan.pdf"),
        ("plan.PDF", MediaType.PDF, "plan.PDF"),
        ("foto.jpeg", MediaType.JPG, "foto.jpeg"),
        ("foto.png", MediaType.JPG, "foto.jpg"),
        ("foto", MediaType.JPG, "foto.jpg"),
        ("Version 2.0", MediaType.PDF, "Version 2.0.pdf"),
        ("plan.pptx.exe", MediaType.PPTX, "plan.pptx.exe.pptx"),
        ("liste.csv", MediaType.OTHER, "liste.csv"),
        ("show.ppsx", MediaType.PPTX, "show.ppsx"),
        (".pdf", MediaType.PDF, ".pdf.pdf"),
    ],
)
def test_the_suffix_tells_what_a_file_is(name: str, kind: MediaType, right: str) -> None:
    assert name_for(name, kind) == right


@given(st.text(min_size=1, max_size=250), st.sampled_from(sorted(SUFFIXES)))
def test_a_corrected_name_claims_what_the_file_is(raw: str, kind: MediaType) -> None:
    try:
        name = name_for(clean_name(raw), kind)
    except InvalidInputError:
        return
    assert claimed_kind(name) is kind
    assert len(name) <= NAME_LIMIT
    assert name_for(name, kind) == name


def test_names_are_numbered_where_people_expect_it() -> None:
    assert list(islice(numbered("plan.pdf"), 3)) == ["plan.pdf", "plan (2).pdf", "plan (3).pdf"]
    assert list(islice(numbered("plan (2).pdf"), 2)) == ["plan (2).pdf", "plan (3).pdf"]
    assert list(islice(numbered("Plan (2026).pdf"), 2))[1] == "Plan (2026) (2).pdf"
    assert list(islice(numbered("Ordner"), 2))[1] == "Ordner (2)"
    long = "a" * (NAME_LIMIT - 4) + ".pdf"
    assert all(len(one) <= NAME_LIMIT for one in islice(numbered(long), 200))


def test_search_knows_neither_case_nor_accents() -> None:
    assert searchable("  Menü  für  ÉCOLE.PDF") == "menu fur ecole.pdf"
    assert searchable("STRASSE") == searchable("Straße")
