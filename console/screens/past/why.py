"""Why a screen is as it is and since when, now or at the instant that the address names."""

import streamlit as st

from console.i18n import _
from console.parts.address import query
from console.parts.feedback import show_error
from console.parts.guard import known_identity
from console.runtime import now, user_timezone
from console.screens.past import snapshots
from console.screens.presenters.why import evidence_html, why_html
from console.words.html import link
from console.words.instants import read_instant
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InvalidInputError


def say_why(uuid: str) -> None:
    """Draw the answer in a sentence, and what speaks for it, folded while all is well."""
    may_act = has_at_least(known_identity().role, Role.ADMIN)
    zone, at = user_timezone(), now()
    try:
        found = snapshots.explanation(uuid, read_instant(query().get("at")), may_act=may_act)
    except InvalidInputError as error:
        show_error(error)
        return
    text = why_html(found, zone, now=at)
    if not found.is_now:
        text += f"<p>{link('client', _('How is it now?'), uuid=uuid)}</p>"
    st.html(text)
    evidence = evidence_html(found, zone, now=at)
    is_well = found.status is Status.HEALTHY and not found.is_blind
    if evidence:
        with st.expander(_("What speaks for it"), key="why-evidence", expanded=not is_well):
            st.html(evidence)
