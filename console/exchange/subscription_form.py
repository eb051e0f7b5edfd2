"""The form for a subscribed calendar: what it would bring is shown before anything is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from console.exchange.presenters.event_import import (
    AS_SUITS,
    KINDS,
    kind_of,
    kind_word,
    rows_html,
    summary,
)
from console.exchange.presenters.subscriptions import interval_choices, interval_word
from console.exchange.verdict_note import verdict_note
from console.i18n import _
from console.parts.feedback import toast
from console.parts.forms.dialog_form import Slots, submit_buttons
from console.parts.write import attempt
from console.runtime import Session, change, now, resources, run_again, user_timezone
from infoscreen_core.domain.exchange.subscriptions import DEFAULT_MINUTES
from infoscreen_core.domain.text.http_address import MAX_LENGTH
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.fetching.fetch import Fetched
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange import calendar_subscriptions as service
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.exchange.calendar_subscriptions import SubscriptionDraft
from infoscreen_core.services.exchange.subscription_reading import Reader
from infoscreen_core.services.exchange.subscription_views import SubscriptionView
from infoscreen_core.services.exchange.views import EventImportResult

_TRIED: Final = "subscription-tried"
_SERIAL: Final = "subscription-serial"
"""Counts the forms: a browser gives the inputs of a form with the same keys what was typed before,
and an address must not be shown again."""


@dataclass(frozen=True)
class _Tried:
    """A calendar that was fetched for a look; subscribing takes exactly this over."""

    group_id: int
    draft: SubscriptionDraft
    fetched: Fetched
    result: EventImportResult


def forget_draft() -> None:
    """Forget what was typed and fetched."""
    st.session_state.pop(_TRIED, None)
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1


def new_form(group_id: int) -> None:
    """Draw the form for another calendar; its second step shows what it would bring."""
    slots = Slots()
    with st.form("subscription-new", border=False):
        draft = _inputs(slots, None)
        is_asked = st.form_submit_button(_("Show preview"), icon=":material/preview:")
    if is_asked:
        _try(group_id, draft, slots)
    tried: _Tried | None = st.session_state.get(_TRIED)
    if tried is not None and tried.group_id == group_id:
        _preview(tried, slots)


def edit_form(view: SubscriptionView, close: Callable[[], None]) -> None:
    """Draw the form for a calendar that is subscribed to; `close` ends it."""
    slots = Slots()
    with st.form(f"subscription-edit-{view.id}", border=False):
        draft = _inputs(slots, view)
        is_asked, is_cancelled = submit_buttons(_("Save"), ":material/check:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        cipher = Reader.of(resources().settings).cipher
        saved = service.update_subscription(
            session, view.id, draft, version=view.version, cipher=cipher, actor=actor, now=at
        )
        return _("“{name}” is saved.", name=saved.name)

    if is_cancelled or (is_asked and attempt(write, refuse=slots.show)):
        close()
        run_again()


def _inputs(slots: Slots, view: SubscriptionView | None) -> SubscriptionDraft:
    address = st.text_input(
        _("Address of the calendar"),
        key=_key("address"),
        max_chars=MAX_LENGTH,
        placeholder=view.address_shown if view else "https://…/school.ics",
        help=_("It is stored encrypted, since it often is the only key to the calendar."),
    )
    slots.below("address")
    name = st.text_input(
        _("Name"), view.name if view else "", key=_key("name"), max_chars=service.NAME_LENGTH
    )
    slots.below("name")
    user, password = _login(slots, view)
    interval, kind = _reading(slots, view)
    return SubscriptionDraft(
        name=name,
        address=address,
        username=user,
        password=password,
        interval_minutes=interval,
        event_type=kind_of(kind),
        takes_private=st.checkbox(
            _("Take private events too"),
            view.takes_private if view else False,
            key=_key("private"),
            help=_("Screens are public, so what the calendar marks as private is left out."),
        ),
    )


def _login(slots: Slots, view: SubscriptionView | None) -> tuple[str, str]:
    kept = _("unchanged") if view and view.has_login else ""
    with st.container(horizontal=True):
        user = st.text_input(
            _("User name (if asked for)"),
            key=_key("username"),
            autocomplete="off",
            placeholder=kept,
        )
        password = st.text_input(
            _("Password"),
            key=_key("password"),
            type="password",
            autocomplete="new-password",
            placeholder=kept,
        )
    slots.below("username")
    slots.below("password")
    return user, password


def _reading(slots: Slots, view: SubscriptionView | None) -> tuple[int, str]:
    minutes = view.interval_minutes if view else DEFAULT_MINUTES
    choices = interval_choices(minutes)
    current = (view.event_type if view else None) or AS_SUITS
    kinds = KINDS if current in KINDS else (*KINDS, current)
    with st.container(horizontal=True):
        interval = st.selectbox(
            _("Read"),
            choices,
            choices.index(minutes),
            format_func=interval_word,
            key=_key("interval"),
        )
        kind = st.selectbox(
            _("Show events as"),
            kinds,
            kinds.index(current),
            format_func=kind_word,
            key=_key("kind"),
            help=_("Applies to new events; it can be changed later."),
        )
    slots.below("interval_minutes")
    return interval, kind


def _try(group_id: int, draft: SubscriptionDraft, slots: Slots) -> None:
    """Fetch the calendar and rehearse it; the server is asked outside any transaction."""
    st.session_state.pop(_TRIED, None)
    try:
        with st.spinner(_("Reading the calendar …")):
            reader = Reader.of(resources().settings)
            fetched = reading.fetch_draft(draft, reader, now=now())
            result = change(
                lambda session, actor, at: reading.rehearse(
                    session, group_id, draft, fetched, reader, actor=actor, now=at
                )
            )
    except InfoscreenError as error:
        slots.show(error)
        return
    st.session_state[_TRIED] = _Tried(group_id, draft, fetched, result)


def _preview(tried: _Tried, slots: Slots) -> None:
    st.markdown(f"**{_preview_head(tried)}**")
    if not tried.draft.address.lower().startswith(("https:", "webcal")):
        st.warning(
            _("The address begins with http: others on the way can read along."),
            icon=":material/no_encryption:",
        )
    verdict_note(tried.result)
    st.html(rows_html(tried.result, user_timezone()))
    with st.container(horizontal=True, horizontal_alignment="right"):
        is_confirmed = st.button(
            _("Subscribe to this calendar"),
            key="subscription-begin",
            type="primary",
            icon=":material/sync:",
        )
    if is_confirmed and _begin(tried, slots):
        forget_draft()
        run_again()


def _preview_head(tried: _Tried) -> str:
    told = summary(tried.result)
    return (
        _("The calendar brings: {summary}", summary=told)
        if told
        else _("The calendar holds no events at the moment.")
    )


def _begin(tried: _Tried, slots: Slots) -> bool:
    try:
        reader = Reader.of(resources().settings)
        view = change(
            lambda session, actor, at: reading.begin(
                session, tried.group_id, tried.draft, tried.fetched, reader, actor=actor, now=at
            )
        )
    except InfoscreenError as error:
        slots.show(error)
        return False
    toast(_("The group now follows “{name}”.", name=view.name))
    return True


def _key(name: str) -> str:
    return f"subscription-{st.session_state.get(_SERIAL, 0)}-{name}"
