"""The roles in people's words."""

from typing import Final

from console.i18n import N_, _
from infoscreen_core.domain.people.roles import Role

ROLE_WORDS: Final[dict[Role, str]] = {
    Role.USER: N_("Viewer"),
    Role.EDITOR: N_("Editor"),
    Role.ADMIN: N_("Administrator"),
    Role.SUPERADMIN: N_("Super administrator"),
}


def role_word(role: Role) -> str:
    """Return the role's name in the current language."""
    return _(ROLE_WORDS[role])
