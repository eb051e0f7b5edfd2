"""Groups a page at a time, in the order that editors gave them."""

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.services.screens import groups, roster
from tests.support.people import ADMIN, NOW, add_client

Sessions = sessionmaker[Session]


def test_pages_follow_the_order_and_meet_each_group_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for number in range(1, 6):
            groups.create_group(session, f"Haus {number}", actor=ADMIN, now=NOW)
        groups.set_group_order(session, [4, 2], actor=ADMIN, now=NOW)
        groups.get_group(session, 5).sort_order = 1  # as group 4 has
        for number in (1, 2):
            add_client(session, number, group_id=2, is_active=number == 1)
    with sessions() as session:
        whole = roster.list_groups(session)
        met, place = [], None
        while page := roster.list_groups_after(session, place, limit=2):
            met += page
            place = (page[-1].sort_order, page[-1].id)
    assert [group.id for group in met] == [4, 5, 2, 1, 3]
    assert met == whole
    assert (met[2].screen_count, met[2].out_of_service_count) == (1, 1)


def test_one_group_is_what_the_list_says_of_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        for number in (1, 2):
            groups.create_group(session, f"Haus {number}", actor=ADMIN, now=NOW)
        for number in (1, 2):
            add_client(session, number, group_id=2)
    with sessions() as session:
        assert roster.get_group_view(session, 2) == roster.list_groups(session)[1]
        assert roster.get_group_view(session, 2).screen_count == 2
