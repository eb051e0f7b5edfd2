"""What is typed in a form, kept on the server for its person while it is not saved.

A form gives a name and a way to read it. Whatever changed is stored with each run that draws the
form, and once more when the session turns out to be over: what was typed last came with that very
request.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import streamlit as st

from console.i18n import _
from console.parts.guard import known_identity, when_signed_out
from console.runtime import OutageError, now, read_session, user_timezone, write
from console.words.formatting import clock
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.people import drafts as service
from infoscreen_core.services.people.drafts import DraftView

Content = dict[str, Any]
_OPEN: Final = "draft-open"


@dataclass
class _Open:
    """The form that is open: at most one is kept."""

    form: str
    read: Callable[[], Content | None]
    user_id: int
    kept: Mapping[str, Any] | None


def keep_draft(form: str, read: Callable[[], Content | None]) -> None:
    """Keep what is typed in the form; call it in each run, once its inputs are drawn.

    `read` returns what can be stored as JSON, None while nothing is typed that is not saved.
    """
    last: _Open | None = st.session_state.get(_OPEN)
    kept = last.kept if last and last.form == form else None
    st.session_state[_OPEN] = _Open(form, read, known_identity().user_id, kept)
    _store()


def find_draft(form: str) -> DraftView | None:
    """Return what the person was typing in this form when they left it."""
    user_id = known_identity().user_id
    with suppress(OutageError), read_session() as session:
        return service.find(session, form, user_id=user_id, now=now())
    return None


def is_draft_kept() -> bool:
    """Whether what is typed in the form that was open last is kept."""
    last: _Open | None = st.session_state.get(_OPEN)
    return last is not None and last.kept is not None


def show_restored(kept_at: datetime | None) -> None:
    """Say that what was typed until then is here again; nothing for None."""
    if kept_at is not None:
        time = clock(kept_at, user_timezone())
        st.info(
            _("What you were typing until {time} is here again.", time=time),
            icon=":material/history:",
        )


def forget_draft(form: str) -> None:
    """Forget what was typed: it was saved, or given up."""
    last: _Open | None = st.session_state.get(_OPEN)
    if last is None or last.form != form:
        return
    del st.session_state[_OPEN]
    if last.kept is not None:
        with suppress(OutageError, InfoscreenError):
            write(lambda session: service.forget(session, form, user_id=last.user_id))


@when_signed_out
def _store() -> None:
    """Store what changed; when nothing can be stored, it stays in the browser's session."""
    last: _Open | None = st.session_state.get(_OPEN)
    content = last.read() if last else None
    if last is None or content == last.kept:
        return
    with suppress(OutageError, InfoscreenError):
        if content is None:
            write(lambda session: service.forget(session, last.form, user_id=last.user_id))
        else:
            write(
                lambda session: service.keep(
                    session, last.form, content, user_id=last.user_id, now=now()
                )
            )
        last.kept = content
