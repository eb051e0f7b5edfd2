"""The choice of a role, of those that the reader may give."""

import streamlit as st

from console.i18n import _
from console.runtime import current_identity
from console.words.roles import role_word
from infoscreen_core.domain.people.roles import Role, may_manage


def roles_seen() -> list[Role]:
    """Return the roles whose accounts the reader sees, and which they may give."""
    own = current_identity().role
    return [role for role in Role if may_manage(own, role)]


def choose_role(current: Role, *, key: str) -> Role:
    """Draw the choice; return the role."""
    roles = roles_seen()
    is_short = Role.SUPERADMIN not in roles
    hint = _("Only super administrators make others super administrators.") if is_short else None
    return st.selectbox(
        _("Role"),
        roles,
        index=roles.index(current) if current in roles else 0,
        format_func=role_word,
        key=key,
        help=hint,
    )
