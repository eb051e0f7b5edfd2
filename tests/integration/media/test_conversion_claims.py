"""Claims of conversions, on both databases: one converter each, whatever dies meanwhile."""

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from infoscreen_core.db.models import AuditEntry, EventMedia
from infoscreen_core.domain.media.conversion import ATTEMPTS, LONGEST_PAUSE, Failure, Step
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.media import conversion_claims as claims
from infoscreen_core.services.media import conversions
from infoscreen_core.services.media.conversion_claims import Claimed, ClaimRow, Failed, Made
from tests.support.audits.audit import forget
from tests.support.events.planning import MONDAY as NOW
from tests.support.events.planning import Sessions
from tests.support.media.conversions import ALL, WITHOUT_PROGRAMS, add_waiting, rows_of

PDF = Made("derived/aa/a/document.pdf", {"size": 3}, facts={"page_count": 2})


@pytest.fixture
def empty(shared: Sessions) -> Iterator[Sessions]:
    with shared.begin() as session:
        changes.add_counter(session)
        changes.add_counter(session, changes.MEDIA)
    yield shared
    with shared.begin() as session:
        session.execute(delete(EventMedia))
    forget(shared)


def claim(sessions: Sessions, holder: str = "one", seconds: float = 0) -> Claimed | None:
    with sessions.begin() as session:
        return claims.claim_next(session, holder, ALL, now=NOW + timedelta(seconds=seconds))


def must_claim(sessions: Sessions, holder: str = "one", seconds: float = 0) -> Claimed:
    claimed = claim(sessions, holder, seconds)
    assert claimed is not None
    return claimed


def settle(sessions: Sessions, claimed: Claimed, made: Made | Failed, seconds: float = 0) -> object:
    now = NOW + timedelta(seconds=seconds)
    with sessions.begin() as session:
        if isinstance(made, Failed):
            return claims.fail(session, claimed, made, now=now)
        return claims.succeed(session, claimed, made, now=now)


def add(
    sessions: Sessions, kind: MediaType = MediaType.PPTX, name: str = "a", **values: str
) -> int:
    with sessions.begin() as session:
        return add_waiting(session, name, kind, now=NOW, **values)


def counters(sessions: Sessions) -> tuple[int, int]:
    with sessions() as session:
        return changes.current(session), changes.current(session, changes.MEDIA)


def test_what_is_made_of_a_document_waits_for_its_pdf(empty: Sessions) -> None:
    media_id = add(empty)
    pdf = must_claim(empty)
    assert (pdf.target, pdf.media_id, pdf.attempts, pdf.source_path) == (
        Target.PDF,
        media_id,
        1,
        None,
    )
    assert claim(empty, "two") is None
    before = counters(empty)
    assert settle(empty, pdf, PDF) is True
    after = counters(empty)
    assert all(now > then for now, then in zip(after, before, strict=True))
    assert [must_claim(empty, one).target for one in ("one", "two")] == [
        Target.FACTS,
        Target.THUMBNAIL,
    ]
    with empty() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.target_path, row.claimed_by) == (
            ConversionStatus.READY,
            PDF.path,
            None,
        )
        assert session.get_one(EventMedia, media_id).page_count == 2


def test_what_is_made_of_the_pdf_is_told_where_it_is(empty: Sessions) -> None:
    add(empty)
    settle(empty, must_claim(empty), PDF)
    assert must_claim(empty).source_path == PDF.path


def test_the_oldest_comes_first_and_each_once(empty: Sessions) -> None:
    ids = [add(empty, MediaType.PDF, f"{number}") for number in range(3)]
    taken = [must_claim(empty, f"holder {number}") for number in range(6)]
    assert [one.media_id for one in taken] == [number for number in ids for _ in range(2)]
    assert claim(empty) is None


def test_what_a_converter_has_no_program_for_is_left_and_counted(empty: Sessions) -> None:
    add(empty)
    add(empty, MediaType.MP4, "b")
    picture = add(empty, MediaType.PNG, "c")
    with empty.begin() as session:
        taken = claims.claim_next(session, "one", WITHOUT_PROGRAMS, now=NOW)
        assert taken is not None
        assert taken.media_id == picture
        assert claims.count_beyond(session, WITHOUT_PROGRAMS) == 3  # its rest waits for the PDF
        assert claims.count_beyond(session, ALL) == 0
        assert claims.claim_next(session, "one", {}, now=NOW) is None


def test_it_is_tried_three_times_with_pauses_and_has_then_failed(empty: Sessions) -> None:
    media_id = add(empty)
    crash = Failed(Failure.CRASHED, "signal 11" + "!" * 5000)
    seconds = 0.0
    for pause in (10, 60):
        assert settle(empty, must_claim(empty, seconds=seconds), crash, seconds) is (
            Step.FAILED_FOR_NOW
        )
        assert claim(empty, seconds=seconds + pause - 0.1) is None
        seconds += pause
    last = must_claim(empty, seconds=seconds)
    assert last.attempts == ATTEMPTS
    assert settle(empty, last, crash, seconds) is Step.FAILED
    assert claim(empty, seconds=10_000) is None
    with empty() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.failure) == (ConversionStatus.FAILED, "crashed")
        assert row.error_message is not None
        assert len(row.error_message) == 2000
        assert row.completed_at == NOW + timedelta(seconds=seconds)


