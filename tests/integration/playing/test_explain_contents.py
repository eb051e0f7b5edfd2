"""What an event has to show, in reasons: nothing, not yet, not any more, or not all of it."""

from datetime import date

import pytest

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.explanation import ReasonCode
from infoscreen_core.domain.media.types import ConversionStatus, MediaType
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.event_verdicts import judge_stored
from infoscreen_core.services.playing import playing
from tests.support.events.planning import MONDAY, Sessions, add_group, plan
from tests.support.events.presentations import add_presentation
from tests.support.media.files import add_file
from tests.support.playing.explaining import ON, ask, codes, places


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (None, ReasonCode.CONVERTING),
        (ConversionStatus.PENDING, ReasonCode.CONVERTING),
        (ConversionStatus.PROCESSING, ReasonCode.CONVERTING),
        (ConversionStatus.FAILED, ReasonCode.CONVERSION_FAILED),
        (ConversionStatus.READY, None),
    ],
)
def test_a_file_that_is_not_converted_yet_is_named(
    sqlite_sessions: Sessions, status: ConversionStatus | None, code: ReasonCode | None
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        file = add_presentation(session, status, name="Woche.pptx", now=MONDAY)
        plan(session, group, event_type=EventType.PRESENTATION, event_media_id=file)
        found = ask(session, group)
    assert codes(found) == [ReasonCode.LEADS, *([code] if code else [])]
    if code:
        file_sentence, rest = places(found, code).values()
        assert isinstance(file_sentence, Sentence)
        assert file_sentence.params["file"] == "Woche.pptx"
        assert file_sentence.params["since"] == MONDAY
        assert str(rest) == "Until then the screens have nothing of it to show."


def test_one_file_of_several_that_waits_is_named_and_the_others_are_shown(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        ready = add_file(session, "Menü.pdf", MediaType.PDF, now=MONDAY)
        waits = add_presentation(session, None, name="Woche.pptx", now=MONDAY)
        failed = add_presentation(session, ConversionStatus.FAILED, name="Alt.pptx", now=MONDAY)
        event = plan(
            session,
            group,
            event_type=EventType.PRESENTATION,
            event_media_id=waits,
            further_media_ids=[ready, failed],
        )
        found = ask(session, group)
        verdict = judge_stored(session, group, {event.id}, zone=load_zone("UTC"), now=MONDAY)
    assert [str(reason.sentence) for reason in found.reasons[1:]] == [
        (
            "The file Woche.pptx of “Mathe 3B” has waited for its conversion since 2026-09-07 "
            "05:00:00+00:00. The screens show the other files meanwhile."
        ),
        (
            "The file Alt.pptx of “Mathe 3B” could not be converted for the screens (last tried "
            "2026-09-07 05:00:00+00:00). The file is damaged, or not what its content says. Open "
            "it on your computer, save it again and upload it anew. The screens show the other "
            "files meanwhile."
        ),
    ]
    assert [one.file for one in verdict[event.id].empties] == ["Woche.pptx", "Alt.pptx"]


@pytest.mark.parametrize("kind", [EventType.PRESENTATION, EventType.VIDEO])
def test_a_file_whose_last_day_is_over_is_named(sqlite_sessions: Sessions, kind: EventType) -> None:
    is_film = kind is EventType.VIDEO
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        file = add_file(
            session,
            "Alt",
            MediaType.MP4 if is_film else MediaType.PDF,
            now=MONDAY,
            expires_on=date(2026, 9, 6),
        )
        plan(session, group, event_type=kind, event_media_id=file)
        found = ask(session, group)
        listed = playing.active_lists(session, now=ON)[group]
    assert codes(found)[:2] == [
        ReasonCode.NOTHING_PLANNED if is_film else ReasonCode.LEADS,
        ReasonCode.EXPIRED,
    ]
    assert "its last day was 2026-09-06" in str(found.reasons[1].sentence)
    assert found.is_shown == bool(listed) == (not is_film)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (EventType.WEBSITE, "website_url"),
        (EventType.VIDEO, "website_url"),
        (EventType.MESSAGE, "message_text"),
    ],
)
def test_what_lacks_its_content_is_left_out(
    sqlite_sessions: Sessions, kind: EventType, column: str
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group, event_type=kind, website_url="https://a.example/")
        setattr(event, column, None)
        session.flush()
        found = ask(session, group)
        assert playing.active_lists(session, now=ON)[group] == []
    assert codes(found)[:2] == [ReasonCode.NOTHING_PLANNED, ReasonCode.NO_CONTENT]
    assert not found.is_shown


def test_a_type_without_content_is_told(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, event_type=EventType.OTHER)
        assert codes(ask(session, group)) == [ReasonCode.LEADS, ReasonCode.EMPTY_TYPE]
