"""Links to a group's calendar: made, used, revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry, CalendarFeed, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.exchange import calendar_feeds
from infoscreen_core.services.exchange.calendar_feeds import MAX_FEEDS, TOUCH_INTERVAL
from infoscreen_core.services.screens import groups
from tests.support.events.planning import Sessions, add_group
from tests.support.people import EDITOR, NOW, acting_as, actions_of, add_user


def test_the_token_opens_its_own_group_and_no_other(sessions: Sessions) -> None:
    with sessions.begin() as session:
        aula, hof = add_group(session, "Aula"), add_group(session, "Hof")
        made = calendar_feeds.create_feed(session, aula, actor=EDITOR, now=NOW)
        calendar_feeds.create_feed(session, hof, actor=EDITOR, now=NOW)
    with sessions() as session:
        found = calendar_feeds.find_feed(session, aula, made.token)
        assert found is not None
        assert found.id == made.feed.id
        assert calendar_feeds.find_feed(session, hof, made.token) is None
        assert calendar_feeds.find_feed(session, 999, made.token) is None
        stored = session.get_one(CalendarFeed, found.id).token_hash
        for wrong in ("", made.token[:-1], made.token + "x", stored, "\ud800"):
            assert calendar_feeds.find_feed(session, aula, wrong) is None


def test_the_database_and_the_audit_know_only_the_digest(sessions: Sessions) -> None:
    with sessions.begin() as session:
        made = calendar_feeds.create_feed(session, add_group(session), actor=EDITOR, now=NOW)
        assert len(made.token) >= 43  # 256 bits
    with sessions() as session:
        row = session.scalars(select(CalendarFeed)).one()
        entries = session.scalars(select(AuditEntry).where(AuditEntry.entity == "feed")).all()
        stored = repr([vars(row), *(vars(entry) for entry in entries)])
        assert made.token not in stored
        assert not any(row.token_hash in repr((entry.before, entry.after)) for entry in entries)


def test_a_revoked_link_opens_nothing_and_both_are_on_record(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        made = calendar_feeds.create_feed(
            session, group, name=" Sekretariat ", actor=EDITOR, now=NOW
        )
    with sessions.begin() as session:
        revoked = calendar_feeds.revoke_feed(session, made.feed.id, actor=EDITOR, now=NOW)
        assert revoked.name == "Sekretariat"
        assert calendar_feeds.find_feed(session, group, made.token) is None
        assert actions_of(session)[-2:] == ["feed.created", "feed.revoked"]
        with pytest.raises(NotFoundError):
            calendar_feeds.revoke_feed(session, made.feed.id, actor=EDITOR, now=NOW)


def test_the_list_says_who_made_a_link_and_when_it_was_used(sessions: Sessions) -> None:
    with sessions.begin() as session:
        anna = add_user(session, "anna", "vier-zufaellige-Woerter", Role.EDITOR, actor=CLI, now=NOW)
        made = calendar_feeds.create_feed(
            session, add_group(session), actor=acting_as(anna), now=NOW
        )
        feed_id = made.feed.id
        calendar_feeds.touch(session, feed_id, now=NOW)
        calendar_feeds.touch(session, feed_id, now=NOW + TOUCH_INTERVAL / 2)
    with sessions() as session:
        (row,) = calendar_feeds.list_feeds(session, actor=EDITOR)
        assert (row.group_name, row.created_by_name, row.last_used_at) == ("Aula", "anna", NOW)
        assert calendar_feeds.list_feeds(session, group_id=999, actor=EDITOR) == []
    with sessions.begin() as session:
        calendar_feeds.touch(session, feed_id, now=NOW + TOUCH_INTERVAL)
        session.delete(session.get_one(User, anna.id))
    with sessions() as session:
        (row,) = calendar_feeds.list_feeds(session, actor=EDITOR)
        assert (row.created_by_name, row.last_used_at) == (None, NOW + TOUCH_INTERVAL)


def test_links_go_with_their_group(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        calendar_feeds.create_feed(session, group, actor=EDITOR, now=NOW)
        groups.delete_group(session, group, move_to=None, is_forced=True, actor=CLI, now=NOW)
    with sessions() as session:
        assert session.scalars(select(CalendarFeed)).all() == []


def test_who_may_not_plan_makes_and_sees_no_links(sqlite_sessions: Sessions) -> None:
    reader = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        made = calendar_feeds.create_feed(session, group, actor=EDITOR, now=NOW)
        with pytest.raises(NotAllowedError):
            calendar_feeds.create_feed(session, group, actor=reader, now=NOW)
        with pytest.raises(NotAllowedError):
            calendar_feeds.revoke_feed(session, made.feed.id, actor=reader, now=NOW)
        with pytest.raises(NotAllowedError):
            calendar_feeds.list_feeds(session, actor=reader)


def test_an_unknown_group_a_long_name_and_too_many_links_are_refused(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(NotFoundError):
            calendar_feeds.create_feed(session, 999, actor=EDITOR, now=NOW)
        with pytest.raises(InvalidInputError, match="101 characters"):
            calendar_feeds.create_feed(session, group, name="x" * 101, actor=EDITOR, now=NOW)
        for _number in range(MAX_FEEDS):
            calendar_feeds.create_feed(session, group, actor=EDITOR, now=NOW)
        with pytest.raises(InvalidInputError, match="50 calendar links already"):
            calendar_feeds.create_feed(session, group, actor=EDITOR, now=NOW + timedelta(days=1))
