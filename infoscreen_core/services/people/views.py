"""People as readers see them."""

from dataclasses import dataclass

from infoscreen_core.domain.people.roles import Role


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who is signed in."""

    id: int
    username: str
    role: Role
    language: str | None
    """The one they chose; None while they follow the installation's."""
    is_touch_due: bool
    """Whether their session should be resumed in a writing transaction, so that it stays good."""
    notes_seen: str | None = None
    """The version whose news they have looked at."""
