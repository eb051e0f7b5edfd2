"""What people are typing: one draft a form and person, for an hour; and why sessions are over."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import EndedSession, FormDraft, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SESSION_IDLE, SESSION_LIFE, SessionEnd
from infoscreen_core.services.people import drafts, sign_in, users
from infoscreen_core.services.people.drafts import DRAFT_LIFE
from infoscreen_core.services.people.sign_in import SignedIn
from tests.support.people import NOW, SUPERADMIN, add_user

pytestmark = pytest.mark.slow

PASSWORD = "vier rote Fahrräder"
MINUTE = timedelta(minutes=1)


def _add(session: Session, name: str = "Anna") -> User:
    return add_user(session, name, PASSWORD, Role.EDITOR, actor=SUPERADMIN, now=NOW)


def _begin(session: Session, password: str = PASSWORD) -> str:
    result = sign_in.sign_in(session, "Anna", password, ip="10.0.0.9", user_agent=None, now=NOW)
    assert isinstance(result, SignedIn)
    return result.token


def test_a_draft_is_kept_replaced_and_forgotten(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        anna, bert = _add(session).id, _add(session, "Bert").id
        for text in ("Chor", "Chorprobe"):
            drafts.keep(session, "event", {"title": text}, user_id=anna, now=NOW)
    with sessions() as session:
        found = drafts.find(session, "event", user_id=anna, now=NOW + 59 * MINUTE)
        assert found
        assert (found.content, found.saved_at) == ({"title": "Chorprobe"}, NOW)
        assert drafts.find(session, "event", user_id=bert, now=NOW) is None
        assert drafts.find(session, "settings", user_id=anna, now=NOW) is None
        assert drafts.find(session, "event", user_id=anna, now=NOW + DRAFT_LIFE) is None
    with sessions.begin() as session:
        drafts.forget(session, "event", user_id=anna)
        assert drafts.find(session, "event", user_id=anna, now=NOW) is None


def test_old_drafts_are_swept_and_huge_ones_not_kept(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        anna, bert = _add(session).id, _add(session, "Bert").id
        drafts.keep(session, "event", {"title": "alt"}, user_id=anna, now=NOW)
        later = NOW + DRAFT_LIFE + MINUTE
        drafts.keep(session, "event", {"title": "x" * 200_000}, user_id=bert, now=later)
        drafts.keep(session, "settings", {"a": 1}, user_id=bert, now=later)
        left = session.scalars(select(FormDraft)).all()
        assert [(draft.user_id, draft.form) for draft in left] == [(bert, "settings")]


def test_of_somebody_deactivated_nothing_is_kept(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        anna = _add(session)
        users.deactivate_user(session, anna.id, actor=SUPERADMIN, now=NOW)
        drafts.keep(session, "event", {"title": "Chor"}, user_id=anna.id, now=NOW)
        assert session.scalars(select(FormDraft)).all() == []


def test_each_end_of_a_session_is_known(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        anna = _add(session)
        good, left = _begin(session), _begin(session)
        sign_in.sign_out(session, left, now=NOW)

        def why(token: str, after: timedelta = timedelta()) -> SessionEnd | None:
            return sign_in.why_over(session, token, now=NOW + after)

        assert why(good) is None
        assert why(good, SESSION_IDLE) is SessionEnd.IDLE
        assert why(good, SESSION_LIFE) is SessionEnd.EXPIRED
        assert why(left) is SessionEnd.SIGNED_OUT
        assert why("made up") is SessionEnd.OVER
        users.set_password(session, anna.id, "drei gelbe Autos", actor=SUPERADMIN, now=NOW)
        assert why(good) is SessionEnd.PASSWORD_CHANGED
        other = _begin(session, "drei gelbe Autos")
        users.deactivate_user(session, anna.id, actor=SUPERADMIN, now=NOW)
        assert why(other) is SessionEnd.DEACTIVATED


def test_why_sessions_are_over_is_forgotten_after_a_day(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    with sqlite_sessions.begin() as session:
        _add(session)
        token = _begin(session)
        sign_in.sign_out(session, token, now=NOW)
        sign_in.purge(session, now=NOW + timedelta(hours=25))
        assert session.scalars(select(EndedSession)).all() == []
