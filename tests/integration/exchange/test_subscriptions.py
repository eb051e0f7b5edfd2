"""Subscribing to calendars: what is stored of them, and what becomes of their events."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from infoscreen_core.db.models import AuditEntry, CalendarSubscription
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.exchange import calendar_subscriptions as service
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.exchange.calendar_subscriptions import SubscriptionDraft
from infoscreen_core.services.exchange.subscription_access import unseal
from infoscreen_core.services.exchange.subscription_views import SubscriptionView
from infoscreen_core.services.screens import groups
from tests.support.events.planning import MONDAY, Sessions, add_group, local, utc
from tests.support.exchange.calendar_server import calendar_server
from tests.support.exchange.calendar_text import SERIES, calendar, vevent
from tests.support.exchange.event_import import check_index, only, starts_of, stored
from tests.support.exchange.subscriptions import (
    CIPHER,
    HOUR,
    problem,
    read,
    reader,
    subscribe,
)

SECRET = "https://cal.example.org/private-0123456789/basic.ics"
PASSWORD = "geheim-geheim"


def row(sessions: Sessions) -> CalendarSubscription:
    with sessions() as session:
        return session.scalars(select(CalendarSubscription)).one()


def everything_stored(sessions: Sessions) -> str:
    with sessions() as session:
        tables = ("calendar_subscriptions", "audit_log", "subscribed_events")
        names = set(session.scalars(text("SELECT name FROM sqlite_master")))
        return "".join(
            str(session.execute(text(f"SELECT * FROM {name}")).all())  # noqa: S608 - fixed names
            for name in tables
            if name in names
        )


def test_address_and_password_are_stored_encrypted_only(
    sqlite_sessions: Sessions, group: int
) -> None:
    view = subscribe(
        sqlite_sessions, SECRET, group=group, name=" Schule ", username="me", password=PASSWORD
    )
    assert (view.name, view.address_shown, view.has_login) == (
        "Schule",
        "cal.example.org/….ics",
        True,
    )
    kept = everything_stored(sqlite_sessions) + repr(view)
    for secret in ("0123456789", PASSWORD):
        assert secret not in kept
    access = unseal(row(sqlite_sessions).access_encrypted, CIPHER)
    assert (str(access.address), access.login) == (SECRET, ("me", PASSWORD))
    assert "0123456789" not in repr(access)
    with sqlite_sessions() as session:
        assert session.scalars(select(AuditEntry.action)).all() == ["subscription.created"]


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("address", {"address": "ftp://x/"}),
        ("address", {"address": ""}),
        ("interval_minutes", {"interval_minutes": 5}),
        ("name", {"name": "x" * 101}),
        ("username", {"password": "x"}),
        ("username", {"username": "a:b"}),
        ("password", {"username": "a", "password": "x\x00"}),
    ],
)
def test_what_is_wrong_is_named(
    sqlite_sessions: Sessions, group: int, field: str, changed: dict[str, object]
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        subscribe(sqlite_sessions, **{"address": SECRET, "group": group, **changed})  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_calendar_is_subscribed_to_once_and_groups_have_a_limit(
    sqlite_sessions: Sessions, group: int
) -> None:
    subscribe(sqlite_sessions, SECRET, group=group, name="Schule")
    with pytest.raises(InvalidInputError, match="already, as Schule"):
        subscribe(sqlite_sessions, SECRET.replace("https", "webcal"), group=group)
    for number in range(1, service.MAX_SUBSCRIPTIONS):
        subscribe(sqlite_sessions, f"{SECRET}?{number}", group=group)
    with pytest.raises(InvalidInputError, match="20 calendars already"):
        subscribe(sqlite_sessions, f"{SECRET}?x", group=group)


def test_only_editors_do_any_of_it(sqlite_sessions: Sessions, group: int) -> None:
    view = subscribe(sqlite_sessions, SECRET, group=group)
    looker = Actor(7, "schaut", Role.USER, "test")
    draft = SubscriptionDraft(address=SECRET)
    with sqlite_sessions() as session:
        for deed in (
            lambda: service.list_subscriptions(session, actor=looker, now=MONDAY),
            lambda: service.create_subscription(
                session, group, draft, cipher=CIPHER, actor=looker, now=MONDAY
            ),
            lambda: service.set_active(session, 1, is_active=False, actor=looker, now=MONDAY),
            lambda: service.remove_subscription(
                session, 1, with_events=True, actor=looker, now=MONDAY
            ),
            lambda: reading.claim_now(session, view.id, "x", actor=looker, now=MONDAY),
        ):
            with pytest.raises(NotAllowedError):
                deed()
        with pytest.raises(NotFoundError):
            reading.claim_now(session, 99, "x", actor=CLI, now=MONDAY)


def change(sessions: Sessions, *, version: int, **changed: object) -> SubscriptionView:
    with sessions.begin() as session:
        return service.update_subscription(
            session,
            1,
            SubscriptionDraft(**changed),  # type: ignore[arg-type]
            version=version,
            cipher=CIPHER,
            actor=CLI,
            now=MONDAY + HOUR,
        )


def test_a_change_keeps_what_is_not_named_and_a_stale_form_is_refused(
    sqlite_sessions: Sessions, group: int
) -> None:
    subscribe(sqlite_sessions, SECRET, group=group, username="me", password=PASSWORD)
    view = change(sqlite_sessions, version=1, name="Neu", interval_minutes=15)
    assert (view.name, view.interval_minutes, view.has_login, view.version) == ("Neu", 15, True, 2)
    assert view.next_check_at == MONDAY
    with pytest.raises(ConflictError, match="meanwhile"):
        change(sqlite_sessions, version=1, name="Alt")
    change(sqlite_sessions, version=2, username="you", password="neues-wort")
    access = unseal(row(sqlite_sessions).access_encrypted, CIPHER)
    assert (str(access.address), access.login) == (SECRET, ("you", "neues-wort"))
    view = change(sqlite_sessions, version=3, address="https://other.example.org/x.ics")
    assert (view.name, view.has_login) == ("other.example.org", False)


def test_a_paused_calendar_is_not_due_and_a_resumed_one_is_at_once(
    sqlite_sessions: Sessions, group: int
) -> None:
    subscribe(sqlite_sessions, SECRET, group=group)
    later = MONDAY + timedelta(days=2)

    def due() -> list[int]:
        with sqlite_sessions() as session:
            return list(reading.list_due(session, now=later, limit=9))

    assert due() == [1]
    with sqlite_sessions.begin() as session:
        service.set_active(session, 1, is_active=False, actor=CLI, now=MONDAY)
    assert due() == []
    with sqlite_sessions.begin() as session:
        assert reading.claim_due(session, 1, "x", now=later) is None
        view = service.set_active(session, 1, is_active=True, actor=CLI, now=later)
    assert view.next_check_at == later
    assert due() == [1]


def test_another_key_asks_for_the_address_anew(sqlite_sessions: Sessions, group: int) -> None:
    subscribe(sqlite_sessions, SECRET, group=group)
    view = read(sqlite_sessions, by=reader(cipher=Cipher("another key, which is long enough too")))
    assert "enter the address anew" in problem(view)
    assert view.failures == 1


def test_with_the_previous_key_the_address_is_encrypted_anew(
    sqlite_sessions: Sessions, group: int
) -> None:
    subscribe(sqlite_sessions, SECRET, group=group)
    new = Cipher("another key, which is long enough too", "a key for tests, which is long enough")
    with sqlite_sessions.begin() as session:
        claimed = reading.claim_now(session, 1, "x", actor=CLI, now=MONDAY)
        reading.renew_seal(session, claimed, new)
    assert new.is_current(row(sqlite_sessions).access_encrypted)
    assert str(unseal(row(sqlite_sessions).access_encrypted, new).address) == SECRET


@pytest.fixture
def followed(sqlite_sessions: Sessions, group: int) -> Sessions:
    """The group follows a calendar with one weekly series, of which a person skipped a date."""
    with calendar_server(calendar(SERIES)) as server:
        subscribe(sqlite_sessions, server.url(), group=group, name="Schule")
        read(sqlite_sessions)
    with sqlite_sessions.begin() as session:
        event_series.skip_occurrence(
            session,
            only(sqlite_sessions).id,
            utc("2026-11-02T07:00"),
            version=None,
            actor=CLI,
            now=MONDAY,
        )
    return sqlite_sessions


@pytest.mark.parametrize("with_events", [True, False])
def test_events_go_with_their_calendar_or_become_ordinary(
    followed: Sessions, with_events: bool
) -> None:
    with followed.begin() as session:
        service.remove_subscription(
            session, 1, with_events=with_events, actor=CLI, now=MONDAY + HOUR
        )
    assert len(stored(followed)) == (0 if with_events else 1)
    if not with_events:
        event = only(followed)
        draft = EventDraft(**{**vars(EventDraft.of(event)), "title": "Meins"})
        with followed.begin() as session:
            events.update_event(
                session, event.id, draft, version=event.version, actor=CLI, now=MONDAY
            )
    check_index(followed)


def test_a_group_that_goes_leaves_its_events_as_ordinary_ones(followed: Sessions) -> None:
    with followed.begin() as session:
        hof = add_group(session, "Hof")
    with followed.begin() as session:
        groups.delete_group(session, 1, move_to=hof, actor=CLI, now=MONDAY)
    (event,) = stored(followed, hof)
    with followed.begin() as session:
        assert service.list_subscriptions(session, actor=CLI, now=MONDAY) == []
        events.delete_event(session, event.id, actor=CLI, now=MONDAY)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": "Anders"},
        {"message_text": "Anders"},
        {"start": local("2026-09-07T09:00"), "end": local("2026-09-07T09:50")},
        {"recurrence_rule": None},
    ],
)
def test_what_the_calendar_says_is_not_changed_here(
    followed: Sessions, changed: dict[str, object]
) -> None:
    event = only(followed)
    draft = EventDraft(**{**vars(EventDraft.of(event)), **changed})
    with (
        followed.begin() as session,
        pytest.raises(ConflictError, match="subscribed calendar “Schule”"),
    ):
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=MONDAY)


def test_nor_moved_split_or_deleted(followed: Sessions) -> None:
    event, at = only(followed), utc("2026-10-19T06:00")
    times = {"start": local("2026-10-19T10:00"), "end": local("2026-10-19T10:50")}
    with followed() as session:
        rest = event_series.occurrence_draft(event, at)
        deeds = (
            lambda: events.move_event(
                session, event.id, **times, version=event.version, actor=CLI, now=MONDAY
            ),
            lambda: event_series.move_following(
                session, event.id, at, **times, version=event.version, actor=CLI, now=MONDAY
            ),
            lambda: event_series.split_series(
                session, event.id, at, rest, version=None, actor=CLI, now=MONDAY
            ),
            lambda: event_series.delete_following(
                session, event.id, at, version=None, actor=CLI, now=MONDAY
            ),
            lambda: events.delete_event(session, event.id, actor=CLI, now=MONDAY),
        )
        for deed in deeds:
            with pytest.raises(ConflictError, match="change it there"):
                deed()  # type: ignore[no-untyped-call]
            session.rollback()


def test_how_it_is_shown_and_single_dates_are_peoples_and_stay(followed: Sessions) -> None:
    event = only(followed)
    draft = EventDraft(
        **{
            **vars(EventDraft.of(event)),
            "priority": 10,
            "event_type": EventType.WEBSITE,
            "website_url": "https://schule.example",
        }
    )
    moved = utc("2026-11-09T07:00")
    with followed.begin() as session:
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=MONDAY)
        single = event_series.occurrence_draft(events.get_event(session, event.id), moved)
        own = EventDraft(**{**vars(single), "title": "Von Hand"})
        event_series.detach_occurrence(
            session, event.id, moved, own, version=None, actor=CLI, now=MONDAY
        )
    text_ = SERIES.replace("Mathe 3B", "Mathe 3C").replace("T085000", "T090000")
    with calendar_server(calendar(text_)) as server:
        change(followed, version=1, address=server.url(), name="Schule")
        read(followed, now=MONDAY + 2 * HOUR)
    series = next(one for one in stored(followed) if one.id == event.id)
    assert (series.title, series.priority, series.event_type) == (
        "Mathe 3C",
        10,
        EventType.WEBSITE,
    )
    assert [one.title for one in stored(followed) if one.id != event.id] == ["Von Hand"]
    assert utc("2026-11-02T07:00") not in starts_of([series])
    check_index(followed)


def test_a_rehearsal_writes_nothing_and_what_was_shown_is_taken_over(
    sqlite_sessions: Sessions, group: int
) -> None:
    with calendar_server(calendar(SERIES, vevent(uid="x", dtstart=""))) as server:
        draft = SubscriptionDraft(address=server.url(), name="Schule")
        fetched = reading.fetch_draft(draft, reader(), now=MONDAY)
    with sqlite_sessions.begin() as session:
        tried = reading.rehearse(session, group, draft, fetched, reader(), actor=CLI, now=MONDAY)
    assert {k.value: v for k, v in tried.counts.items() if v} == {"created": 1, "refused": 1}
    assert tried.is_rehearsal
    assert stored(sqlite_sessions) == []
    with sqlite_sessions.begin() as session:
        assert service.list_subscriptions(session, actor=CLI, now=MONDAY) == []
        view = reading.begin(session, group, draft, fetched, reader(), actor=CLI, now=MONDAY)
    assert (view.event_count, view.last_success_at) == (1, MONDAY)
    assert view.last_result
    assert "no start" in str(view.last_result.refused[0].reason)
