"""Which of two states of an event is the newer one, and which say the same."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.formats.ical_entries import Cancellation
from infoscreen_core.formats.ical_revisions import (
    has_lower_number,
    is_older,
    is_same,
    revision_of,
)
from tests.support.exchange.ical_entries import WEEKLY as ENTRY

LATER = datetime(2026, 9, 2, tzinfo=UTC)
CHANGED = replace(ENTRY, line=11, replaces=datetime(2026, 9, 14, 6, tzinfo=UTC), rule=None)
REVISION = revision_of([ENTRY])


def test_a_revision_is_stored_so_its_form_stays() -> None:
    assert REVISION == (
        "0000000001;20260901T000000Z;2d60398dd697d384c4402e47022273e12ca6c3ed4b9498bfed32f41b5416ff62"
    )


def test_so_does_that_of_a_cancellation() -> None:
    off = Cancellation(
        line=4, uid="mathe@example.org", title="", sequence=2, modified_at=None, replaces=None
    )
    assert revision_of([off]) == (
        "0000000002;;90bde0953a4f540f67f0c3f2c6cebc12ade296689ce4a777af15e1cd85c77d3c"
    )
    assert not is_same(revision_of([off]), REVISION)


@pytest.mark.parametrize(
    "same",
    [
        {"line": 99},
        {"sequence": 7},
        {"modified_at": LATER},
        {"notes": (Sentence("It is odd."),)},
        {"replaces_day": date(2026, 9, 14)},
    ],
)
def test_numbers_and_places_make_no_difference(same: dict[str, Any]) -> None:
    assert is_same(revision_of([replace(ENTRY, **same)]), REVISION)


def test_all_else_makes_a_difference() -> None:
    assert not is_same(revision_of([replace(ENTRY, title="Physik")]), REVISION)
    assert not is_same(revision_of([replace(ENTRY, location="Aula")]), REVISION)
    assert not is_same(revision_of([replace(ENTRY, is_private=True)]), REVISION)
    assert not is_same(revision_of([ENTRY, CHANGED]), REVISION)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"sequence": 0}, {}, True),
        ({"sequence": 9}, {"sequence": 10}, True),
        ({"sequence": 2}, {"modified_at": LATER}, False),
        ({}, {"modified_at": LATER}, True),
        ({"modified_at": LATER}, {}, False),
        ({"modified_at": None}, {}, False),
        ({}, {"modified_at": None}, False),
        ({}, {}, False),
    ],
)
def test_the_number_counts_first_then_the_last_change(
    one: dict[str, Any], other: dict[str, Any], *, expected: bool
) -> None:
    revision, stored = (
        revision_of([replace(ENTRY, **one)]),
        revision_of([replace(ENTRY, **other)]),
    )
    assert is_older(revision, stored) is expected
    assert has_lower_number(revision, stored) is (expected and one.get("sequence") is not None)


def test_a_key_names_the_occurrence_that_is_meant() -> None:
    assert ENTRY.key == "mathe@example.org"
    assert CHANGED.key == "mathe@example.org;20260914T060000Z"
    assert replace(CHANGED, replaces=date(2026, 9, 14)).key == "mathe@example.org;2026-09-14"
