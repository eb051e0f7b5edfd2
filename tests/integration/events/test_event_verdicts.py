from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.media.types import ConversionStatus
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_endings, event_series
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_endings import Ending
from infoscreen_core.services.events.event_verdicts import (
    GroupVerdict,
    Replaced,
    Verdict,
    foresee,
    judge_stored,
)
from infoscreen_core.services.events.verdict_words import verdict_sentences
from tests.support.events import planning
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_holiday,
    lesson,
    local,
    plan,
    utc,
)
from tests.support.events.presentations import add_presentation
from tests.support.people import add_client

NOW = MONDAY
ZONE = "Europe/Vienna"
VIENNA = ZoneInfo(ZONE)


def add_group(session: Session, name: str = "Aula") -> int:
    """Add a group with a screen in service."""
    group = planning.add_group(session, name)
    add_client(session, group, group_id=group)
    return group


def physics(group: int, **changed: object) -> EventDraft:
    """A draft on the Monday of the first week, 08:30–09:20, unless told otherwise."""
    values: dict[str, object] = {
        "title": "Physik",
        "timezone": ZONE,
        "start": local("2026-09-07T08:30"),
        "end": local("2026-09-07T09:20"),
    }
    return lesson(group, **(values | changed))


def filler(session: Session, group: int, **changed: Any) -> int:  # noqa: ANN401 - of a draft
    """All day, each day, before everything else."""
    values: dict[str, Any] = {
        "title": "Willkommen",
        "start": local("2026-09-01T00:00"),
        "end": local("2026-09-01T00:00"),
        "is_all_day": True,
        "recurrence_rule": "FREQ=DAILY",
    }
    return plan(session, group, **(values | changed)).id


def judged(session: Session, draft: EventDraft, replaces: Replaced | None = None) -> Verdict:
    return foresee(session, draft, now=NOW, replaces=replaces)


def only(verdict: Verdict) -> GroupVerdict:
    (group,) = verdict.groups
    return group


def told(verdict: Verdict) -> str:
    return " ".join(map(str, verdict_sentences(verdict, {})))


