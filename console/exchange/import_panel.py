"""Taking the events of a calendar file into a group: choose it, see what would happen, do it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from console.exchange.presenters.event_import import (
    KINDS,
    import_label,
    imported_toast,
    kind_of,
    kind_word,
    notes_of,
    rows_html,
    summary,
    written_count,
)
from console.exchange.verdict_note import verdict_note
from console.i18n import _
from console.parts.feedback import Caution, show_error
from console.parts.forms.dialog_form import Slots, attempt_and_close
from console.parts.uploads import MOST_MEBIBYTES
from console.runtime import Session, change, user_timezone
from console.words.markdown import literal
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventImportResult

_FILE: Final = "import-file"
_KIND: Final = "import-kind"
_PRIVATE: Final = "import-private"
_PREVIEW: Final = "import-preview"


@dataclass(frozen=True)
class _Choice:
    """What is imported where, and how: a preview holds for one of these."""

    file_id: str
    group_id: int
    kind: EventType | None
    takes_private: bool


def forget_import() -> None:
    """Forget the preview: files and plans change."""
    st.session_state.pop(_PREVIEW, None)


def import_panel(group_id: int, group_name: str) -> None:
    """Draw the choice of a file, what it would do, and the button that imports it."""
    st.markdown(
        _(
            "Takes the events of a calendar file (.ics) into the group. Nothing is written before "
            "you have seen what would happen. The same file twice changes nothing; a newer one "
            "changes what differs."
        )
    )
    file = st.file_uploader(_("Calendar file"), key=_FILE, max_upload_size=MOST_MEBIBYTES)
    choice = st.selectbox(
        _("Show events as"),
        KINDS,
        format_func=kind_word,
        key=_KIND,
        help=_("Applies to new events; it can be changed later."),
    )
    takes_private = st.checkbox(
        _("Take private events too"),
        key=_PRIVATE,
        help=_("Screens are public, so what the calendar marks as private is left out."),
    )
    if file is None:
        return
    wanted = _Choice(file.file_id, group_id, kind_of(choice), takes_private)
    result = _tried(wanted, file.getvalue())
    if isinstance(result, InfoscreenError):
        show_error(result)
        return
    slots = Slots()
    _show(result, group_name)
    _confirm(file.getvalue(), wanted, result, slots)


def _tried(wanted: _Choice, data: bytes) -> EventImportResult | InfoscreenError:
    """Return what the import would do; tried once for each choice."""
    known: tuple[object, EventImportResult | InfoscreenError] | None = st.session_state.get(
        _PREVIEW
    )
    if known is not None and known[0] == wanted:
        return known[1]
    with st.spinner(_("Reading the file …")):
        result = _try(wanted, data)
    st.session_state[_PREVIEW] = (wanted, result)
    return result


def _try(wanted: _Choice, data: bytes) -> EventImportResult | InfoscreenError:
    def rehearse(session: Session, actor: Actor, now: datetime) -> EventImportResult:
        return _import(session, data, wanted, actor, now, is_rehearsal=True)

    try:
        return change(rehearse)
    except InfoscreenError as error:
        return error


def _import(
    session: Session,
    data: bytes,
    wanted: _Choice,
    actor: Actor,
    now: datetime,
    *,
    is_rehearsal: bool = False,
) -> EventImportResult:
    return import_events(
        session,
        data,
        group_id=wanted.group_id,
        kind=wanted.kind,
        takes_private=wanted.takes_private,
        is_rehearsal=is_rehearsal,
        actor=actor,
        now=now,
    )


def _show(result: EventImportResult, group_name: str) -> None:
    st.markdown(f"**{_('For {group}: {summary}', group=group_name, summary=summary(result))}**")
    for note in notes_of(result):
        st.warning(literal(note))
    verdict_note(result)
    st.html(rows_html(result, user_timezone()))


def _confirm(data: bytes, wanted: _Choice, result: EventImportResult, slots: Slots) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        done = _import(session, data, wanted, actor, now)
        told = imported_toast(done)
        return Caution(told) if done.verdict.wanting else told

    if not written_count(result):
        st.caption(_("There is nothing to import from this file."))
        return
    with st.container(horizontal=True, horizontal_alignment="right"):
        is_confirmed = st.button(
            import_label(result), key="import-now", type="primary", icon=":material/download:"
        )
    if is_confirmed:
        forget_import()
        with st.spinner(_("Importing …")):
            attempt_and_close(write, slots)
