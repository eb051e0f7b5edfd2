"""Services that screens gave up restarting: the list, and acknowledging one with a note."""

from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.monitoring import snapshots
from console.monitoring.presenters.failed_services import failed_html
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    draw_dialog,
    gone,
    is_confirmed,
    note_field,
)
from console.parts.guard import known_identity
from console.runtime import Session, now, read_session, run_again, user_timezone
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.failed_services import (
    FailedService,
    acknowledge,
    find_failed,
)
from infoscreen_core.services.monitoring.incidents import NOTE_LIMIT

_DIALOG: Final = "failed-service"
_ICON: Final = ":material/done_all:"
_MOST_SHOWN: Final = 50


def failed_service_list(total: int) -> None:
    """Draw the screens with a failed service, folded; nothing when `total` says there is none."""
    found = failed_services(total)
    if not found:
        return
    title = ngettext("{n} failed service", "{n} failed services", max(total, len(found)))
    with st.expander(title, icon=":material/report:", key="failed-services"):
        for failed in found:
            _line(failed)
        if total > len(found):
            st.caption(ngettext("and {n} more", "and {n} more", total - len(found)))


def failed_services(total: int) -> tuple[FailedService, ...]:
    """Return the services that were given up last; none without asking when `total` is zero."""
    return snapshots.failed_services(limit=_MOST_SHOWN) if total else ()


def ask_to_acknowledge(uuid: str) -> None:
    """Open the dialog; a full run must follow."""
    dialogs.open_dialog(_DIALOG, uuid=uuid)


def draw_failed_service_dialog() -> None:
    """Draw the dialog if it is open; pages with the button call this once, outside live parts."""
    draw_dialog(_DIALOG, _("Acknowledge failed service"), _ICON, _contents)


def _line(failed: FailedService) -> None:
    key = f"failed-{failed.client_uuid}"
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        st.html(failed_html(failed, user_timezone(), now=now()))
        if has_at_least(known_identity().role, Role.ADMIN) and st.button(
            _("Acknowledge"), key=f"acknowledge-{failed.client_uuid}", icon=_ICON
        ):
            ask_to_acknowledge(failed.client_uuid)
            run_again()


def _contents(uuid: str) -> None:
    with read_session() as session:
        failed = find_failed(session, uuid)
    if failed is None:
        gone()
        return
    st.html(failed_html(failed, user_timezone(), now=now()))
    st.caption(_("It leaves the list until the player reports that it failed again."))
    with st.form("failed-service", border=False, enter_to_submit=True):
        slots = Slots()
        note = note_field(slots, most=NOTE_LIMIT)
        confirmed = is_confirmed(_("Acknowledge"), _ICON)
    if confirmed:
        attempt_and_close(partial(_acknowledge, failed, note), slots)


def _acknowledge(
    failed: FailedService, note: str, session: Session, actor: Actor, at: datetime
) -> str:
    acknowledge(
        session,
        failed.client_uuid,
        note=note,
        failed_at=failed.failed_at,
        actor=actor,
        now=at,
    )
    return _("The failed service of {name} is acknowledged.", name=failed.client_name)