def test_a_broken_file_has_failed_at_once(empty: Sessions) -> None:
    add(empty)
    assert settle(empty, must_claim(empty), Failed(Failure.PASSWORD)) is Step.FAILED


def test_an_outage_is_waited_out_for_ever(empty: Sessions) -> None:
    add(empty)
    for number in range(5):
        claimed = must_claim(empty, seconds=number * 20)
        assert claimed.attempts == 1
        assert settle(empty, claimed, Failed(Failure.SERVICE_AWAY), number * 20) is Step.GIVEN_BACK


def test_a_pause_written_before_the_clock_was_set_back_is_over(empty: Sessions) -> None:
    add(empty)
    settle(empty, must_claim(empty, seconds=5000), Failed(Failure.TIMEOUT), 5000)
    assert LONGEST_PAUSE.total_seconds() < 5000
    assert claim(empty, seconds=1) is not None


_NO_PDF = {"facts": "no_pdf", "thumbnail": "no_pdf"}


def _failures(sessions: Sessions, media_id: int) -> dict[str, str | None]:
    with sessions() as session:
        rows = rows_of(session, media_id).values()
        return {
            row.target_format.value: row.failure
            for row in rows
            if row.status is ConversionStatus.FAILED
        }


def test_what_is_made_of_a_pdf_fails_with_it_and_is_tried_again_with_it(empty: Sessions) -> None:
    media_id = add(empty)
    settle(empty, must_claim(empty), Failed(Failure.CRASHED))
    assert _failures(empty, media_id) == {}
    settle(empty, must_claim(empty, seconds=5000), Failed(Failure.BROKEN), 5000)
    assert _failures(empty, media_id) == {"pdf": "broken", **_NO_PDF}
    with empty.begin() as session:
        conversions.ask_again(session, media_id, actor=CLI, now=NOW)
    settle(empty, must_claim(empty), PDF)
    assert must_claim(empty).target is Target.FACTS


def test_a_person_has_it_tried_again(empty: Sessions) -> None:
    media_id = add(empty)
    settle(empty, must_claim(empty), Failed(Failure.BROKEN, "no"))
    before = counters(empty)[1]
    with empty.begin() as session:
        asked = conversions.ask_again(session, media_id, actor=CLI, now=NOW)
        assert asked == (Target.PDF, Target.FACTS, Target.THUMBNAIL)
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.attempts, row.failure, row.error_message, row.completed_at) == (
            0,
            None,
            None,
            None,
        )
        entry = session.scalars(select(AuditEntry)).one()
        assert (entry.action, entry.entity_id) == ("media.conversion_retried", str(media_id))
    assert counters(empty)[1] > before
    assert must_claim(empty).attempts == 1
    with empty() as session, pytest.raises(ConflictError):
        conversions.ask_again(session, media_id, actor=CLI, now=NOW)
    with empty() as session, pytest.raises(NotFoundError):
        conversions.ask_again(session, 10**6, actor=CLI, now=NOW)


def test_whoever_only_looks_may_not_ask(empty: Sessions) -> None:
    media_id = add(empty, MediaType.MP4)
    reader = Actor(1, "eva", Role.USER, "console")
    with empty() as session, pytest.raises(NotAllowedError):
        conversions.ask_again(session, media_id, actor=reader, now=NOW)
    with empty() as session, pytest.raises(NotAllowedError):
        conversions.request_mp4(session, media_id, actor=reader, now=NOW)


def test_a_video_for_all_screens_is_made_when_somebody_asks(empty: Sessions) -> None:
    media_id = add(empty, MediaType.WEBM)
    with empty.begin() as session:
        for _ in range(2):  # asking twice is asking once
            conversions.request_mp4(session, media_id, actor=CLI, now=NOW)
        assert set(rows_of(session, media_id)) == {Target.FACTS, Target.THUMBNAIL, Target.MP4}
    settle(empty, must_claim(empty), Made(facts={"duration": 3.5}))
    settle(empty, must_claim(empty), Made("thumbnail"))
    before = counters(empty)[0]
    settle(empty, must_claim(empty), Failed(Failure.BROKEN))
    assert counters(empty)[0] == before
    with empty.begin() as session:
        conversions.request_mp4(session, media_id, actor=CLI, now=NOW)
    settle(empty, must_claim(empty), Made("video.mp4"))
    assert counters(empty)[0] > before
    picture = add(empty, MediaType.PNG, "b")
    with empty() as session, pytest.raises(InvalidInputError, match="Only a video"):
        conversions.request_mp4(session, picture, actor=CLI, now=NOW)


