"""People as readers see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.people.listing import Cursor
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme


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
    must_change_password: bool = False
    """Whether they may do nothing but choose a password of their own: theirs was given to them."""
    display_name: str | None = None
    theme: Theme | None = None
    """The one they chose; None while they follow their machine."""


@dataclass(frozen=True, slots=True)
class UserView:
    """An account as administrators see it."""

    id: int
    username: str
    display_name: str | None
    email: str | None
    role: Role
    is_active: bool
    language: str | None
    theme: Theme | None
    must_change_password: bool
    created_at: datetime
    created_by: str | None
    """User names; None where nobody did it, who did is gone, or a superadmin whom the reader
    does not see."""
    updated_at: datetime
    updated_by: str | None
    last_login_at: datetime | None
    last_password_change_at: datetime | None
    password_given_at: datetime | None
    """When somebody else gave them the password that they have now."""
    failed_login_attempts: int
    """Since they signed in last."""
    last_failed_login_at: datetime | None
    locked_until: datetime | None
    deactivated_at: datetime | None
    deactivated_by: str | None

    @property
    def name(self) -> str:
        """What people call them."""
        return self.display_name or self.username

    def is_locked(self, *, now: datetime) -> bool:
        """Whether wrong passwords keep strangers from trying again."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True)
class UserPiece:
    """Some users of a list, and where to go on."""

    items: tuple[UserView, ...]
    next: Cursor | None
    """What to ask for to get those after them; None when there are none."""


@dataclass(frozen=True, slots=True)
class UserPage:
    """Some users of a list, how many the whole list has, and where to go on."""

    items: tuple[UserView, ...]
    total: int
    next: Cursor | None
    """What to ask for to get those after them; None when there are none."""


@dataclass(frozen=True, slots=True)
class UserFigures:
    """How many accounts there are, of those that the reader sees."""

    total: int
    active: int
    inactive: int
    locked: int
    new: int
    """Have not chosen a password of their own."""
    never: int
    """Have never signed in."""
    by_role: Mapping[Role, int]
    """The active ones."""


@dataclass(frozen=True, slots=True)
class NewUser:
    """What an account is made of; without a password, it gets a random one."""

    username: str
    role: Role = Role.USER
    password: str | None = None
    display_name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class UserEdit:
    """Names and mail address that an account is to have."""

    username: str
    display_name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class CreatedUser:
    """An account just made or given a new password.

    `first_password` is the random one that it was given, known nowhere else and to be shown once;
    None when somebody chose it.
    """

    view: UserView
    first_password: str | None


@dataclass(frozen=True, slots=True)
class DeletionEffects:
    """What goes with an account that is deleted for good."""

    sessions: int
    views: int
    """Saved views, the shared ones among them."""
    shared_views: int
    works: int
    """Events and files that stay, and no longer say who made them."""


@dataclass(frozen=True, slots=True)
class SessionView:
    """A signed-in browser."""

    handle: str
    """Names the session without opening it."""
    began_at: datetime
    last_seen_at: datetime
    """Exact to a minute."""
    expires_at: datetime
    address: str | None
    user_agent: str | None
    is_current: bool = False
    """Whether it is the one that asks."""
