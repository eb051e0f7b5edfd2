"""Who asks for a change."""

from dataclasses import dataclass, field

from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import NotAllowedError


@dataclass(frozen=True)
class Actor:
    """A person or program on whose behalf a service acts."""

    user_id: int | None
    name: str
    role: Role
    source: str
    """Where the request came from: an address, `cli`, or a worker's name."""
    shown: str | None = field(default=None, compare=False, repr=False)
    """The digest of what they showed for it, a session's token or an API token; None for others."""

    @property
    def is_person(self) -> bool:
        """Whether it is somebody who signed in, not a program or the command line."""
        return self.user_id is not None

    def require(self, role: Role) -> None:
        """Raise `NotAllowedError` unless the actor has at least `role`."""
        if not has_at_least(self.role, role):
            raise NotAllowedError(
                "This needs the role {role}; yours is {own}.", role=role, own=self.role
            )


SYSTEM = Actor(user_id=None, name="system", role=Role.SUPERADMIN, source="system")
CLI = Actor(user_id=None, name="cli", role=Role.SUPERADMIN, source="cli")
