"""`/api/users`: the people who sign in, as administrators manage them."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.runtime import Session
from console.web.api.base import IdInPath, answer
from console.web.api.callers import ChangesAsAdmin, ChangesAsSuperadmin, ReadsAsAdmin
from console.web.api.languages import spoken
from console.web.api.models.auth import Done
from console.web.api.models.users import (
    AccountEdit,
    GivenNewPassword,
    NewAccount,
    User,
    UserWithPassword,
)
from console.web.api.paging import Paging, listed
from console.web.api.rows import row
from infoscreen_core.domain.people.listing import UserFilter, UserOrder, UserSort
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import permissions, user_list
from infoscreen_core.services.people import users as service
from infoscreen_core.services.people.views import CreatedUser, NewUser, UserEdit, UserView

router = APIRouter(prefix="/users", tags=["users"])
TypedName = Annotated[
    str, Query(max_length=200, description="The user name, to say that it is meant.")
]


async def _filter(
    text: Annotated[
        str,
        Query(max_length=200, description="Words of the user name, the name or the mail address."),
    ] = "",
    role: Annotated[Role | None, Query(description="Only accounts of this role.")] = None,
    is_active: Annotated[
        bool | None, Query(description="Only active accounts, or only the others.")
    ] = None,
) -> UserFilter:
    return UserFilter(text=text, role=role, is_active=is_active)


async def _sort(
    sort: Annotated[UserOrder, Query(description="What the list is sorted by.")] = UserOrder.NAME,
    descending: Annotated[bool, Query(description="The other way round.")] = False,  # noqa: FBT002 - as it stands in the address
) -> UserSort:
    return UserSort(sort, is_descending=descending)


@router.get("", summary="All accounts", operation_id="listUsers", response_model=list[User])
def list_users(
    request: Request,
    caller: ReadsAsAdmin,
    page: Paging,
    wanted: Annotated[UserFilter, Depends(_filter)],
    sort: Annotated[UserSort, Depends(_sort)],
) -> Response:
    """List the accounts that the caller may see; administrators see no superadmins."""
    with caller.read() as session:
        found = user_list.list_piece(
            session,
            wanted,
            sort=sort,
            after=page.after,
            limit=page.limit,
            actor=caller.actor,
        )
    return listed([_user(one, caller.actor) for one in found.items], found.next, request)


@router.post(
    "",
    summary="Make an account",
    operation_id="createUser",
    status_code=201,
    response_model=UserWithPassword,
)
def create_user(caller: ChangesAsAdmin, new: NewAccount) -> Response:
    """Make an account; a password that others know has to be changed at the first sign-in."""
    wanted = NewUser(new.username, new.role, new.password, new.display_name, new.email)
    made = caller.change(
        lambda session, actor, at: service.create_user(session, wanted, actor=actor, now=at)
    )
    return answer(_with_password(made, caller.actor), 201)


@router.get("/{id:int}", summary="An account", operation_id="getUser", response_model=User)
def get_user(caller: ReadsAsAdmin, id: IdInPath) -> Response:  # noqa: A002 - as in the address
    """Return an account; one that the caller may not see is not found."""
    with caller.read() as session:
        return answer(_user(user_list.get_view(session, id, actor=caller.actor), caller.actor))


@router.put(
    "/{id:int}", summary="Change an account", operation_id="changeUser", response_model=User
)
def change_user(caller: ChangesAsAdmin, id: IdInPath, edit: AccountEdit) -> Response:  # noqa: A002 - as above
    """Change names, mail address, role or status, all or none; what is left out stays."""
    changed = caller.change(
        lambda session, actor, at: _edited(session, id, edit, actor=actor, now=at)
    )
    return answer(_user(changed, caller.actor))


@router.put(
    "/{id:int}/password",
    summary="Give an account a new password",
    operation_id="setUserPassword",
    response_model=UserWithPassword,
)
def set_password(caller: ChangesAsAdmin, id: IdInPath, new: GivenNewPassword) -> Response:  # noqa: A002 - as above
    """Give another account a new password, to be changed; its sessions and API tokens end."""
    made = caller.change(
        lambda session, actor, at: service.set_password(
            session, id, new.password, actor=actor, now=at
        )
    )
    return answer(_with_password(made, caller.actor))


@router.delete(
    "/{id:int}",
    summary="Delete an account for good",
    operation_id="deleteUser",
    response_model=Done,
)
def delete_user(
    request: Request,
    caller: ChangesAsSuperadmin,
    id: IdInPath,  # noqa: A002 - as above
    typed_name: TypedName,
) -> Response:
    """Delete an account; what the person made stays. To deactivate it is mostly enough."""
    caller.change(
        lambda session, actor, at: service.delete_user(
            session, id, typed_name=typed_name, actor=actor, now=at
        )
    )
    with spoken(request):
        return answer(Done(success=True, message=_("The account is deleted.")))


def _edited(
    session: Session, user_id: int, edit: AccountEdit, *, actor: Actor, now: datetime
) -> UserView:
    """Do what differs, in the order in which each step is still allowed."""
    view, given = user_list.get_view(session, user_id, actor=actor), edit.model_fields_set
    if edit.is_active and not view.is_active:
        view = service.reactivate_user(session, user_id, actor=actor, now=now)
    names = UserEdit(
        view.username if edit.username is None else edit.username,
        edit.display_name if "display_name" in given else view.display_name,
        edit.email if "email" in given else view.email,
    )
    if names != UserEdit(view.username, view.display_name, view.email):
        view = service.edit_user(session, user_id, names, actor=actor, now=now)
    if edit.role is not None and edit.role is not view.role:
        view = service.set_role(session, user_id, edit.role, actor=actor, now=now)
    if edit.is_active is False and view.is_active:
        view = service.deactivate_user(session, user_id, actor=actor, now=now)
    return view


def _with_password(made: CreatedUser, actor: Actor) -> dict[str, object]:
    return row(made, UserWithPassword, user=_user(made.view, actor))


def _user(view: UserView, actor: Actor) -> dict[str, object]:
    return row(view, User, actions=sorted(permissions.what_may(actor, view)))
