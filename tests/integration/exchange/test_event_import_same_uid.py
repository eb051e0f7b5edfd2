"""A UID that several events share is no identity: all are taken, and each is found again."""

import pytest

from infoscreen_core.db.queries import events as queries
from tests.support.events.planning import Sessions
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.event_import import outcomes, shown_in, stored, take, take_again

UIDS = ["None", "", "stundenplan@example.org"]


def lesson(hour: int, title: str, *lines: str, uid: str = "None", day: int = 7) -> str:
    at = f";TZID=Europe/Vienna:202609{day:02}T{hour:02}"
    return vevent(*lines, uid=uid, summary=title, dtstart=f"{at}0000", dtend=f"{at}5000")


def school(uid: str, *lessons: tuple[int, str]) -> bytes:
    return calendar(*(lesson(hour, title, uid=uid) for hour, title in lessons))


THREE = (8, "Mathe"), (9, "Deutsch"), (10, "Turnen")


def plan_of(sessions: Sessions) -> list[tuple[int, str]]:
    """Vienna hour and title of all lessons."""
    return [(int(start[6:8]) + 2, title) for start, title in shown_in(sessions)]


@pytest.mark.parametrize("uid", UIDS)
def test_all_are_taken_and_the_same_file_in_any_order_changes_nothing(
    sqlite_sessions: Sessions, group: int, uid: str
) -> None:
    assert take_again(sqlite_sessions, school(uid, *THREE)) == ["created"] * 3
    turned = take(sqlite_sessions, school(uid, *THREE[::-1]), group=group)
    assert outcomes(turned) == ["unchanged"] * 3
    assert plan_of(sqlite_sessions) == list(THREE)
    noted = [str(note) for row in turned.rows for note in row.notes]
    assert all("does not tell this event from others" in note for note in noted)
    assert len(noted) == (3 if uid else 0)


@pytest.mark.parametrize("uid", UIDS[::2])
@pytest.mark.parametrize("changed", [(11, "Turnen"), (10, "Schwimmen"), (10, "Turnen")])
def test_one_that_changed_is_found_by_what_stayed(
    sqlite_sessions: Sessions, group: int, uid: str, changed: tuple[int, str]
) -> None:
    take(sqlite_sessions, school(uid, *THREE), group=group)
    ids = {event.id for event in stored(sqlite_sessions)}
    newer = calendar(
        *(lesson(hour, title, uid=uid) for hour, title in THREE[:2]),
        lesson(*changed, "DESCRIPTION:Halle 2", uid=uid),
    )
    assert take_again(sqlite_sessions, newer) == ["unchanged", "unchanged", "updated"]
    assert plan_of(sqlite_sessions) == [*THREE[:2], changed]
    assert {event.id for event in stored(sqlite_sessions)} == ids


def test_what_may_be_of_another_file_is_left_alone(sqlite_sessions: Sessions, group: int) -> None:
    """Two classes whose program gives every lesson the UID “None”."""
    other = (8, "Englisch"), (9, "Musik"), (10, "Turnen")
    take(sqlite_sessions, school("None", *THREE), group=group)
    take_again(sqlite_sessions, school("None", *other))
    assert sorted(plan_of(sqlite_sessions)) == sorted({*THREE, *other})


def test_a_week_later_the_lessons_of_this_week_stay(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, school("None", *THREE), group=group)
    later = calendar(*(lesson(hour, title, day=14) for hour, title in THREE))
    assert take_again(sqlite_sessions, later) == ["created"] * 3
    assert len(stored(sqlite_sessions)) == 6


@pytest.mark.parametrize("uid", UIDS[::2])
def test_once_each_has_a_uid_of_its_own_nothing_is_doubled(
    sqlite_sessions: Sessions, group: int, uid: str
) -> None:
    take(sqlite_sessions, school(uid, *THREE), group=group)
    moved = (*THREE[:2], (12, "Turnen"))
    own = calendar(*(lesson(*one, uid=f"{n}@example.org") for n, one in enumerate(moved)))
    take_again(sqlite_sessions, own)
    assert plan_of(sqlite_sessions) == list(moved)
    assert {event.ical_uid for event in stored(sqlite_sessions)} == {
        f"{n}@example.org" for n in range(3)
    }


