"""The form on the installation's settings: all of them at once, each refusal beside its input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import available_timezones

import streamlit as st

from console.i18n import LANGUAGES, _
from console.parts.feedback import show_error
from console.parts.forms.drafts import find_draft, forget_draft, keep_draft, show_restored
from console.parts.write import attempt
from console.parts.zones import zone_names
from console.runtime import Session, read_session
from console.settings.presenters.page import changed_values
from console.words.settings import SETTING_WORDS
from infoscreen_core.domain.setup.incident_keys import INCIDENT_KEYS
from infoscreen_core.domain.setup.settings_keys import NAME_LIMIT
from infoscreen_core.errors import ConflictError, InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.system_settings import (
    GROUP_ORDER,
    get_setting,
    read_all,
    set_settings,
)

_FORM: Final = "settings-form"
DRAFT: Final = "settings"
_ELSEWHERE: Final = ""
_LESSONS_HEIGHT: Final = 84
_BELLS_LIKE: Final = "08:00–08:50, 08:55–09:45, 10:00–10:50"


@dataclass
class _OpenSettings:
    """One opening of the form; `serial` is part of its inputs' keys: each begins afresh."""

    serial: int
    base: dict[str, Any]
    """What was stored when the form was filled."""
    shown: dict[str, Any]
    """What its inputs began with: the same, but for what was typed before a session ended."""
    restored_at: datetime | None = None
    """When that was kept; None: nothing was."""
    is_drawn: bool = False
    errors: Mapping[str, InfoscreenError] = field(default_factory=dict)
    """What was refused, by setting; what belongs to none of them stands at `_ELSEWHERE`."""

    def key(self, name: str) -> str:
        """Return the key of one of the form's inputs."""
        return f"{_FORM}-{self.serial}-{name}"


def settings_form() -> None:
    """Draw all settings by subject, and one button that saves what was changed."""
    form = _opened()
    # Not st.form: until it is saved, only the browser would know what is typed.
    with st.container(key="settings-form"):
        left, right = st.columns(2, gap="medium")
        with left:
            _school(form)
            _supplement_table(form)
        with right:
            _presentations(form)
            _videos(form)
        _players(form)
        _incidents(form)
        show_error(form.errors.get(_ELSEWHERE))
        show_restored(form.restored_at)
        keep_draft(DRAFT, lambda: changed_values(_typed(form), form.base) or None)
        st.button(
            _("Save settings"),
            type="primary",
            icon=":material/check:",
            key="settings-save",
            on_click=_save,
            args=(form,),
        )


def _opened() -> _OpenSettings:
    """Return the form that stands on the page; a new one when the page has just been opened."""
    form: _OpenSettings | None = st.session_state.get(_FORM)
    if form is None or (form.is_drawn and form.key("organization_name") not in st.session_state):
        form = _begin(form.serial + 1 if form else 0)
    form.is_drawn = True
    return form


def _begin(serial: int) -> _OpenSettings:
    with read_session() as session:
        base = _without_order(read_all(session))
    draft = find_draft(DRAFT)
    typed = _fitting(draft.content, base) if draft else {}
    form = _OpenSettings(serial, base, {**base, **typed}, draft.saved_at if draft else None)
    st.session_state[_FORM] = form
    return form


