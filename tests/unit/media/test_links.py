"""Links that open one file, for one group, for some days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.media.links import (
    LONGEST,
    WHOLE_DAYS,
    Claim,
    Grant,
    Signer,
    Subject,
    ends_of_links,
    read_claim,
)
from infoscreen_core.domain.media.types import Target

NOW = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)
SUBJECT = Subject.of_file(7, "a" * 64)
GRANT = Grant(3, 2, NOW + timedelta(days=2))
SIGNER = Signer(b"k" * 32)
ZONES = ["Europe/Vienna", "UTC", "America/Santiago", "Asia/Kathmandu", "Pacific/Apia"]


def claim_of(query: str) -> Claim:
    claim = read_claim(dict(parse_qsl(query)))
    assert claim
    return claim


def is_good(claim: Claim, subject: Subject = SUBJECT, *, now: datetime = NOW) -> bool:
    return SIGNER.is_good(claim, subject, term=GRANT.term, now=now)


def test_a_link_opens_what_it_was_made_for_until_it_ends() -> None:
    claim = claim_of(SIGNER.query(SUBJECT, GRANT))
    assert (claim.group_id, claim.until) == (GRANT.group_id, GRANT.until)
    assert is_good(claim)
    assert is_good(claim, now=GRANT.until - timedelta(microseconds=1))
    assert not is_good(claim, now=GRANT.until)


@pytest.mark.parametrize(
    "other",
    [
        Subject.of_file(8, "a" * 64),
        Subject.of_file(7, "b" * 64),
        Subject(Target.PDF, "7", "a" * 64),
        Subject(Target.MP4, "a" * 64, "7"),
    ],
)
def test_it_opens_nothing_else(other: Subject) -> None:
    assert not is_good(claim_of(SIGNER.query(SUBJECT, GRANT)), other)


def test_it_ends_with_the_term_of_its_group_and_is_no_other_groups() -> None:
    claim = claim_of(SIGNER.query(SUBJECT, GRANT))
    assert not SIGNER.is_good(claim, SUBJECT, term=GRANT.term + 1, now=NOW)
    assert not SIGNER.is_good(claim, SUBJECT, term=GRANT.term - 1, now=NOW)
    assert not is_good(replace(claim, group_id=4))


def test_nobody_can_let_it_last_longer() -> None:
    claim = claim_of(SIGNER.query(SUBJECT, GRANT))
    assert not is_good(replace(claim, until=claim.until + timedelta(seconds=1)))
    far = claim_of(SIGNER.query(SUBJECT, replace(GRANT, until=NOW + LONGEST + timedelta(hours=1))))
    assert not is_good(far)  # a list that was made while the clock was wrong


def test_links_of_the_former_key_are_good_and_those_of_others_are_not() -> None:
    query = SIGNER.query(SUBJECT, GRANT)
    both = Signer(b"n" * 32, b"k" * 32)
    assert both.is_good(claim_of(query), SUBJECT, term=GRANT.term, now=NOW)
    assert both.query(SUBJECT, GRANT) != query
    other = Signer(b"n" * 32)
    assert not other.is_good(claim_of(query), SUBJECT, term=GRANT.term, now=NOW)


@given(place=st.integers(0, 21), letter=st.sampled_from("ABCDEFGHIJKLMNOPabcdefghijklmnop-_0189"))
def test_no_letter_of_the_signature_can_be_changed(place: int, letter: str) -> None:
    claim = claim_of(SIGNER.query(SUBJECT, GRANT))
    altered = claim.signature[:place] + letter + claim.signature[place + 1 :]
    assert is_good(replace(claim, signature=altered)) is (altered == claim.signature)


@given(st.dictionaries(st.sampled_from("gesx"), st.text(max_size=40)))
def test_any_query_is_read_or_not_and_opens_nothing(query: dict[str, str]) -> None:
    claim = read_claim(query)
    assert claim is None or not is_good(claim)


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"g": "1", "e": "1788000000"},
        {"g": "1", "e": "01788000000", "s": "A" * 22},
        {"g": "-1", "e": "1788000000", "s": "A" * 22},
        {"g": "1", "e": "1788000000.5", "s": "A" * 22},
        {"g": "1", "e": "1788000000", "s": "A" * 21},
        {"g": "1", "e": "1788000000", "s": "ä" * 22},
        {"g": "٣", "e": "1788000000", "s": "A" * 22},
        {"g": "1", "e": "9" * 5000, "s": "A" * 22},
    ],
)
def test_what_has_another_form_is_no_claim(query: dict[str, str]) -> None:
    assert read_claim(query) is None


def test_a_claim_about_a_year_beyond_all_is_simply_not_good() -> None:
    claim = read_claim({"g": "1", "e": "9" * 11, "s": "A" * 22})
    assert claim
    assert not is_good(claim)


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1)),  # wall time of UTC
    zone=st.sampled_from(ZONES),
)
def test_links_are_renewed_each_midnight_and_each_lives_two_days_beyond(
    now: datetime, zone: str
) -> None:
    at = now.replace(tzinfo=UTC)
    until, renewal = ends_of_links(at, ZoneInfo(zone))
    assert at < renewal <= at + timedelta(hours=26)
    assert until - renewal >= timedelta(days=WHOLE_DAYS) - timedelta(hours=1)
    assert until <= at + LONGEST
    later = renewal - timedelta(microseconds=1)
    assert ends_of_links(later, ZoneInfo(zone)) == (until, renewal)  # the same all day
    assert ends_of_links(renewal, ZoneInfo(zone))[0] > until
