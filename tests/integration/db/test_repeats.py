"""Requests that are done once, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import IdempotentRequest
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import repeats
from infoscreen_core.services.encryption import UnreadableSecretError
from infoscreen_core.services.repeats import CUT_OFF, KEPT, Answer, Claim, UnfinishedError
from tests.support.at_once import at_once
from tests.support.people import NOW

Sessions = sessionmaker[Session]
_ASKED = Claim("a session's token", "k-1", "f" * 64, NOW)
_LOST = Answer(409, "application/problem+json", '{"code":"conflict"}')
_ANSWER = Answer(201, "application/json", '{"firstPassword":"tusi-mola"}')


def _claim(sessions: Sessions, asked: Claim = _ASKED, *, later: timedelta = timedelta(0)) -> object:
    sent = replace(asked, begun_at=asked.begun_at + later)
    return in_transaction(sessions, lambda session: repeats.claim(session, sent))


def _finish(sessions: Sessions) -> None:
    with sessions.begin() as session:
        repeats.finish(session, _ASKED, _ANSWER)


def _note_done(sessions: Sessions, asked: Claim = _ASKED) -> None:
    with sessions.begin() as session:
        repeats.note_done(session, asked, _LOST)


def test_what_was_answered_is_answered_again(sessions: Sessions) -> None:
    assert _claim(sessions) is None
    _finish(sessions)
    assert _claim(sessions) == _ANSWER


def test_who_comes_meanwhile_is_refused(sessions: Sessions) -> None:
    _claim(sessions)
    with pytest.raises(ConflictError, match="still being done"):
        _claim(sessions)


def test_a_key_is_for_one_request(sessions: Sessions) -> None:
    _claim(sessions)
    _finish(sessions)
    with pytest.raises(InvalidInputError, match="another request"):
        _claim(sessions, replace(_ASKED, fingerprint="0" * 64))


def test_what_was_refused_may_be_asked_again(sessions: Sessions) -> None:
    _claim(sessions)
    with sessions.begin() as session:
        repeats.release(session, _ASKED)
    assert _claim(sessions) is None


def test_after_a_day_it_is_forgotten(sessions: Sessions) -> None:
    _claim(sessions)
    _finish(sessions)
    assert _claim(sessions, later=KEPT - timedelta(seconds=1)) == _ANSWER
    assert _claim(sessions, later=KEPT) is None


def test_each_new_one_takes_old_ones_away(sessions: Sessions) -> None:
    for number in range(5):
        _claim(sessions, Claim("a", f"k-{number}", "f" * 64, NOW))
    _claim(sessions, later=KEPT + timedelta(hours=1))
    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(IdempotentRequest)) == 1


def test_the_answer_is_read_with_the_callers_secret_only(sessions: Sessions) -> None:
    _claim(sessions)
    _finish(sessions)
    with sessions() as session:
        row = session.scalars(select(IdempotentRequest)).one()
    assert "tusi" not in (row.body_encrypted or "")
    assert _ASKED.secret not in row.id
    with pytest.raises(UnreadableSecretError):
        replace(_ASKED, secret="another token").cipher.decrypt(row.body_encrypted or "")


@pytest.mark.parametrize("key", ["k-1", "k-2", "k-3", "k-4", "k-5"])
def test_of_two_at_once_one_is_done(sessions: Sessions, key: str) -> None:
    asked = replace(_ASKED, key=key)

    def ask() -> str:
        try:
            return "done" if _claim(sessions, asked) is None else "answered"
        except ConflictError:
            return "refused"

    assert sorted(str(one.result()) for one in at_once(ask, ask)) == ["done", "refused"]


def test_what_was_cut_off_before_anything_was_done_is_done_by_whoever_asks_later(
    sessions: Sessions,
) -> None:
    _claim(sessions)
    with pytest.raises(UnfinishedError) as refused:
        _claim(sessions, later=CUT_OFF - timedelta(seconds=30))
    assert refused.value.seconds == 30
    assert _claim(sessions, later=CUT_OFF) is None
    with pytest.raises(UnfinishedError):
        _claim(sessions, later=CUT_OFF + timedelta(seconds=1))


def test_whoever_is_overtaken_changes_nothing_and_ends_nothing(sessions: Sessions) -> None:
    _claim(sessions)
    again = replace(_ASKED, begun_at=NOW + CUT_OFF)
    assert _claim(sessions, again) is None
    with pytest.raises(ConflictError, match="took too long"):
        _note_done(sessions)
    _finish(sessions)
    with sessions.begin() as session:
        repeats.release(session, _ASKED)
    with pytest.raises(UnfinishedError):
        _claim(sessions, later=CUT_OFF)
    _note_done(sessions, again)


def test_what_was_done_and_cut_off_is_never_done_again(sessions: Sessions) -> None:
    _claim(sessions)
    _note_done(sessions)
    with sessions.begin() as session:
        repeats.release(session, _ASKED)  # it failed afterwards
    assert _claim(sessions, later=timedelta(seconds=1)) == _LOST
    assert _claim(sessions, later=KEPT - timedelta(seconds=1)) == _LOST


def test_the_answer_takes_the_place_of_what_was_noted(sessions: Sessions) -> None:
    _claim(sessions)
    _note_done(sessions)
    _note_done(sessions)  # a second step of the same request
    _finish(sessions)
    assert _claim(sessions, later=timedelta(seconds=1)) == _ANSWER


@pytest.mark.parametrize("key", ["k-1", "k-2", "k-3"])
def test_of_two_who_take_over_one_does_it(sessions: Sessions, key: str) -> None:
    asked = replace(_ASKED, key=key)
    _claim(sessions, asked)
    tries = [CUT_OFF, CUT_OFF + timedelta(seconds=1)]

    def ask() -> str:
        later = tries.pop()
        try:
            return "done" if _claim(sessions, asked, later=later) is None else "answered"
        except ConflictError:
            return "refused"

    assert sorted(str(one.result()) for one in at_once(ask, ask)) == ["done", "refused"]