def replace(sessions: Sessions, media_id: int, checksum: str) -> None:
    with sessions.begin() as session:
        media = session.get_one(EventMedia, media_id)
        media.checksum_sha256 = checksum
        conversions.request(session, media, now=NOW)


def test_a_claim_on_a_content_that_was_replaced_does_nothing(empty: Sessions) -> None:
    media_id = add(empty)
    stale = must_claim(empty)
    replace(empty, media_id, "e" * 64)
    with empty.begin() as session:
        assert not claims.renew(session, stale, 50, now=NOW)
    assert settle(empty, stale, PDF) is False
    assert settle(empty, stale, Failed(Failure.BROKEN)) is None
    with empty() as session:
        assert {row.file_hash for row in rows_of(session, media_id).values()} == {"e" * 64}
        assert session.get_one(EventMedia, media_id).page_count is None
    assert must_claim(empty, "two").checksum == "e" * 64


def test_a_claim_does_nothing_to_the_row_that_got_its_number(empty: Sessions) -> None:
    media_id = add(empty)
    old = must_claim(empty)
    replace(empty, media_id, "c" * 64)
    new = must_claim(empty)  # by the same converter, which is at work at the former content yet
    again = dataclasses.replace(old, id=new.id)  # as SQLite has it, where the last number is free
    assert not settle(empty, again, Made("derived/old/document.pdf", {"size": 1}))
    with empty() as session:
        row = rows_of(session, media_id)[new.target]
        assert (row.status, row.target_path) == (ConversionStatus.PROCESSING, None)
    assert settle(empty, new, Made("derived/new/document.pdf", {"size": 2}))


def test_a_claim_on_a_file_that_was_deleted_does_nothing(empty: Sessions) -> None:
    media_id = add(empty)
    stale = must_claim(empty)
    with empty.begin() as session:
        session.execute(delete(EventMedia).where(EventMedia.id == media_id))
    assert settle(empty, stale, PDF) is False


def test_progress_is_seen_while_it_goes_on(empty: Sessions) -> None:
    media_id = add(empty)
    claimed = must_claim(empty)
    with empty.begin() as session:
        assert claims.renew(session, claimed, 40, now=NOW + timedelta(seconds=5))
    with empty.begin() as session:
        assert claims.renew(session, claimed, now=NOW + timedelta(seconds=6))
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.progress) == (ConversionStatus.PROCESSING, 40)


def seen(sessions: Sessions) -> dict[int, ClaimRow]:
    with sessions() as session:
        return claims.list_claims(session)


def test_only_a_claim_that_is_as_it_was_seen_is_taken_over(empty: Sessions) -> None:
    add(empty)
    first = must_claim(empty)
    looked = seen(empty)[first.id]
    with empty.begin() as session:
        claims.renew(session, first, now=NOW + timedelta(seconds=5))
    with empty.begin() as session:
        assert claims.take_over(session, first.id, looked, "two", now=NOW) is None
    looked = seen(empty)[first.id]
    with empty.begin() as session:
        heir = claims.take_over(session, first.id, looked, "two", now=NOW)
    with empty.begin() as session:
        assert claims.take_over(session, first.id, looked, "three", now=NOW) is None
        assert not claims.renew(session, first, now=NOW)
    assert heir is not None
    assert (heir.holder, heir.attempts) == ("two", 2)
    assert settle(empty, first, PDF) is False
    assert settle(empty, heir, PDF) is True


def test_what_kills_every_converter_has_failed_in_the_end(empty: Sessions) -> None:
    media_id = add(empty)
    number = must_claim(empty).id
    for attempt in range(ATTEMPTS):
        with empty.begin() as session:
            heir = claims.take_over(
                session, number, seen(empty)[number], f"heir {attempt}", now=NOW
            )
        assert (heir is None) is (attempt == ATTEMPTS - 1)
    with empty() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.failure) == (ConversionStatus.FAILED, "interrupted")
    assert _failures(empty, media_id) == {"pdf": "interrupted", **_NO_PDF}


def test_a_converter_that_is_ended_gives_back_what_it_had(empty: Sessions) -> None:
    media_id = add(empty)
    must_claim(empty)
    with empty.begin() as session:
        claims.release(session, "another")
        assert rows_of(session, media_id)[Target.PDF].status is ConversionStatus.PROCESSING
    with empty.begin() as session:
        claims.release(session, "one")
    assert must_claim(empty, "two").attempts == 1


def test_the_same_content_is_made_once(empty: Sessions) -> None:
    add(empty, name="first", checksum_sha256="f" * 64)
    second = add(empty, name="second", checksum_sha256="f" * 64)
    settle(empty, must_claim(empty), PDF)
    claimed = next(
        one
        for one in (must_claim(empty) for _ in range(3))
        if (one.media_id, one.target) == (second, Target.PDF)
    )
    with empty() as session:
        assert claims.find_made_before(session, claimed) == PDF
