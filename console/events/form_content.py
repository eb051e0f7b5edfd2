"""The form's part about what is shown: only the inputs of the chosen type."""

import streamlit as st

from console.events.contents.files import files_field
from console.events.contents.preview import preview
from console.events.form_typed import Typed
from console.events.presenters.form import shown_fields
from console.i18n import _
from console.navigation import link_to
from console.parts.feedback import show_error
from console.runtime import read_session
from console.words.event_types import EVENT_TYPES, LOOK_WORDS, event_type_word
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.events.limits import TEXT_LIMIT
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.system_settings import get_setting


def type_field(
    typed: Typed, types: tuple[EventType, ...], error: InfoscreenError | None
) -> EventType:
    """Let a person choose what kind of event it is."""
    st.pills(
        _("Shows"),
        [kind for kind in types if kind is not EventType.WEBUNTIS or _has_supplement_table(typed)],
        format_func=lambda kind: f"{EVENT_TYPES[kind].icon} {event_type_word(kind)}",
        required=True,
        key=typed.key("event_type"),
        persist_state="session",
    )
    show_error(error, field="event_type")
    return EventType(st.session_state[typed.key("event_type")])


def _has_supplement_table(typed: Typed) -> bool:
    """Whether the supplement table is offered; an event that shows it keeps its type."""
    if st.session_state[typed.key("event_type")] is EventType.WEBUNTIS:
        return True
    with read_session() as session:
        return bool(get_setting(session, "supplement_table_enabled"))


def content_fields(typed: Typed, error: InfoscreenError | None) -> frozenset[str]:
    """Draw the inputs of the chosen type; return their names."""
    values = typed.read()
    has_files = "event_media_id" in shown_fields(values)
    files = files_field(typed, error) if has_files else ()
    values = typed.read()
    shown = shown_fields(values)
    if "website_url" in shown:
        _address_field(typed, values.event_type, error)
    if "message_text" in shown:
        _message_fields(typed, error)
    if values.event_type is EventType.WEBUNTIS:
        _webuntis_hint()
    if "slide_interval" in shown:
        _presentation_fields(typed, error)
    if "volume" in shown:
        _video_fields(typed, error)
    preview(values, files)
    return shown


def _address_field(typed: Typed, kind: EventType, error: InfoscreenError | None) -> None:
    labels = {
        EventType.WEBSITE: _("Address of the website"),
        EventType.PRESENTATION: _("Address of the presentation (PDF)"),
        EventType.VIDEO: _("Address of the video"),
    }
    st.text_input(
        labels.get(kind, _("Address")),
        key=typed.key("website_url"),
        placeholder="https://www.example.org/",
        persist_state="session",
    )
    show_error(error, field="website_url")


def _message_fields(typed: Typed, error: InfoscreenError | None) -> None:
    st.text_area(
        _("Text on the screen"),
        key=typed.key("message_text"),
        max_chars=TEXT_LIMIT,
        height=96,
        persist_state="session",
    )
    show_error(error, field="message_text")
    st.segmented_control(
        _("Look"),
        list(Severity),
        format_func=lambda severity: _(LOOK_WORDS[severity]),
        required=True,
        key=typed.key("message_severity"),
        persist_state="session",
    )


def _webuntis_hint() -> None:
    with read_session() as session:
        address = get_setting(session, "supplement_table_url")
    if address:
        hint = _("Shows the supplement table of the settings:")
        st.caption(f":material/link: {hint} `{address}`")
    else:
        st.warning(
            _(
                "The settings hold no address of the supplement table yet; an administrator has to "
                "enter it."
            ),
            icon=":material/link_off:",
        )
        link_to("settings", _("Settings"), icon=":material/settings:")


def _presentation_fields(typed: Typed, error: InfoscreenError | None) -> None:
    # Without bounds of its own: the core refuses with a sentence, the input without a word.
    st.number_input(
        _("Seconds per page"),
        step=1,
        key=typed.key("slide_interval"),
        persist_state="session",
    )
    show_error(error, field="slide_interval")
    st.toggle(_("Turn pages by itself"), key=typed.key("auto_progress"), persist_state="session")
    st.toggle(_("Show progress"), key=typed.key("page_progress"), persist_state="session")


def _video_fields(typed: Typed, error: InfoscreenError | None) -> None:
    with st.container(horizontal=True):
        st.toggle(_("Start by itself"), key=typed.key("autoplay"), persist_state="session")
        st.toggle(_("Repeat"), key=typed.key("loop"), persist_state="session")
        st.toggle(_("Muted"), key=typed.key("muted"), persist_state="session")
    is_muted = st.session_state[typed.key("muted")]
    st.slider(
        _("Volume (%)"),
        0,
        100,
        step=5,
        key=typed.key("volume"),
        disabled=is_muted,
        persist_state="session",
    )
    show_error(error, field="volume")
