"""What an identity provider says of a person, and which role that gives them here.

`OIDC_ROLES` maps the provider's groups to roles: `staff=editor, it=admin, *=user`; `*` stands for
everybody. Of several that fit, the highest counts. Nobody becomes a superadmin in this way: whoever
looks after the provider must not own the installation.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InvalidInputError

EVERYBODY: Final = "*"
_ROLES: Final = {role.value: role for role in (Role.USER, Role.EDITOR, Role.ADMIN)}


@dataclass(frozen=True, slots=True)
class ProvedIdentity:
    """Somebody whom the provider knows; it has signed this."""

    issuer: str
    subject: str
    """Never given to another person; all else about them may change."""
    username: str
    display_name: str | None
    email: str | None
    groups: frozenset[str]


def parse_roles(text: str) -> dict[str, Role]:
    """Return which role each group gives; raise `InvalidInputError` for what cannot be read."""
    found: dict[str, Role] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        group, _equals, role = (piece.strip() for piece in part.rpartition("="))
        if not group or role not in _ROLES:
            raise InvalidInputError(
                "OIDC_ROLES has “{part}”; write GROUP=ROLE with one of the roles {roles}.",
                field="oidc_roles",
                part=part,
                roles=", ".join(_ROLES),
            )
        found[group] = _ROLES[role]
    return found


def role_of(groups: Collection[str], roles: Mapping[str, Role]) -> Role | None:
    """Return the highest role that the groups give; None when they give none."""
    best = roles.get(EVERYBODY)
    for group in groups:
        role = roles.get(group)
        if role is not None and (best is None or has_at_least(role, best)):
            best = role
    return best
