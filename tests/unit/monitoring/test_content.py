"""Whether a screen shows what was published: by its report, its pictures, and what hides them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.monitoring.content.rule import (
    REPORT_GRACE,
    SETTLING,
    ContentFacts,
    ContentJudgement,
    Truth,
    judge_content,
)
from infoscreen_core.domain.monitoring.content.states import (
    Content,
    ContentReason,
    PlannedEvent,
    Published,
)
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus, taken_at
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.people import NOW

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LONG_AGO = NOW - timedelta(hours=1)
IT, RANK_AND_FILE, BEHIND_IT, OTHER = 7, 8, 9, 3
LIST = (
    PlannedEvent(IT, "Chorprobe", 10),
    PlannedEvent(RANK_AND_FILE, "Elternabend", 10),
    PlannedEvent(BEHIND_IT, "Mathe 3B", 0),
)
BEHIND_REASONS = (
    ContentReason.OTHER_EVENT,
    ContentReason.SHOWS_NOTHING,
    ContentReason.OUTLASTS_PLAN,
    ContentReason.NOT_RUNNING,
    ContentReason.BLACK,
    ContentReason.FROZEN,
    ContentReason.TV_OFF,
)
SHOWS_IT = ContentFacts(
    now=NOW,
    is_in_service=True,
    silent_since=None,
    seen_since=None,
    group_id=1,
    published=Published(LONG_AGO, LIST),
    said_event_id=IT,
    process_status=ProcessStatus.RUNNING,
    screen_health=ScreenHealth.OK,
    pictured_at=NOW - 20 * SECOND,
    is_picture_stale=False,
    began_pictured_at=LONG_AGO,
    power_state=ObservedPower.ON,
    power_since=LONG_AGO,
    is_held_off=False,
)
NOTHING_LISTED = Published(LONG_AGO, ())
WELL = Truth(Content.AS_PLANNED, ContentReason.REPORTED, LONG_AGO, IT, IT, IT, LONG_AGO, 1)


def knowing(said: int | None, **more: Any) -> Truth:  # noqa: ANN401 - fields
    """What was known of a screen that has said so for an hour."""
    return replace(WELL, said_id=said, **more)


def judged(known: Truth | None = None, **facts: Any) -> ContentJudgement:  # noqa: ANN401 - facts
    found = replace(SHOWS_IT, **facts)
    return judge_content(found, known or knowing(found.said_event_id))


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({}, "reported"),
        ({"said_event_id": RANK_AND_FILE}, "reported"),  # takes turns among equals
        ({"said_event_id": BEHIND_IT}, "other_event"),
        ({"said_event_id": OTHER}, "other_event"),
        ({"said_event_id": None}, "shows_nothing"),
        ({"published": NOTHING_LISTED}, "outlasts_plan"),
        ({"published": NOTHING_LISTED, "said_event_id": None}, "nothing_planned"),
        # What hides the picture comes before what the player says.
        ({"process_status": ProcessStatus.CRASHED}, "not_running"),
        ({"process_status": ProcessStatus.STOPPED}, "not_running"),
        ({"process_status": ProcessStatus.STARTING}, "reported"),
        ({"process_status": ProcessStatus.CRASHED, "published": NOTHING_LISTED}, "nothing_planned"),
        ({"power_state": ObservedPower.OFF}, "tv_off"),
        ({"power_state": ObservedPower.OFF, "is_held_off": True}, "off_on_purpose"),
        ({"power_state": ObservedPower.UNKNOWN, "is_held_off": True}, "off_on_purpose"),
        ({"power_state": ObservedPower.ON, "is_held_off": True}, "reported"),  # it does not obey
        ({"power_state": ObservedPower.OFF, "published": NOTHING_LISTED}, "off_on_purpose"),
        ({"screen_health": ScreenHealth.BLACK}, "black"),
        ({"screen_health": ScreenHealth.FROZEN}, "frozen"),
        ({"screen_health": ScreenHealth.BLACK, "published": NOTHING_LISTED}, "outlasts_plan"),
        # A picture of before the list, or an old one, says nothing of now.
        ({"screen_health": ScreenHealth.BLACK, "pictured_at": LONG_AGO - SECOND}, "reported"),
        ({"screen_health": ScreenHealth.BLACK, "pictured_at": None}, "reported"),
        ({"screen_health": ScreenHealth.BLACK, "is_picture_stale": True}, "picture_stale"),
        ({"is_picture_stale": True}, "picture_stale"),
        ({"is_picture_stale": True, "said_event_id": OTHER}, "other_event"),
        # Where nothing can be told.
        ({"is_in_service": False, "silent_since": NOW}, "out_of_service"),
        ({"silent_since": NOW, "group_id": None}, "offline"),
        ({"group_id": None, "published": None}, "unassigned"),
        ({"published": None}, "not_published"),
    ],
)
def test_the_first_rule_that_holds_wins(facts: dict[str, Any], reason: str) -> None:
    truth = judged(**facts).truth
    assert truth.reason == ContentReason(reason)
    assert (truth.state is Content.BEHIND) is (truth.reason in BEHIND_REASONS)


MUTE: dict[str, Any] = {"said_id": None, "said_since": None}


def test_one_that_never_names_an_event_is_judged_by_the_picture_of_a_beginning() -> None:
    mute = replace(WELL, **MUTE)
    early = LONG_AGO - SECOND
    for began, published, reason in (
        (LONG_AGO, SHOWS_IT.published, ContentReason.PICTURED),
        (early, SHOWS_IT.published, ContentReason.NOT_REPORTED),
        (None, SHOWS_IT.published, ContentReason.NOT_REPORTED),
        (early, NOTHING_LISTED, ContentReason.NOT_REPORTED),
    ):
        found = judged(mute, said_event_id=None, began_pictured_at=began, published=published)
        assert found.truth.reason is reason
        assert found.truth.said_since is None
    named = judged(mute).truth
    assert (named.reason, named.said_since) == (ContentReason.REPORTED, NOW)


def test_a_new_list_is_not_missed_before_every_player_could_say_so() -> None:
    published = Published(NOW, (PlannedEvent(OTHER, "Elternabend", 0),))
    found = judged(published=published, now=NOW + SECOND)
    assert found.truth == WELL  # as before, and as planned then
    assert found.look_at == NOW + REPORT_GRACE
    late = judged(found.truth, published=published, now=found.look_at)
    assert (late.truth.state, late.truth.reason) == (Content.BEHIND, ContentReason.OTHER_EVENT)
    assert late.truth.since == late.began == NOW  # since the publication
    assert (late.truth.planned_id, late.truth.shown_id) == (OTHER, IT)


def test_one_that_follows_at_once_is_as_planned_without_a_gap() -> None:
    published = Published(NOW, (PlannedEvent(OTHER, "Elternabend", 0),))
    found = judged(WELL, published=published, said_event_id=OTHER, now=NOW + SECOND)
    assert found.truth.reason is ContentReason.REPORTED
    assert (found.truth.since, found.began) == (LONG_AGO, NOW + SECOND)
    assert not found.truth.is_same(WELL)


def test_one_that_follows_before_the_list_is_on_record_is_not_behind() -> None:
    found = judged(WELL, said_event_id=OTHER)
    assert found.truth.state is Content.AS_PLANNED
    assert found.look_at == NOW + SETTLING
    late = judged(found.truth, said_event_id=OTHER, now=found.look_at)
    assert (late.truth.state, late.truth.since) == (Content.BEHIND, NOW)


def test_being_behind_goes_on_through_another_list_until_it_is_right() -> None:
    behind = judged(said_event_id=OTHER).truth
    assert behind.since == LONG_AGO
    published = Published(NOW, LIST[2:])
    found = judged(behind, said_event_id=OTHER, published=published, now=NOW + SECOND)
    assert (found.truth.state, found.truth.planned_id) == (Content.BEHIND, IT)
    later = NOW + 2 * MINUTE
    found = judged(found.truth, said_event_id=OTHER, published=published, now=later)
    assert (found.truth.since, found.truth.planned_id) == (LONG_AGO, BEHIND_IT)
    found = judged(found.truth, said_event_id=BEHIND_IT, published=published, now=later)
    assert (found.truth.state, found.truth.since) == (Content.AS_PLANNED, later)


@pytest.mark.parametrize(
    "known",
    [
        Truth(),
        replace(WELL, state=Content.UNKNOWN, reason=ContentReason.OFFLINE, said_id=OTHER),
        replace(WELL, state=None, reason=ContentReason.OUT_OF_SERVICE, said_id=OTHER),
        replace(WELL, group_id=2, said_id=OTHER),  # it was in another group
    ],
)
def test_one_that_comes_back_or_into_the_group_has_time_to_speak(known: Truth) -> None:
    found = judged(known, said_event_id=OTHER)
    assert (found.truth.state, found.truth.reason) == (Content.UNKNOWN, ContentReason.NOT_YET)
    assert (found.truth.since, found.look_at) == (NOW, NOW + REPORT_GRACE)
    again = judged(found.truth, said_event_id=OTHER, now=NOW + 60 * SECOND)
    assert again.truth == found.truth
    late = judged(again.truth, said_event_id=OTHER, now=NOW + REPORT_GRACE)
    assert (late.truth.state, late.truth.since) == (Content.BEHIND, NOW)


def test_after_a_time_in_which_we_were_blind_everybody_has_time_to_speak() -> None:
    found = judged(WELL, said_event_id=IT, published=Published(LONG_AGO, LIST[2:]), seen_since=NOW)
    assert found.truth == WELL
    assert found.look_at == NOW + REPORT_GRACE


def test_silence_began_when_the_status_says_so() -> None:
    began = NOW - MINUTE
    found = judged(silent_since=began)
    assert (found.truth.planned_id, found.truth.shown_id, found.truth.said_id) == (None, None, IT)
    assert (found.truth.state, found.began) == (Content.UNKNOWN, began)
    assert found.truth.since == began


def test_a_clock_that_was_set_back_postpones_for_the_grace_at_most() -> None:
    ahead = Published(NOW + timedelta(hours=1), LIST[2:])
    assert judged(published=ahead).look_at == NOW + REPORT_GRACE


@pytest.mark.parametrize(
    ("captured_at", "behind", "taken"),
    [
        (None, None, NOW),
        (LONG_AGO, None, LONG_AGO),  # however fresh it arrived
        (LONG_AGO, 3600, NOW),  # the clock explains it
        (LONG_AGO, 600, LONG_AGO + 10 * MINUTE),
        (NOW + 60 * MINUTE, None, NOW),  # nothing is taken after it came
        (NOW + 60 * MINUTE, -3700, NOW - 100 * SECOND),
    ],
)
def test_when_a_picture_was_taken_is_told_by_the_players_clock_put_right(
    captured_at: datetime | None, behind: float | None, taken: datetime
) -> None:
    found = taken_at(received_at=NOW, captured_at=captured_at, clock_behind_seconds=behind)
    assert found == taken


times = st.integers(-7200, 0).map(lambda seconds: NOW + seconds * SECOND)
facts = st.builds(
    ContentFacts,
    now=st.just(NOW),
    is_in_service=st.booleans(),
    silent_since=st.none() | times,
    seen_since=st.none() | times,
    group_id=st.sampled_from([None, 1, 2]),
    published=st.none()
    | st.builds(Published, times, st.sampled_from([(), LIST, LIST[1:], LIST[2:]])),
    said_event_id=st.sampled_from([None, IT, RANK_AND_FILE, BEHIND_IT, OTHER]),
    process_status=st.none() | st.sampled_from(ProcessStatus),
    screen_health=st.sampled_from(ScreenHealth),
    pictured_at=st.none() | times,
    is_picture_stale=st.booleans(),
    began_pictured_at=st.none() | times,
    power_state=st.sampled_from(ObservedPower),
    power_since=st.none() | times,
    is_held_off=st.booleans(),
)
truths = st.builds(
    Truth,
    state=st.none() | st.sampled_from(Content),
    reason=st.none() | st.sampled_from(ContentReason),
    since=times,
    planned_id=st.sampled_from([None, IT, BEHIND_IT]),
    shown_id=st.sampled_from([None, IT, OTHER]),
    said_id=st.sampled_from([None, IT, OTHER]),
    said_since=st.none() | times,
    group_id=st.sampled_from([None, 1, 2]),
)


@given(facts, truths)
def test_whatever_is_known_the_verdict_keeps_its_promises(
    facts: ContentFacts, known: Truth
) -> None:
    found = judge_content(facts, known)
    truth = found.truth
    assert (truth.state is None) is (not facts.is_in_service)
    assert truth.said_id == facts.said_event_id
    assert truth.group_id == facts.group_id
    assert found.look_at is None or found.look_at > NOW
    assert found.began <= NOW
    assert truth.since is not None
    assert truth.since <= NOW
    newly_behind = truth.state is Content.BEHIND and known.state is not Content.BEHIND
    if newly_behind:
        assert facts.published is not None
        assert facts.published.at <= NOW - REPORT_GRACE
        assert facts.silent_since is None
    if facts.silent_since is not None and facts.is_in_service:
        assert truth.state is Content.UNKNOWN


@given(facts, truths)
def test_looking_twice_changes_nothing(facts: ContentFacts, known: Truth) -> None:
    once = judge_content(facts, known).truth
    assert judge_content(facts, once).truth == once
