"""The form's files: chosen from the library, in the order in which they are shown."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

import streamlit as st

from console.events.form_state import while_open
from console.events.form_typed import Typed
from console.events.presenters.files import file_facts, file_trouble, files_summary
from console.events.presenters.form import FormInput, moved
from console.i18n import _
from console.media.chooser import choose_media
from console.parts.feedback import show_error, toast
from console.runtime import now, read_session, run_again, user_timezone
from console.words.markdown import literal
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import PRESENTATION_TYPES, VIDEO_TYPES, MediaType
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.events.event_contents import ContentFile, list_files

Act = Callable[[Typed], None]
_TYPES: Final[dict[EventType, frozenset[MediaType]]] = {
    EventType.PRESENTATION: PRESENTATION_TYPES,
    EventType.VIDEO: VIDEO_TYPES,
}


def files_field(typed: Typed, error: InfoscreenError | None) -> tuple[ContentFile, ...]:
    """Draw the chosen files and the choice of more; return those that are chosen."""
    values = typed.read()
    files = _fitting(typed, values)
    for place, file in enumerate(files):
        _file(typed, file, values, is_first=place == 0, is_last=place == len(files) - 1)
    if len(files) > 1:
        st.caption(files_summary(files, values.slide_interval, is_auto=values.auto_progress))
    if values.event_type is EventType.PRESENTATION or not files:
        _more(typed, values, tuple(file.media_id for file in files))
    show_error(error, field="event_media_id")
    return files


def _fitting(typed: Typed, values: FormInput) -> tuple[ContentFile, ...]:
    """Return the chosen files; forget those that are gone, or that this type cannot show."""
    with read_session() as session:
        known = list_files(session, values.event_media_ids, at=now())
    files = tuple(file for file in known if file.media_type in _TYPES[values.event_type])
    if values.event_type is EventType.VIDEO:
        files = files[:1]
    kept = tuple(file.media_id for file in files)
    if kept != values.event_media_ids:
        typed.set(event_media_ids=kept)
    return files


def _file(
    typed: Typed, file: ContentFile, values: FormInput, *, is_first: bool, is_last: bool
) -> None:
    key = f"event-file-{file.media_id}"
    with st.container(horizontal=True, gap="xxsmall", vertical_alignment="center", key=key):
        st.html(_file_html(file, values))
        if not (is_first and is_last):
            up = _("Show earlier: {file}", file=file.name)
            _turn(up, "arrow_upward", f"{key}-up", _moving(file, -1), typed, is_off=is_first)
            down = _("Show later: {file}", file=file.name)
            _turn(down, "arrow_downward", f"{key}-down", _moving(file, 1), typed, is_off=is_last)
        out = _("Do not show: {file}", file=file.name)
        _turn(out, "close", f"{key}-out", _leaving_out(file), typed)
    if file.empty is not None:
        trouble = escape(file_trouble(file.empty, user_timezone()))
        st.html(f'<p class="is-event-file-trouble">{trouble}</p>')


def _turn(label: str, icon: str, key: str, act: Act, typed: Typed, *, is_off: bool = False) -> None:
    st.button(
        literal(label),
        icon=f":material/{icon}:",
        type="tertiary",
        key=key,
        help=literal(label),
        disabled=is_off,
        on_click=act,
        args=(typed,),
    )


def _moving(file: ContentFile, places: int) -> Act:
    @while_open
    def move(typed: Typed) -> None:
        ids = typed.read().event_media_ids
        typed.set(event_media_ids=moved(ids, file.media_id, places))

    return move


def _leaving_out(file: ContentFile) -> Act:
    @while_open
    def leave_out(typed: Typed) -> None:
        ids = typed.read().event_media_ids
        typed.set(event_media_ids=tuple(one for one in ids if one != file.media_id))

    return leave_out


def _file_html(file: ContentFile, values: FormInput) -> str:
    is_slides = values.event_type is EventType.PRESENTATION
    facts = file_facts(file, values.slide_interval if is_slides else None)
    picture = f"background-image: url(/library/{file.media_id}/thumbnail)"
    name = escape(file.name)
    return (
        f'<div class="is-event-file"><i style="{picture}"></i><div>'
        f'<strong title="{name}">{name}</strong><span>{escape(facts)}</span></div></div>'
    )


def _more(typed: Typed, values: FormInput, chosen: tuple[int, ...]) -> None:
    """Draw the library to choose from, folded where the event has files already."""
    box = st.expander(
        _("Choose or upload files"),
        expanded=not typed.initial.event_media_ids,
        icon=":material/perm_media:",
        key=typed.key("library"),
        on_change="rerun",
    )
    if not box.open:
        return
    is_film = values.event_type is EventType.VIDEO
    label = _("Videos") if is_film else _("Presentations, documents and pictures")
    with box:
        wanted = choose_media(label, _TYPES[values.event_type], chosen, key=typed.key("media"))
    if wanted != chosen:
        _say_unfit(values.event_type, [one for one in wanted if one not in chosen])
        typed.set(event_media_ids=wanted)
        run_again()


def _say_unfit(kind: EventType, added: Sequence[int]) -> None:
    """Say that a file which was sent here is in the library, but nothing that this event shows."""
    with read_session() as session:
        files = list_files(session, added, at=now())
    for file in files:
        if file.media_type not in _TYPES[kind]:
            said = _(
                "“{file}” is in the library now, but an event of this type cannot show it.",
                file=file.name,
            )
            toast(said, tone="warning")
