"""Which entries of a file are one event, which belong to it, and which UIDs are no identity."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from infoscreen_core.formats.ical_bundles import (
    Bundle,
    Contents,
    Said,
    put_in_order,
    says_nothing,
    split_shared_key,
)
from infoscreen_core.formats.ical_entries import Cancellation, Entry
from tests.support.exchange.ical_entries import WEEKLY as SERIES

SINGLE = replace(SERIES, rule=None)
CHANGED = replace(SINGLE, line=11, replaces=datetime(2026, 9, 14, 6, tzinfo=UTC))
CALLED_OFF = Cancellation(
    line=20, uid=SERIES.uid, title="", sequence=1, modified_at=None, replaces=date(2026, 9, 21)
)
GONE = replace(CALLED_OFF, replaces=None)
DAY = timedelta(days=1)


def moved(entry: Entry, by: timedelta, **changed: Any) -> Entry:  # noqa: ANN401 - fields of an entry
    return replace(entry, start=entry.start + by, end=entry.end + by, **changed)


def keys(contents: Contents) -> list[str]:
    return sorted(one.key for one in contents.bundles)


def in_any_order(entries: Sequence[Said]) -> Contents:
    """What a file says, whose entries may stand in any order."""
    found = [
        put_in_order(replace(one, line=line) for line, one in enumerate(order))
        for order in permutations(entries)
    ]
    said = [
        (
            keys(one),
            sorted(bundle.revision for bundle in one.bundles),
            sorted((said.key, said.sequence) for said in one.loose),
            sorted((said.key, said.title) for said in one.repeated),
        )
        for one in found
    ]
    assert said == [said[0]] * len(said)
    return found[0]


def test_changed_occurrences_go_with_their_series_and_are_loose_without() -> None:
    assert put_in_order([CHANGED, SERIES, CALLED_OFF]) == Contents(
        [Bundle(SERIES, [CALLED_OFF, CHANGED])], [], []
    )
    assert put_in_order([CHANGED, GONE]) == Contents([], [GONE, CHANGED], [])
    assert put_in_order([SINGLE, CHANGED]) == Contents([Bundle(SINGLE)], [CHANGED], [])


@pytest.mark.parametrize(
    "newer",
    [
        replace(SINGLE, sequence=2, title="Physik"),
        moved(SINGLE, DAY, sequence=2),
        replace(SINGLE, modified_at=datetime(2026, 9, 2, tzinfo=UTC), title="Physik"),
    ],
)
def test_of_two_forms_of_one_event_the_newer_counts(newer: Entry) -> None:
    contents = in_any_order([SINGLE, newer])
    (bundle,) = contents.bundles
    assert (bundle.key, bundle.is_shared) == (SINGLE.uid, False)
    assert bundle.main.title == newer.title
    assert [one.title for one in contents.repeated] == [SINGLE.title]


def test_the_same_event_twice_is_one() -> None:
    contents = in_any_order([SINGLE, SINGLE, replace(SINGLE, sequence=4)])
    assert [one.main.sequence for one in contents.bundles] == [4]
    assert len(contents.repeated) == 2


@pytest.mark.parametrize(
    "others",
    [
        [replace(SINGLE, title="Deutsch")],
        [replace(SINGLE, description="Raum 12")],
        [moved(SINGLE, DAY), moved(SINGLE, 2 * DAY)],
        [moved(SINGLE, DAY, title="Deutsch", sequence=2)],
        [moved(SINGLE, DAY, modified_at=datetime(2026, 9, 2, tzinfo=UTC))],
        [replace(SINGLE, modified_at=None, location="Aula")],
        [SERIES, moved(SERIES, DAY, rule="FREQ=WEEKLY;BYDAY=TU")],
    ],
)
def test_a_uid_that_several_events_share_is_no_identity(others: list[Entry]) -> None:
    contents = in_any_order([SINGLE, *others])
    assert len(set(keys(contents))) == len(others) + 1
    assert all(one.is_shared for one in contents.bundles)
    for key in keys(contents):
        parts = split_shared_key(key)
        assert parts is not None
        assert parts[0] == SINGLE.uid
    assert contents.repeated == []


def test_what_belongs_to_one_of_several_is_loose() -> None:
    contents = in_any_order([SERIES, moved(SERIES, DAY), CHANGED])
    assert [one.key for one in contents.loose] == [CHANGED.key]


@pytest.mark.parametrize("uid", ["", "None", "null", " NULL ", "undefined", "0", "{none}"])
def test_a_stopgap_is_no_identity_even_alone(uid: str) -> None:
    assert says_nothing(uid)
    (bundle,) = put_in_order([replace(SINGLE, uid=uid)]).bundles
    assert bundle.is_shared
    numbered = [replace(SINGLE, uid=uid), moved(SINGLE, DAY, uid=uid, sequence=7)]
    assert len(in_any_order(numbered).bundles) == 2


@pytest.mark.parametrize("uid", ["mathe@example.org", "nonesuch", "00"])
def test_other_uids_say_something(uid: str) -> None:
    assert not says_nothing(uid)


def test_an_identity_is_title_times_and_rule_and_is_stored_so_its_form_stays() -> None:
    (key,) = keys(put_in_order([replace(SINGLE, uid="None")]))
    same = replace(SINGLE, uid="None", description="x", url="y", location="z", sequence=3)
    assert keys(put_in_order([same])) == [key]
    assert key == "None;sha256:efc18ae383df065a692ed0e2b32ef8f5"


def test_what_calls_off_counts_unless_it_is_older() -> None:
    assert in_any_order([SINGLE, GONE]).bundles == []
    older = replace(GONE, sequence=0)
    contents = in_any_order([SINGLE, older])
    assert (keys(contents), contents.loose) == ([SINGLE.uid], [])


def test_of_two_changes_of_one_date_the_newer_counts() -> None:
    newer = replace(CHANGED, sequence=2, title="Neu")
    (bundle,) = in_any_order([SERIES, CHANGED, newer]).bundles
    assert [one.title for one in bundle.changed] == ["Neu"]


@pytest.mark.parametrize("key", ["mathe@example.org", CHANGED.key, "a;sha256:x"])
def test_other_keys_hold_no_identity(key: str) -> None:
    assert split_shared_key(key) is None
