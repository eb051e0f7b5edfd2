"""Around pages and live parts: a lost session or database is a message, never a traceback."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Final, NoReturn, ParamSpec

import streamlit as st

from console.i18n import _
from console.parts import address, dialogs
from console.parts.feedback import show_error
from console.runtime import (
    Identity,
    OutageError,
    SignedOutError,
    current_identity,
    explanation_of,
    reach_database,
    resources,
    run_again,
    why_signed_out,
)
from console.shared import STALE_SECONDS
from console.words.errors import error_sentence
from console.words.markdown import literal
from console.words.people.sessions import password_address, session_end_sentence, sign_in_address
from infoscreen_core.domain.people.sessions import SessionEnd
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.log import get_logger

P = ParamSpec("P")
log = get_logger()

RETRY_SECONDS: Final = 5
_JUST_SAID: Final = "outage-just-said"
_CONFIRMED: Final = "identity-confirmed"
_LAST_WORD_MS: Final = 400
_LAST_ACTS: Final[dict[str, Callable[[], None]]] = {}


@contextmanager
def page_guard() -> Iterator[None]:
    """Turn what a page does not handle into a message: signed out, refused, database gone."""
    try:
        with resources().renewals.giving_way():
            yield
    except SignedOutError:
        _leave_for_sign_in()
    except InfoscreenError as error:
        show_error(error)
    except OutageError as error:
        log.warning("console.database_failed", error=type(error).__name__)
        _say_database_is_gone(error)


def live(seconds: float) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Make a function a part of the page that renews itself, but never behind an open dialog.

    Each run asks the database whether the session still holds. While it does not answer, who was
    confirmed here lately may go on looking at what is known, which carries its age.
    """

    def decorate(render: Callable[P, None]) -> Callable[P, None]:
        @wraps(render)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
            with page_guard():
                _confirm_identity()
                render(*args, **kwargs)

        @wraps(render)
        def part(*args: P.args, **kwargs: P.kwargs) -> None:
            run_every = None if dialogs.is_any_open() else seconds
            st.fragment(guarded, run_every=run_every)(*args, **kwargs)

        return part

    return decorate


def handle_script_error(error: Exception) -> bool:
    """Log what no guard caught and show a sentence instead of a traceback; for `st.App`."""
    log.error("console.page_failed", error=type(error).__name__, exc_info=error)
    st.error(
        _(
            "Something went wrong on this page. The details are in the console's log; reload the "
            "page to go on."
        ),
        icon=":material/error:",
    )
    return True


def known_identity() -> Identity:
    """Return who looks at a live part: confirmed in this run, or lately if nobody can be asked."""
    identity: Identity = st.session_state[_CONFIRMED][0]
    return identity


def _confirm_identity() -> None:
    try:
        st.session_state[_CONFIRMED] = current_identity(), time.monotonic()
    except OutageError:
        _who, at = st.session_state.get(_CONFIRMED, (None, -STALE_SECONDS))
        if time.monotonic() - at >= STALE_SECONDS:
            raise


def _say_database_is_gone(error: Exception) -> None:
    with st.container(key="outage"):
        sentence = literal(error_sentence(explanation_of(error)))
        again = _("This page tries again by itself.")
        st.error(f"{sentence} {again}", icon=":material/database_off:")
        st.button(_("Try again now"), key="outage-retry", icon=":material/refresh:")
        st.session_state[_JUST_SAID] = True
        _rerun_when_back()


@st.fragment(run_every=RETRY_SECONDS)
def _rerun_when_back() -> None:
    if st.session_state.pop(_JUST_SAID, False):
        return  # still the run that failed: trying again at once would never end
    try:
        reach_database()
    except OutageError:
        return
    run_again()


def when_signed_out(act: Callable[[], None]) -> Callable[[], None]:
    """Let this be done before somebody whose session is over is led to the sign-in page."""
    _LAST_ACTS[act.__qualname__] = act
    return act


def leave_for_password() -> NoReturn:
    """Lead somebody to the page where they choose their password; nothing else is drawn."""
    target = password_address(st.context.url or "/", address.query())
    st.info(_("Choose a password of your own first."), icon=":material/lock:")
    st.link_button(_("Choose your password"), target, type="primary")
    st.stop()


def act_for_the_last_time() -> None:
    """Let be done what `when_signed_out` was told: somebody cannot go on where they were."""
    for act in _LAST_ACTS.values():
        act()


def _leave_for_sign_in() -> None:
    act_for_the_last_time()
    end = SessionEnd.OVER
    with suppress(OutageError):
        end = why_signed_out() or end
    target = json.dumps(sign_in_address(st.context.url or "/", address.query(), end))
    st.info(session_end_sentence(end), icon=":material/lock:")
    st.link_button(_("Sign in"), json.loads(target), type="primary")
    # Leaving a field sends what was typed in it; that request keeps it before the page is gone.
    st.html(
        "<script>document.activeElement?.blur();"
        f"setTimeout(() => window.location.assign({target}), {_LAST_WORD_MS})</script>",
        unsafe_allow_javascript=True,
    )
    st.stop()
