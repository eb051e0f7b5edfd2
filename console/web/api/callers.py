"""Who calls the API, and what a route asks of them.

Each route declares its caller: `caller: ReadsAsUser`, `caller: ChangesAsAdmin`. The door has found
out who it is before the route is reached; here their role, and what their token may do, are looked
at. Services look again, since the rules are theirs.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Final, TypeVar

from fastapi import Depends
from starlette.requests import HTTPConnection, Request

from console.runtime import (
    Identity,
    PasswordOwedError,
    Session,
    change_by_bearer,
    change_of,
    read_session,
)
from console.web.origins import check_origin, csrf_token
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import NotAllowedError
from infoscreen_core.services.actor import Actor

T = TypeVar("T")
SCOPE_KEY: Final = "infoscreen.caller"


@dataclass(frozen=True)
class Caller:
    """A person, signed in or represented by one of their API tokens."""

    identity: Identity
    address: str
    token_id: int | None
    """Of the API token; None when they come with a session's cookie."""
    is_read_only: bool
    """Whether the token may only look."""
    secret: str = field(repr=False)
    """The session's token, or the API token."""
    note_done: Callable[[Session], None] | None = field(default=None, repr=False)
    """Stores with each change that something was done, where that is asked for."""

    @property
    def actor(self) -> Actor:
        """The person as services ask for them when they only look."""
        who = self.identity
        return Actor(who.user_id, who.username, who.role, self.address)

    @property
    def csrf_token(self) -> str | None:
        """What a page has to show when it changes something; None for tokens, which need none."""
        return csrf_token(self.secret) if self.token_id is None else None

    def read(self) -> AbstractContextManager[Session]:
        """Open a session that only reads."""
        return read_session()

    def change(self, work: Callable[[Session, Actor, datetime], T]) -> T:
        """Do the work in one transaction of the person, again from its beginning after a collision.

        Raises what the work raises, `SignedOutError` when the person's session or token is over by
        now, `BusyError` and `UnavailableError` when nothing could be stored.
        """
        if self.token_id is not None:
            return change_by_bearer(self.secret, self._noted(work), address=self.address)
        return change_of(self.secret, self._noted(work), address=lambda: self.address)

    def _noted(
        self, work: Callable[[Session, Actor, datetime], T]
    ) -> Callable[[Session, Actor, datetime], T]:
        note_done = self.note_done
        if note_done is None:
            return work

        def work_and_note(session: Session, actor: Actor, at: datetime) -> T:
            result = work(session, actor, at)
            note_done(session)
            return result

        return work_and_note


@dataclass(frozen=True)
class Access:
    """What a route asks of its caller; the dependency that FastAPI resolves."""

    role: Role
    is_change: bool
    is_for_newcomers: bool = False
    """Whether it may be called before a person has chosen a password of their own."""

    async def __call__(self, request: Request) -> Caller:
        """Return the caller; raise `NotAllowedError` when they may not."""
        caller = caller_of(request)
        if caller.identity.must_change_password and not self.is_for_newcomers:
            raise PasswordOwedError(
                "Choose a password of your own first: PUT /api/auth/change-password."
            )
        if not has_at_least(caller.identity.role, self.role):
            raise NotAllowedError(
                "This needs the role {role}; yours is {own}.",
                role=self.role,
                own=caller.identity.role,
            )
        if self.is_change:
            _check_change(request, caller)
        return caller


def reads(role: Role) -> Access:
    """Return the dependency of a route that only looks."""
    return Access(role, is_change=False)


def changes(role: Role) -> Access:
    """Return the dependency of a route that changes something."""
    return Access(role, is_change=True)


def caller_of(request: HTTPConnection) -> Caller:
    """Return whom the door found; a route without one would be a mistake of ours."""
    caller = find_caller(request)
    if caller is None:
        msg = f"{request.scope['path']} was reached past the door"
        raise RuntimeError(msg)
    return caller


def find_caller(request: HTTPConnection) -> Caller | None:
    """Return who calls; None where nobody has to say so."""
    caller = request.scope.get(SCOPE_KEY)
    return caller if isinstance(caller, Caller) else None


def _check_change(request: Request, caller: Caller) -> None:
    if caller.token_id is None:
        check_origin(request, caller.secret)
    elif caller.is_read_only:
        raise NotAllowedError(
            "This API token may only read; make one that may write, under “My account”."
        )


ReadsAsNewcomer = Annotated[
    Caller, Depends(Access(Role.USER, is_change=False, is_for_newcomers=True))
]
ChangesAsNewcomer = Annotated[
    Caller, Depends(Access(Role.USER, is_change=True, is_for_newcomers=True))
]
"""For what has to be open before a person has chosen a password of their own."""
ReadsAsUser = Annotated[Caller, Depends(reads(Role.USER))]
ReadsAsEditor = Annotated[Caller, Depends(reads(Role.EDITOR))]
ReadsAsAdmin = Annotated[Caller, Depends(reads(Role.ADMIN))]
ChangesAsUser = Annotated[Caller, Depends(changes(Role.USER))]
ChangesAsEditor = Annotated[Caller, Depends(changes(Role.EDITOR))]
ChangesAsAdmin = Annotated[Caller, Depends(changes(Role.ADMIN))]
ChangesAsSuperadmin = Annotated[Caller, Depends(changes(Role.SUPERADMIN))]
