"""Pages of the list of users, on both databases: by key, in each order, as far as one may see."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import User
from infoscreen_core.domain.people.listing import UserFilter, UserOrder, UserSort, UserState
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import user_list
from infoscreen_core.services.people.views import UserView
from tests.support.people import ADMIN, EDITOR, NOW, SUPERADMIN, add_user

NAMES = ("Änne", "anna", "Bert", "bert2", "Carla", "dora", "Émile", "Zoe", "ßen", "x_y", "x%y")
ALL = UserFilter()
SORTS = [UserSort(by, is_descending=down) for by in UserOrder for down in (False, True)]


@pytest.fixture
def people(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """People of all roles, of whom some signed in at the same instant, and some never."""
    with sessions.begin() as session:
        for number, name in enumerate(NAMES):
            user = User(
                username=name.replace("%", "+"),
                display_name="Name % mit _" if number == 3 else None,
                email=f"{number}@schule.example" if number % 2 else None,
                password_hash="-",
                role=list(Role)[number % 4],
                is_active=number != 4,
                last_login_at=NOW - timedelta(days=number // 3) if number % 3 else None,
                locked_until=NOW + timedelta(minutes=1) if number == 5 else None,
                password_given_at=NOW if number == 6 else None,
                created_at=NOW - timedelta(days=number // 2),
                updated_at=NOW,
            )
            session.add(user)
    return sessions


def _all(session: Session, sort: UserSort, size: int, *, actor: Actor) -> list[UserView]:
    """Everybody, page by page, each beginning after the last of the one before."""
    found: list[UserView] = []
    page = user_list.list_page(session, ALL, sort=sort, limit=size, actor=actor)
    found += page.items
    while page.next is not None:
        assert len(page.items) == size
        page = user_list.list_page(
            session, ALL, sort=sort, after=page.next, limit=size, actor=actor
        )
        found += page.items
    assert page.total == len(found)
    return found


@pytest.mark.parametrize("sort", SORTS)
def test_pages_by_key_have_everybody_once_and_in_order(
    people: sessionmaker[Session], sort: UserSort
) -> None:
    with people() as session:
        whole = [one.id for one in _all(session, sort, 1000, actor=SUPERADMIN)]
        for size in (1, 2, 3):
            assert [one.id for one in _all(session, sort, size, actor=SUPERADMIN)] == whole
        numbered = [
            one.id
            for first in range(0, len(NAMES), 3)
            for one in user_list.list_page(
                session, ALL, sort=sort, first=first, limit=3, actor=SUPERADMIN
            ).items
        ]
    assert numbered == whole
    assert len(set(whole)) == len(NAMES)


def test_orders_mean_what_they_say(people: sessionmaker[Session]) -> None:
    with people() as session:
        by_name = [one.username for one in _all(session, UserSort(), 1000, actor=SUPERADMIN)]
        logins = [
            one.last_login_at
            for one in _all(session, UserSort(UserOrder.LAST_LOGIN), 1000, actor=SUPERADMIN)
        ]
        roles = [
            list(Role).index(one.role)
            for one in _all(session, UserSort(UserOrder.ROLE), 1000, actor=SUPERADMIN)
        ]
    assert by_name[:4] == ["anna", "Änne", "Bert", "bert2"]
    never = logins.count(None)
    assert logins[:never] == [None] * never
    assert all(a <= b for a, b in pairwise(filter(None, logins)))
    assert roles == sorted(roles, reverse=True)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (UserFilter(text="ANNE"), {"Änne"}),
        (UserFilter(text="émi"), {"Émile"}),
        (UserFilter(text="schule 3@"), {"bert2"}),
        (UserFilter(text="mit name"), {"bert2"}),
        (UserFilter(text="%"), {"bert2"}),
        (UserFilter(text="x_"), {"x_y"}),
        (UserFilter(role=Role.ADMIN), {"Bert", "Émile", "x+y"}),
        (UserFilter(is_active=False), {"Carla"}),
        (UserFilter(state=UserState.INACTIVE), {"Carla"}),
        (UserFilter(state=UserState.LOCKED, as_of=NOW), {"dora"}),
        (UserFilter(state=UserState.LOCKED, as_of=NOW + timedelta(hours=1)), set()),
        (UserFilter(state=UserState.NEW), {"Émile"}),
        (UserFilter(state=UserState.NEVER), {"Änne", "bert2", "Émile", "x_y"}),
        (UserFilter(text="x", role=Role.USER), set()),
    ],
)
def test_filters_narrow_and_the_total_agrees(
    people: sessionmaker[Session], wanted: UserFilter, names: set[str]
) -> None:
    with people() as session:
        page = user_list.list_page(session, wanted, actor=SUPERADMIN)
    assert {one.username for one in page.items} == names
    assert page.total == len(names)


def test_administrators_see_no_superadmin_in_any_way(people: sessionmaker[Session]) -> None:
    with people.begin() as session:
        root = session.query(User).filter_by(role=Role.SUPERADMIN).first()
        assert root
        anna = add_user(session, "made", "vier rote Fahrräder", Role.USER)
        anna.created_by = root.id
        session.flush()
        seen = _all(session, UserSort(), 3, actor=ADMIN)
        assert not [one for one in seen if one.role is Role.SUPERADMIN]
        assert user_list.figures(session, actor=ADMIN, now=NOW).total == len(seen)
        assert user_list.get_view(session, anna.id, actor=ADMIN).created_by is None
        assert user_list.get_view(session, anna.id, actor=SUPERADMIN).created_by == root.username
        for wanted in (root.id, 999_999, 2**40):
            with pytest.raises(NotFoundError, match=str(wanted)):
                user_list.get_view(session, wanted, actor=ADMIN)
        with pytest.raises(NotFoundError):
            user_list.get_view_by_name(session, root.username, actor=ADMIN)


def test_figures_count_what_the_filters_find(people: sessionmaker[Session]) -> None:
    with people() as session:
        figures = user_list.figures(session, actor=SUPERADMIN, now=NOW)
        counts = {
            state: user_list.list_page(
                session, UserFilter(state=state, as_of=NOW), actor=SUPERADMIN
            ).total
            for state in UserState
        }
    assert (figures.total, figures.active, figures.inactive) == (11, 10, 1)
    assert (figures.locked, figures.new, figures.never) == (
        counts[UserState.LOCKED],
        counts[UserState.NEW],
        counts[UserState.NEVER],
    )
    assert sum(figures.by_role.values()) == figures.active


def test_others_see_nothing_and_forged_cursors_are_refused(people: sessionmaker[Session]) -> None:
    with people() as session:
        for ask in (
            lambda: user_list.list_page(session, ALL, actor=EDITOR),
            lambda: user_list.figures(session, actor=EDITOR, now=NOW),
            lambda: user_list.get_view(session, 1, actor=EDITOR),
            lambda: user_list.get_view_by_name(session, "anna", actor=EDITOR),
        ):
            with pytest.raises(NotAllowedError):
                ask()
        with pytest.raises(InvalidInputError) as caught:
            user_list.list_page(session, ALL, after=("x", "y"), actor=ADMIN)
    assert caught.value.field == "cursor"
