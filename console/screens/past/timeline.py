"""All that became of a screen, as one picture with a table and a file; the address has the span."""

from collections.abc import Mapping
from datetime import date, datetime, time
from html import escape
from typing import Final
from urllib.parse import quote, urlencode

import streamlit as st

from console.i18n import _
from console.parts.address import choose_one, follow, query, write
from console.parts.feedback import show_error
from console.parts.guard import known_identity, live
from console.parts.plot import fold_numbers
from console.runtime import now, user_timezone
from console.screens import snapshots
from console.screens.past.snapshots import timeline
from console.screens.past.span import OWN, SPANS, USUAL, read_window
from console.screens.presenters.entries import entries_of
from console.screens.presenters.timeline import past_sentence, past_table, picture_html
from console.words.instants import write_instant
from console.words.plots import bar_length
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.text.local_time import localize, to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.monitoring.screen.timeline import ScreenTimeline

_REFRESH_SECONDS: Final = 30
_KEY: Final = "past"


@live(_REFRESH_SECONDS)
def draw_past(uuid: str) -> None:
    """Draw the time that the address asks for (`?span=`, with `own` also `from` and `to`)."""
    if snapshots.client(uuid) is None:
        return
    st.header(_("What became of it"), anchor=False)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        chosen = _choose_span()
        st.html(_download(uuid, chosen), width="content")
    if chosen == OWN:
        _choose_own()
    asked = query()
    try:
        found = timeline(uuid, chosen, asked.get("from"), asked.get("to"))
    except InvalidInputError as error:
        show_error(error)
        return
    _draw(found)


def _draw(found: ScreenTimeline) -> None:
    may_act = has_at_least(known_identity().role, Role.ADMIN)
    zone, at = user_timezone(), now()
    entries = entries_of(found, may_act=may_act)
    st.html(f"<p>{escape(past_sentence(found.history.figures))}</p>")
    st.html(picture_html(entries, found.pictures, found.window, zone, now=at, may_act=may_act))
    fold_numbers(past_table(entries, zone, now=at, address=query()), key=_KEY)


def _choose_span() -> str:
    options = {key: bar_length(length) for key, length in SPANS.items()}
    options["24h"] = _("24 hours")
    options[OWN] = _("From – to")
    return choose_one(_("Span"), options, key="span", default=USUAL, resets=("from", "to"))


def _choose_own() -> None:
    """Draw first and last day and time; what is chosen goes into the address."""
    window = _own_window(query())
    with st.container(horizontal=True, vertical_alignment="bottom", key="past-own"):
        for name, label, at in (("from", _("From"), window.start), ("to", _("To"), window.end)):
            local = to_local(at, user_timezone())
            follow(f"past-{name}-day", local.date())
            follow(f"past-{name}-clock", local.time().replace(second=0, microsecond=0))
            st.date_input(
                label, key=f"past-{name}-day", format="DD.MM.YYYY", width=140, on_change=_write
            )
            st.time_input(
                _("Time"), key=f"past-{name}-clock", step=300, width=110, on_change=_write
            )


def _own_window(asked: Mapping[str, str]) -> Span:
    """Return the time that is asked for, also where no picture can show it."""
    try:
        return read_window({**asked, "span": OWN}, now=now())
    except InvalidInputError as error:
        start, end = (error.params.get(name) for name in ("start", "end"))
        usual = read_window({}, now=now())
        return Span(
            start if isinstance(start, datetime) else usual.start,
            end if isinstance(end, datetime) else usual.end,
        )


def _write() -> None:
    write(**{name: _written(name) for name in ("from", "to")})


def _written(name: str) -> str | None:
    on: date | None = st.session_state.get(f"past-{name}-day")
    clock: time | None = st.session_state.get(f"past-{name}-clock")
    if on is None or clock is None:
        return None
    return write_instant(localize(datetime.combine(on, clock), user_timezone()))


def _download(uuid: str, chosen: str) -> str:
    asked = {name: text for name, text in query().items() if name in ("from", "to")}
    words = urlencode({"span": chosen, **asked, "zone": user_timezone().key})
    address = escape(f"/past/{quote(uuid, safe='')}.csv?{words}")
    return f'<a href="{address}" download>{escape(_("Download list (CSV)"))}</a>'
