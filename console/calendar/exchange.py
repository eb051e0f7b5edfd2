"""What the calendar shares with other programs: calendars that it follows, files, and links."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from console.exchange.feeds_panel import feeds_panel, forget_link
from console.exchange.import_panel import forget_import, import_panel
from console.exchange.subscriptions_panel import forget_subscriptions, subscriptions_panel
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import draw_dialog
from console.words.markdown import literal

_NAME: Final = "calendar-exchange"
_GROUP: Final = "exchange-group"
_ICON: Final = ":material/sync_alt:"


def exchange_button(groups: Mapping[int, str], group_id: int | None) -> None:
    """Draw the button, and the dialog while it is open; `group_id` is the group in view."""
    help_text = _("Subscribe & import")
    st.button(_("Import"), icon=_ICON, help=help_text, key=_NAME, on_click=_open, args=(group_id,))

    def contents(group_id: int | None) -> None:
        chosen = _choose_group(groups, group_id)
        follow, take_in, share = st.tabs([_("Subscribed calendars"), _("Import"), _("Share")])
        with follow:
            subscriptions_panel(chosen)
        with take_in:
            import_panel(chosen, literal(groups[chosen]))
        with share:
            feeds_panel(chosen)

    draw_dialog(_NAME, _("Calendars of other programs"), _ICON, contents, width="medium")


def _choose_group(groups: Mapping[int, str], group_id: int | None) -> int:
    options = list(groups)
    return st.selectbox(
        _("Group"),
        options,
        index=options.index(group_id) if group_id is not None and group_id in groups else 0,
        format_func=lambda one: groups.get(one, ""),
        key=_GROUP,
        on_change=_forget_group,
    )


def _forget_group() -> None:
    forget_link()
    forget_subscriptions()


def _open(group_id: int | None) -> None:
    _forget_group()
    forget_import()
    dialogs.open_dialog(_NAME, group_id=group_id)
