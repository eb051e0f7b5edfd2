"""Requests that are done once, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import IdempotentRequest
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import repeats
from infoscreen_core.services.encryption import UnreadableSecretError
from infoscreen_core.services.repeats import KEPT, Answer, Claim
from tests.support.at_once import at_once
from tests.support.people import NOW

Sessions = sessionmaker[Session]
_ASKED = Claim("a session's token", "k-1", "f" * 64)
_ANSWER = Answer(201, "application/json", '{"firstPassword":"tusi-mola"}')


def _claim(sessions: Sessions, asked: Claim = _ASKED, *, later: timedelta = timedelta(0)) -> object:
    return in_transaction(sessions, lambda session: repeats.claim(session, asked, now=NOW + later))


def _finish(sessions: Sessions) -> None:
    with sessions.begin() as session:
        repeats.finish(session, _ASKED, _ANSWER)


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
        _claim(sessions, Claim(_ASKED.secret, _ASKED.key, "0" * 64))


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
        _claim(sessions, Claim("a", f"k-{number}", "f" * 64))
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
        Claim("another token", "k-1", "f" * 64).cipher.decrypt(row.body_encrypted or "")


@pytest.mark.parametrize("key", ["k-1", "k-2", "k-3", "k-4", "k-5"])
def test_of_two_at_once_one_is_done(sessions: Sessions, key: str) -> None:
    asked = Claim(_ASKED.secret, key, _ASKED.fingerprint)

    def ask() -> str:
        try:
            return "done" if _claim(sessions, asked) is None else "answered"
        except ConflictError:
            return "refused"

    assert sorted(str(one.result()) for one in at_once(ask, ask)) == ["done", "refused"]