def test_an_all_day_filler_of_the_same_priority_hides_and_one_in_the_background_does_not(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Foyer")
        filler(session, group)
        filler(session, other, priority=Priority.BACKGROUND.value)
        verdict = judged(session, physics(group))
        assert judged(session, physics(other)).is_clear
        both = judged(session, physics(group, group_ids=[group, other]))
    assert told(verdict) == (
        "It will not be seen, because “Willkommen” has the same priority and begins earlier."
    )
    (rival,) = only(verdict).unseen.rivals
    assert (rival.is_series, rival.start, rival.own_start) == (
        True,
        utc("2026-09-06T22:00"),
        utc("2026-09-07T06:30"),
    )
    assert (verdict.raised, verdict.shift) == (Priority.HIGH, None)
    assert [bool(one.unseen) for one in both.groups] == [True, False]
    assert str(verdict_sentences(both, {group: "Aula", other: "Foyer"})[1]) == (
        "Foyer: It is seen as planned."
    )


def test_a_series_names_the_days_on_which_it_is_not_seen(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        day: dict[str, Any] = {"start": local("2026-09-14T08:00"), "end": local("2026-09-14T10:00")}
        plan(session, group, title="Messe", priority=10, **day)
        verdict = judged(session, physics(group, recurrence_rule="FREQ=WEEKLY;COUNT=3"))
    assert only(verdict).unseen.days == (date(2026, 9, 14),)
    assert told(verdict) == (
        "It is seen on 2 of 3 dates; not on 2026-09-14, because “Messe” has the higher priority."
    )
    assert (verdict.until, verdict.raised) == (None, None)
    assert verdict.shift == timedelta(minutes=-80)


def test_a_date_may_be_seen_in_part_and_others_may_stand_behind(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, start=local("2026-09-07T09:00"), end=local("2026-09-07T10:00"))
        plan(
            session,
            group,
            title="Durchsage",
            priority=10,
            start=local("2026-09-07T08:40"),
            end=local("2026-09-07T08:45"),
        )
        verdict = judged(session, physics(group))
    assert told(verdict) == (
        "It is seen only in part, because “Durchsage” has the higher priority. “Mathe 3B” stands "
        "behind it on 2026-09-07."
    )
    assert verdict.shift == timedelta(minutes=-40)


def test_touching_another_group_and_inactive_events_are_in_nobody_s_way(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Foyer")
        plan(session, other)
        plan(session, group, is_active=False)
        plan(session, group, start=local("2026-09-07T09:20"), end=local("2026-09-07T10:00"))
        assert told(judged(session, physics(group))) == "It is seen as planned."
        assert judged(session, physics(group, is_active=False)).is_off


def test_holidays_and_left_out_dates_are_no_dates(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        add_holiday(session, date(2026, 9, 14), date(2026, 9, 14))
        filler(session, group)
        draft = physics(group, recurrence_rule="FREQ=WEEKLY;COUNT=3", skip_holidays=True)
        assert only(judged(session, draft)).dates == 2
        own = plan(session, add_group(session, "Foyer"), recurrence_rule="FREQ=WEEKLY;COUNT=3")
        event_series.skip_occurrence(session, own.id, own.start, version=None, actor=CLI, now=NOW)
        moved = replace(EventDraft.of(own), group_ids=[group])
        assert only(judged(session, moved, Replaced(own.id))).dates == 2


def test_what_the_draft_replaces_is_not_in_its_way(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        series = plan(session, group, recurrence_rule="FREQ=DAILY")
        tuesday = utc("2026-09-08T06:00")
        single = physics(group, start=local("2026-09-08T08:10"), end=local("2026-09-08T08:40"))
        assert judged(session, single, Replaced(series.id)).is_clear
        assert judged(session, single, Replaced(series.id, since=tuesday, until=tuesday)).is_clear
        later = replace(single, start=local("2026-09-09T08:10"), end=local("2026-09-09T08:40"))
        assert not judged(
            session, later, Replaced(series.id, since=tuesday, until=tuesday)
        ).is_clear
        assert judged(session, later, Replaced(series.id, since=tuesday)).is_clear


def test_of_two_that_begin_together_the_one_planned_first_is_seen(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        first, second = plan(session, group), plan(session, group, title="Physik")
        again = EventDraft.of(first)
        assert "planned first" in told(judged(session, again))
        assert judged(session, again, Replaced(first.id)).is_clear
        assert not judged(session, EventDraft.of(second), Replaced(second.id)).is_clear


def test_it_says_how_far_it_looked(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        filler(session, group)
        endless = judged(session, physics(group, recurrence_rule="FREQ=WEEKLY"))
        assert endless.until == NOW + timedelta(days=58)
        assert only(endless).dates == 9
        far = {"start": local("2027-05-03T08:10"), "end": local("2027-05-03T09:00")}
        late = judged(session, physics(group, recurrence_rule="FREQ=WEEKLY", **far))
        assert (only(late).dates, only(late).unseen.days) == (1, (date(2027, 5, 3),))
        assert late.until == utc("2027-05-03T07:00")


def test_what_is_over_is_never_seen_and_what_runs_is_judged(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, start=local("2026-09-07T06:00"), end=local("2026-09-07T08:00"))
        over = physics(group, start=local("2026-09-07T06:10"), end=local("2026-09-07T06:20"))
        assert told(judged(session, over)) == "It will not be seen: it has no date to come."
        running = physics(group, start=local("2026-09-07T06:10"), end=local("2026-09-07T07:20"))
        assert only(judged(session, running)).unseen


def test_a_draft_that_cannot_be_saved_is_refused_as_when_saved(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(InvalidInputError) as caught:
            judged(session, physics(group, end=local("2026-09-07T08:00")))
        assert caught.value.field == "end"


@pytest.mark.parametrize(
    ("rule", "own_rule", "ending"),
    [
        (None, None, Ending.SHORTEN),
        ("FREQ=DAILY", None, Ending.SKIP),
        ("FREQ=DAILY", "FREQ=DAILY", Ending.STOP),
    ],
)
def test_the_other_can_make_room(
    sqlite_sessions: Sessions, rule: str | None, own_rule: str | None, ending: Ending
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, recurrence_rule=rule)
        draft = physics(group, recurrence_rule=own_rule)
        rival = only(judged(session, draft)).cut.rivals[0]
        assert event_endings.ending_of(rival) is ending
        event_endings.end_rival(session, rival, ending, actor=CLI, now=NOW)
        assert judged(session, draft).is_clear


def test_nobody_ends_an_emergency_in_passing(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, priority=100, end=local("2026-09-07T10:00"))
        verdict = judged(session, physics(group))
        assert event_endings.ending_of(only(verdict).unseen.rivals[0]) is None
        assert verdict.raised is None


def test_stored_events_are_judged_as_drafts_are(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        filler(session, group)
        single = plan(session, group)
        series = plan(session, group, priority=10, recurrence_rule="FREQ=WEEKLY")
        found = judge_stored(session, group, {single.id, series.id}, zone=VIENNA, now=NOW)
        for event in (single, series):
            draft = foresee(session, EventDraft.of(event), now=NOW, replaces=Replaced(event.id))
            assert told(found[event.id]) == told(draft)


def test_it_takes_one_query_of_the_index_however_many_groups_and_dates(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        groups = [add_group(session, f"Gang {number}") for number in range(5)]
        for group in groups:
            filler(session, group)
            plan(session, group, recurrence_rule="FREQ=DAILY")
    statements: list[str] = []
    with sqlite_sessions() as session:
        sqlalchemy_event.listen(
            session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        verdict = judged(
            session, physics(groups[0], group_ids=groups, recurrence_rule="FREQ=DAILY")
        )
    assert [(one.dates, len(one.unseen.days)) for one in verdict.groups] == [(58, 58)] * 5
    assert sum("FROM occurrences" in text for text in statements) == 1


def test_it_says_that_a_group_has_no_screen_in_service(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, bare = add_group(session), planning.add_group(session, "Foyer")
        add_client(session, 100, group_id=bare, is_active=False)
        add_client(session, 101, group_id=bare, is_approved=False)
        both = judged(session, physics(group, group_ids=[group, bare]))
    assert [one.has_screens for one in both.groups] == [True, False]
    assert not both.is_clear
    assert list(map(str, verdict_sentences(both, {group: "Aula", bare: "Foyer"}))) == [
        "Aula: It is seen as planned.",
        "Foyer: It is seen as planned.",
        "Foyer: The group has no screen in service.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"message_text": " "}, "it has no text."),
        ({"event_type": EventType.WEBSITE}, "it has no address."),
        ({"event_type": EventType.WEBUNTIS}, "it has no address."),
        ({"event_type": EventType.VIDEO}, "choose a file."),
        ({"event_type": EventType.VIDEO, "event_media_id": 404}, "choose a file."),
        ({"event_type": EventType.PRESENTATION, "event_media_id": 404}, "choose a file."),
        ({"event_type": EventType.OTHER}, "its type has no content."),
    ],
)
def test_it_says_that_there_is_nothing_to_show(
    sqlite_sessions: Sessions, content: dict[str, object], said: str
) -> None:
    with sqlite_sessions.begin() as session:
        verdict = judged(session, physics(add_group(session), **content))
    assert told(verdict) == f"It is seen as planned. But there is nothing to show: {said}"
    assert not verdict.is_clear


@pytest.mark.parametrize(
    "content",
    [
        {"event_type": EventType.WEBSITE, "website_url": "https://www.example.org/"},
        {"event_type": EventType.VIDEO, "website_url": "https://www.example.org/film.mp4"},
        {"event_type": EventType.PRESENTATION, "website_url": "https://www.example.org/a.pdf"},
    ],
)
def test_what_has_an_address_has_something_to_show(
    sqlite_sessions: Sessions, content: dict[str, object]
) -> None:
    with sqlite_sessions.begin() as session:
        assert judged(session, physics(add_group(session), **content)).is_clear


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "But rede.pptx waits for its conversion; it is shown once that is done."),
        (
            ConversionStatus.FAILED,
            (
                "But rede.pptx could not be converted for the screens. The file is damaged, or not "
                "what its content says. Open it on your computer, save it again and upload it anew."
            ),
        ),
        (ConversionStatus.READY, None),
    ],
)
def test_it_says_that_a_file_cannot_be_shown_yet(
    sqlite_sessions: Sessions, status: ConversionStatus | None, said: str | None
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        file = add_presentation(session, status, now=NOW)
        single = plan(session, group, event_type=EventType.PRESENTATION, event_media_id=file)
        draft = foresee(session, EventDraft.of(single), now=NOW, replaces=Replaced(single.id))
        stored = judge_stored(session, group, {single.id}, zone=VIENNA, now=NOW)[single.id]
    for verdict in (draft, stored):
        assert told(verdict) == " ".join(filter(None, ["It is seen as planned.", said]))
