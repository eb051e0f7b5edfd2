"""Views of a page by name: its filters, kept by a person, shared if they like, opened by a link.

A page calls `saved_views` once, outside its live parts, with the names of all its filters. What a
view holds is the query of the page's address; opening one writes it there.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import address, dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.runtime import Identity, Session, current_identity, read_session, run_again
from console.words.html import link_about
from infoscreen_core.domain.people.saved_views import NAME_LIMIT
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import saved_views as service
from infoscreen_core.services.people.saved_views import ViewOfPage

LINKS: Final = "views"
"""The folder of the addresses that open a view by its number."""
_LIST, _EDIT, _DELETE = "views-list", "views-edit", "views-delete"
_ICON: Final = ":material/bookmarks:"


def saved_views(page: str, filters: Collection[str]) -> None:
    """Draw the button that leads to the page's views, and the dialog that is open."""
    with st.container(key="saved-views"):
        st.button(
            _("Views"),
            key="views-open",
            icon=_ICON,
            type="tertiary",
            on_click=dialogs.open_dialog,
            args=(_LIST,),
        )
    asked = {name: value for name, value in address.query().items() if name in filters}
    draw_dialog(_LIST, _("Views"), _ICON, lambda: _list(page, asked, filters), width="medium")
    draw_dialog(
        _EDIT,
        _("Change view"),
        ":material/edit:",
        lambda view_id: _edit(page, view_id, asked, filters),
    )
    draw_dialog(
        _DELETE, _("Delete view"), ":material/delete:", lambda view_id: _delete(page, view_id)
    )


def _list(page: str, asked: dict[str, str], filters: Collection[str]) -> None:
    identity = current_identity()
    views = _read(page, identity)
    if not views:
        st.html(f'<p class="is-quiet">{escape(_("No view of this page is saved yet."))}</p>')
    with st.container(key="views-rows", gap="small"):
        for view in views:
            _row(view, filters, identity, is_shown=view.query == asked)
    _save(page, asked, filters)


def _row(view: ViewOfPage, filters: Collection[str], identity: Identity, *, is_shown: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        icon = ":material/check:" if is_shown else None
        if st.button(view.name, key=f"view-show-{view.id}", icon=icon, type="tertiary"):
            _show(view, filters)
        st.html(_about(view, is_own=view.owner_id == identity.user_id), width="stretch")
        if view.may_change(identity.user_id, identity.role):
            _tool(view, _EDIT, ":material/edit:", _("Change view"))
            _tool(view, _DELETE, ":material/delete:", _("Delete view"))


def _tool(view: ViewOfPage, dialog: str, icon: str, label: str) -> None:
    if st.button(f"{label}: {view.name}", key=f"{dialog}-{view.id}", icon=icon, type="tertiary"):
        dialogs.open_dialog(dialog, view_id=view.id)
        run_again()


def _about(view: ViewOfPage, *, is_own: bool) -> str:
    words = _("for everybody") if view.is_shared else _("only for you")
    if not is_own:
        words = _("by {name}", name=view.owner_name)
    opened = link_about(f"{LINKS}/{view.id}", _("Link"), view.name)
    return f'<span class="is-quiet is-small">{escape(words)} · {opened}</span>'


def _show(view: ViewOfPage, filters: Collection[str]) -> None:
    """Let the page's address ask for what the view holds."""
    dialogs.close_dialog()
    address.write(**{name: view.query.get(name) for name in filters}, page=None)
    run_again()


def _save(page: str, asked: dict[str, str], filters: Collection[str]) -> None:
    with st.form("views-save", border=True):
        st.markdown(f"**{_('Save what the page shows now')}**")
        slots = Slots()
        name, is_shared = _inputs("new", "", slots, is_shared=False)
        confirmed = is_confirmed(_("Save view"), ":material/bookmark_add:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        view = service.create_view(
            session,
            page,
            name,
            asked,
            known=filters,
            is_shared=is_shared,
            actor=actor,
            now=now,
        )
        return _("The view {name} is saved.", name=view.name)

    if confirmed:
        attempt_and_close(write, slots)


def _edit(page: str, view_id: int, asked: dict[str, str], filters: Collection[str]) -> None:
    view = _find(page, view_id)
    if view is None:
        gone()
        return
    with st.form("views-edit", border=False):
        slots = Slots()
        name, is_shared = _inputs(str(view_id), view.name, slots, is_shared=view.is_shared)
        takes_over = view.query != asked and st.checkbox(
            _("Let it hold what the page shows now"), key=f"views-take-{view_id}"
        )
        confirmed = is_confirmed(_("Save view"), ":material/check:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        changed = service.change_view(
            session,
            view_id,
            name=name,
            is_shared=is_shared,
            query=asked if takes_over else None,
            known=filters,
            actor=actor,
            now=now,
        )
        return _("The view {name} is saved.", name=changed.name)

    if confirmed:
        attempt_and_close(write, slots)


def _inputs(which: str, name: str, slots: Slots, *, is_shared: bool) -> tuple[str, bool]:
    typed = st.text_input(
        _("Name"),
        value=name,
        key=f"views-name-{which}",
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. Errors of the Aula"),
    )
    slots.below("name")
    shared = st.checkbox(
        _("For everybody who may open the page"), value=is_shared, key=f"views-shared-{which}"
    )
    return typed or "", shared


def _delete(page: str, view_id: int) -> None:
    view = _find(page, view_id)
    if view is None:
        gone()
        return
    lost = _("“{name}” is gone for everybody then, and links to it lead nowhere.", name=view.name)
    alone = _("“{name}” is gone then.", name=view.name)
    consequence(lost if view.is_shared else alone)
    with st.form("views-delete", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(_("Delete view"), ":material/delete:")

    def write(session: Session, actor: Actor, now: datetime) -> str:
        service.delete_view(session, view_id, actor=actor, now=now)
        return _("The view {name} is deleted.", name=view.name)

    if confirmed:
        attempt_and_close(write, slots)


def _read(page: str, identity: Identity) -> Sequence[ViewOfPage]:
    with read_session() as session:
        return service.list_views(session, page, user_id=identity.user_id)


def _find(page: str, view_id: int) -> ViewOfPage | None:
    return next((view for view in _read(page, current_identity()) if view.id == view_id), None)
