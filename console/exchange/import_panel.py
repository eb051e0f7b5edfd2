"""Taking the events of a calendar file into a group: choose it, see what would happen, do it."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.exchange.presenters.event_import import (
    KINDS,
    import_label,
    kind_of,
    kind_word,
    rows_html,
    summary,
    written_count,
)
from console.i18n import _
from console.parts.dialog_form import Slots, attempt_and_close
from console.parts.feedback import show_error
from console.parts.uploads import MOST_MEBIBYTES
from console.runtime import Session, change, user_timezone
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventImportResult

_FILE: Final = "import-file"
_KIND: Final = "import-kind"
_PREVIEW: Final = "import-preview"


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
    if file is None:
        return
    kind = kind_of(choice)
    result = _tried((file.file_id, group_id, kind), file.getvalue())
    if isinstance(result, InfoscreenError):
        show_error(result)
        return
    slots = Slots()
    _show(result, group_name)
    _confirm(file.getvalue(), group_id, kind, result, slots)


def _tried(
    key: tuple[str, int, EventType | None], data: bytes
) -> EventImportResult | InfoscreenError:
    """Return what the import would do; tried once for each file, group and type."""
    known: tuple[object, EventImportResult | InfoscreenError] | None = st.session_state.get(
        _PREVIEW
    )
    if known is not None and known[0] == key:
        return known[1]
    with st.spinner(_("Reading the file …")):
        result = _try(key, data)
    st.session_state[_PREVIEW] = (key, result)
    return result


def _try(
    key: tuple[str, int, EventType | None], data: bytes
) -> EventImportResult | InfoscreenError:
    _file, group_id, kind = key

    def rehearse(session: Session, actor: Actor, now: datetime) -> EventImportResult:
        return import_events(
            session, data, group_id=group_id, kind=kind, is_rehearsal=True, actor=actor, now=now
        )

    try:
        return change(rehearse)
    except InfoscreenError as error:
        return error


def _show(result: EventImportResult, group_name: str) -> None:
    st.markdown(f"**{_('For {group}: {summary}', group=group_name, summary=summary(result))}**")
    st.html(rows_html(result, user_timezone()))


def _confirm(
    data: bytes, group_id: int, kind: EventType | None, result: EventImportResult, slots: Slots
) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        done = import_events(session, data, group_id=group_id, kind=kind, actor=actor, now=now)
        return _("Imported: {summary}", summary=summary(done))

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
