"""Who may do what."""

from enum import StrEnum


class Role(StrEnum):
    """Roles in rising order; each may do everything that those before it may."""

    USER = "user"
    EDITOR = "editor"
    ADMIN = "admin"
    SUPERADMIN = "superadmin"


_RANK = {role: rank for rank, role in enumerate(Role)}


def has_at_least(role: Role, needed: Role) -> bool:
    """Whether `role` includes everything that `needed` may do."""
    return _RANK[role] >= _RANK[needed]


def may_manage(role: Role, other: Role) -> bool:
    """Whether `role` sees and changes users of role `other`; superadmins are hidden from admins."""
    return role is Role.SUPERADMIN or (role is Role.ADMIN and other is not Role.SUPERADMIN)