@pytest.mark.parametrize("first", [(8, "Mathe"), (8, "Rechnen"), (7, "Mathe")])
def test_a_uid_that_was_one_events_own_and_is_shared_now(
    sqlite_sessions: Sessions, group: int, first: tuple[int, str]
) -> None:
    uid = UIDS[2]
    take(sqlite_sessions, school(uid, first), group=group)
    take_again(sqlite_sessions, school(uid, *THREE))
    assert plan_of(sqlite_sessions) == list(THREE)
    assert min(event.id for event in stored(sqlite_sessions)) == 1


def test_a_uid_that_is_one_events_own_again(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, school(UIDS[2], *THREE), group=group)
    assert take_again(sqlite_sessions, school(UIDS[2], THREE[1])) == ["unchanged"]
    assert plan_of(sqlite_sessions) == list(THREE)  # what a file no longer holds stays


def test_numbers_make_no_forms_of_what_has_nothing_in_common(
    sqlite_sessions: Sessions, group: int
) -> None:
    data = calendar(
        lesson(8, "Mathe", "SEQUENCE:0", uid=UIDS[2]),
        lesson(9, "Deutsch", "SEQUENCE:1", uid=UIDS[2]),
        lesson(10, "Mathe", "LAST-MODIFIED:20260902T000000Z", uid=UIDS[2]),
    )
    assert take_again(sqlite_sessions, data) == ["created"] * 3
    assert group == 1


def test_lessons_that_differ_in_their_text_alone_are_all_taken(
    sqlite_sessions: Sessions, group: int
) -> None:
    def three(*rooms: str) -> bytes:
        return calendar(*(lesson(8, "Turnen", f"LOCATION:{room}") for room in rooms))

    assert take_again(sqlite_sessions, three("A", "B", "C")) == ["created"] * 3
    assert outcomes(take(sqlite_sessions, three("C", "A", "B"), group=group)) == ["unchanged"] * 3
    take_again(sqlite_sessions, three("A", "B", "D"))
    assert sorted(event.location or "" for event in stored(sqlite_sessions)) == ["A", "B", "D"]


def test_a_changed_date_goes_to_the_one_series_that_has_it(
    sqlite_sessions: Sessions, group: int
) -> None:
    weekly = "RRULE:FREQ=WEEKLY;COUNT=3"
    change = vevent(
        uid="None",
        summary="Deutsch verlegt",
        recurrence_id=";TZID=Europe/Vienna:20260914T090000",
        dtstart=";TZID=Europe/Vienna:20260914T130000",
        dtend=";TZID=Europe/Vienna:20260914T135000",
    )
    data = calendar(lesson(8, "Mathe", weekly), lesson(9, "Deutsch", weekly), change)
    assert take_again(sqlite_sessions, data) == ["created", "created", "updated"]
    shown = shown_in(sqlite_sessions)
    assert ("09-14 11:00", "Deutsch verlegt") in shown
    assert ("09-14 07:00", "Deutsch") not in shown
    assert len(shown) == 6
    twins = calendar(
        lesson(9, "Musik", weekly), lesson(9, "Deutsch", weekly), change, lesson(8, "Mathe", weekly)
    )
    result = take(sqlite_sessions, twins, group=group)
    assert "nobody can tell which one" in str(result.rows[2].error)


@pytest.mark.parametrize(("title", "outcome"), [("Deutsch", "removed"), ("", "refused")])
def test_a_cancellation_finds_its_event_by_title_or_is_refused(
    sqlite_sessions: Sessions, group: int, title: str, outcome: str
) -> None:
    take(sqlite_sessions, school("None", *THREE), group=group)
    off = calendar(f"UID:None\nSUMMARY:{title}", method="CANCEL")
    assert outcomes(take(sqlite_sessions, off, group=group)) == [outcome]
    assert len(stored(sqlite_sessions)) == (2 if outcome == "removed" else 3)


def test_an_event_from_before_is_found_though_its_uid_is_none(
    sqlite_sessions: Sessions, group: int
) -> None:
    """Earlier versions kept one event of a shared UID, under the bare UID."""
    take(sqlite_sessions, school("None", THREE[0]), group=group)
    with sqlite_sessions.begin() as session:
        queries.set_silently(session, queries.list_events(session), "ical_uid", "None")
    take_again(sqlite_sessions, school("None", *THREE))
    assert plan_of(sqlite_sessions) == list(THREE)