def _fitting(typed: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a draft, perhaps of another release, the inputs can take."""
    choices = {"ui_language": LANGUAGES, "default_timezone": available_timezones()}
    return {
        key: value
        for key, value in typed.items()
        if key in base and type(value) is type(base[key]) and value in choices.get(key, (value,))
    }


def _school(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-school"):
        st.header(_("School, language and time"), anchor=False)
        _name(form)
        _language(form)
        _zone(form)
        _bell_times(form)


def _name(form: _OpenSettings) -> None:
    st.text_input(
        _(SETTING_WORDS["organization_name"]),
        value=form.shown["organization_name"],
        key=form.key("organization_name"),
        max_chars=NAME_LIMIT,
        help=_("Stands on the sign-in page."),
    )
    _refusal(form, "organization_name")


def _language(form: _OpenSettings) -> None:
    languages = list(LANGUAGES)
    st.selectbox(
        _(SETTING_WORDS["ui_language"]),
        languages,
        index=languages.index(form.shown["ui_language"]),
        format_func=lambda code: LANGUAGES[code],
        key=form.key("ui_language"),
        help=_("For everybody who has not chosen a language in the side bar."),
    )
    _refusal(form, "ui_language")


def _zone(form: _OpenSettings) -> None:
    zones = zone_names(form.shown["default_timezone"])
    st.selectbox(
        _(SETTING_WORDS["default_timezone"]),
        zones,
        index=zones.index(form.shown["default_timezone"]),
        key=form.key("default_timezone"),
        help=_(
            "For new events and for the calendar; events keep the time zone they were planned in."
        ),
    )
    _refusal(form, "default_timezone")


def _bell_times(form: _OpenSettings) -> None:
    st.text_area(
        _(SETTING_WORDS["bell_times"]),
        value=form.shown["bell_times"],
        key=form.key("bell_times"),
        height=_LESSONS_HEIGHT,
        placeholder=_BELLS_LIKE,
        help=_(
            "Beginning and end of each lesson, with commas between them. What is dragged in the "
            "calendar keeps to them, and a click there proposes the whole lesson. Empty: none."
        ),
    )
    _refusal(form, "bell_times")


def _supplement_table(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-supplement"):
        st.header(_("Supplement table"), anchor=False)
        _switch(form, "supplement_table_enabled")
        st.text_input(
            _(SETTING_WORDS["supplement_table_url"]),
            value=form.shown["supplement_table_url"],
            key=form.key("supplement_table_url"),
            placeholder="https://www.example.org/",
            help=_("For new events; events keep the address they were planned with."),
        )
        _refusal(form, "supplement_table_url")


def _presentations(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-presentations"):
        st.header(_("New events: presentations"), anchor=False)
        _number(form, "presentation_interval")
        _switch(form, "presentation_auto_progress")
        _switch(form, "presentation_page_progress")


def _videos(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-videos"):
        st.header(_("New events: videos"), anchor=False)
        st.slider(
            _(SETTING_WORDS["video_volume"]),
            0,
            100,
            value=_percent(form.shown["video_volume"]),
            key=form.key("video_volume"),
        )
        _refusal(form, "video_volume")
        for key in ("video_muted", "video_autoplay", "video_loop"):
            _switch(form, key)


def _players(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-players"):
        st.header(_("Players"), anchor=False)
        _number(
            form,
            "refresh_seconds",
            help=_("Every change reaches the screens within a second anyway."),
        )


def _incidents(form: _OpenSettings) -> None:
    with st.container(border=True, key="card-settings-incidents"):
        st.header(_("Incidents"), anchor=False)
        keys = list(INCIDENT_KEYS)
        half = len(keys) // 2
        for place, some in zip(
            st.columns(2, gap="medium"), (keys[:half], keys[half:]), strict=True
        ):
            with place:
                for key in some:
                    _number(form, key)


def _number(form: _OpenSettings, key: str, **options: Any) -> None:  # noqa: ANN401 - of the input
    # Without bounds of its own: beyond them the input would keep its former value, and a browser's
    # bubble would be all that tells of it. The core refuses, with a sentence.
    st.number_input(
        _(SETTING_WORDS[key]), value=form.shown[key], step=1, key=form.key(key), **options
    )
    _refusal(form, key)


def _switch(form: _OpenSettings, key: str) -> None:
    st.toggle(_(SETTING_WORDS[key]), value=form.shown[key], key=form.key(key))
    _refusal(form, key)


def _refusal(form: _OpenSettings, key: str) -> None:
    show_error(form.errors.get(key), field=key)


def _save(form: _OpenSettings) -> None:
    """Write what was changed in one transaction; a refusal leaves the form as it is."""
    changed = changed_values(_typed(form), form.base)
    form.errors = {}

    def write(session: Session, actor: Actor, now: datetime) -> str:
        set_settings(session, changed, expected=form.base, actor=actor, now=now)
        return _("The settings are saved.") if changed else _("Nothing was changed.")

    if attempt(write, refuse=lambda error: _note_refusal(form, error)):
        forget_draft(DRAFT)
        _begin(form.serial + 1)


def _note_refusal(form: _OpenSettings, error: InfoscreenError) -> None:
    """Keep the refusal for the next run.

    After a conflict the person knows what somebody else stored: to save once more means to
    overwrite it.
    """
    form.errors = {one.field if one.field in form.base else _ELSEWHERE: one for one in error.parts}
    if isinstance(error, ConflictError) and error.field:
        with read_session() as session:
            form.base[error.field] = get_setting(session, error.field)


def _typed(form: _OpenSettings) -> dict[str, Any]:
    typed = {key: st.session_state[form.key(key)] for key in form.base}
    volume = typed["video_volume"]
    is_same = volume == _percent(form.base["video_volume"])
    return {**typed, "video_volume": form.base["video_volume"] if is_same else volume / 100}


def _percent(share: float) -> int:
    return round(share * 100)


def _without_order(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if key != GROUP_ORDER}
