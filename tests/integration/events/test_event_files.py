"""Presentations of several files: kept in order wherever an event goes, counted where used."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, ClientGroup, Conversion, Event, EventMedia
from infoscreen_core.db.queries import pictures
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.limits import FILES_LIMIT
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_copies import copy_event
from infoscreen_core.services.events.event_deletions import find_last_deletion, undo_delete
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.media import library
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from tests.support.events.planning import MONDAY, Sessions, add_group, plan, utc
from tests.support.media.files import add_file

NOW = MONDAY
ON_AIR = MONDAY + timedelta(hours=1, minutes=10)
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(3)]
BASE = "https://media.example"


def add_files(session: Session, *names: str) -> list[int]:
    return [add_file(session, name, MediaType.PDF, now=NOW) for name in names]


def slides(session: Session, files: list[int], rule: str | None = None) -> Event:
    first, *further = files
    return plan(
        session,
        add_group(session),
        event_type=EventType.PRESENTATION,
        event_media_id=first,
        further_media_ids=further,
        recurrence_rule=rule,
    )


def uses_of(session: Session, media_id: int) -> list[int]:
    return sorted(use.event_id for use in library.list_uses(session, media_id, now=NOW))


def shown(session: Session, event: Event) -> list[str]:
    lists = playing.active_lists(session, now=ON_AIR, media_links=MediaLinks(BASE))
    (item,) = lists[event.group_id]
    assert item.presentation is not None
    return [file.name for file in item.presentation.files]


def test_the_files_are_played_in_the_order_in_which_they_were_chosen(sessions: Sessions) -> None:
    with sessions.begin() as session:
        a, b, c = add_files(session, "a.pdf", "b.pdf", "c.pdf")
        event = slides(session, [c, a, b, a])
        assert event.event_media_id == c
        assert event.further_media_ids == (a, b)
        assert shown(session, event) == ["c.pdf", "a.pdf", "b.pdf"]
        draft = EventDraft.of(event)
        assert draft.media_ids == (c, a, b)


def test_another_order_is_a_new_version_and_is_played_at_once(sessions: Sessions) -> None:
    made = playing.MadeItems()
    with sessions.begin() as session:
        a, b, c = add_files(session, "a.pdf", "b.pdf", "c.pdf")
        event = slides(session, [a, b, c])
        before = event.version
        playing.active_lists(session, now=ON_AIR, made=made)
        turned = replace(EventDraft.of(event), further_media_ids=(c, b))
        events.update_event(session, event.id, turned, version=before, actor=CLI, now=NOW)
        session.flush()
        assert event.version == before + 1
        (item,) = playing.active_lists(session, now=ON_AIR, made=made)[event.group_id]
        assert item.presentation is not None
        assert [file.name for file in item.presentation.files] == ["a.pdf", "c.pdf", "b.pdf"]
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert last.before is not None
        assert last.after is not None
        assert (last.before["further_media_ids"], last.after["further_media_ids"]) == (
            [b, c],
            [c, b],
        )


def test_only_ready_documents_are_played(sessions: Sessions) -> None:
    with sessions.begin() as session:
        (pdf,) = add_files(session, "a.pdf")
        office = add_file(session, "rede.pptx", MediaType.PPTX, now=NOW, checksum_sha256="c" * 64)
        event = slides(session, [office, pdf])
        assert shown(session, event) == ["a.pdf"]
        session.add(
            Conversion(
                media_id=office,
                target_format=Target.PDF,
                file_hash="c" * 64,
                status=ConversionStatus.READY,
                target_path=f"derived/cc/{'c' * 64}/document.pdf",
                result={"size": 2000, "checksum_sha256": "d" * 64},
                created_at=NOW,
            )
        )
        assert shown(session, event) == ["rede.pdf", "a.pdf"]
        session.execute(delete(ClientGroup))
        further = slides(session, [pdf, office])
        assert shown(session, further) == ["a.pdf", "rede.pdf"]


@pytest.mark.parametrize(
    ("last_day", "is_played"), [("2026-09-06", False), ("2026-09-07", True), ("2026-09-08", True)]
)
def test_a_file_is_played_up_to_its_last_day(
    sessions: Sessions, last_day: str, *, is_played: bool
) -> None:
    expires_on = date.fromisoformat(last_day)
    with sessions.begin() as session:
        old = add_file(session, "old.pdf", MediaType.PDF, now=NOW, expires_on=expires_on)
        (new,) = add_files(session, "new.pdf")
        own = ["old.pdf"] if is_played else []
        assert shown(session, slides(session, [old])) == own
        session.execute(delete(ClientGroup))
        assert shown(session, slides(session, [new, old])) == ["new.pdf", *own]


def test_copies_parts_of_series_and_single_dates_show_the_same_files(sessions: Sessions) -> None:
    with sessions.begin() as session:
        files = add_files(session, "a.pdf", "b.pdf", "c.pdf")
        series = slides(session, files, "FREQ=WEEKLY;BYDAY=MO;COUNT=3")
        single = event_series.occurrence_draft(series, MONDAYS[1])
        detached = event_series.detach_occurrence(
            session, series.id, MONDAYS[1], single, version=None, actor=CLI, now=NOW
        )
        rest = event_series.split_series(
            session,
            series.id,
            MONDAYS[2],
            event_series.occurrence_draft(series, MONDAYS[2]),
            version=None,
            actor=CLI,
            now=NOW,
        )
        other = add_group(session, "Foyer")
        (copy,) = copy_event(session, series.id, [other], actor=CLI, now=NOW)
        for event in (series, detached, rest, copy):
            assert EventDraft.of(event).media_ids == tuple(files)
        used = uses_of(session, files[1])
        (copied_date,) = session.scalars(select(Event.id).where(Event.master_event_id == copy.id))
        assert used == sorted([series.id, detached.id, rest.id, copy.id, copied_date])


def test_what_was_deleted_comes_back_with_its_files(sessions: Sessions) -> None:
    with sessions.begin() as session:
        files = add_files(session, "a.pdf", "b.pdf", "c.pdf")
        event = slides(session, files)
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        assert uses_of(session, files[2]) == []
        deletion = find_last_deletion(session, actor=CLI, now=NOW)
        assert deletion is not None
        back = undo_delete(session, deletion.id, actor=CLI, now=NOW)
        assert EventDraft.of(back).media_ids == tuple(files)
        assert shown(session, back) == ["a.pdf", "b.pdf", "c.pdf"]


def test_what_lost_a_file_meanwhile_comes_back_without_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        a, b = add_files(session, "a.pdf", "b.pdf")
        events.delete_event(session, slides(session, [a, b]).id, actor=CLI, now=NOW)
        session.execute(delete(EventMedia).where(EventMedia.id == b))
        deletion = find_last_deletion(session, actor=CLI, now=NOW)
        assert deletion is not None
        assert undo_delete(session, deletion.id, actor=CLI, now=NOW).media_ids == (a,)


def test_a_used_file_cannot_be_deleted_in_the_database(sessions: Sessions) -> None:
    with sessions.begin() as session:
        a, b = add_files(session, "a.pdf", "b.pdf")
        slides(session, [a, b])
    for used in (a, b):
        with pytest.raises(IntegrityError), sessions.begin() as session:
            session.execute(delete(EventMedia).where(EventMedia.id == used))


def test_events_that_go_with_their_group_free_their_files(sessions: Sessions) -> None:
    with sessions.begin() as session:
        a, b = add_files(session, "a.pdf", "b.pdf")
        event = slides(session, [a, b])
        session.execute(delete(ClientGroup).where(ClientGroup.id == event.group_id))
        session.expire_all()
        assert uses_of(session, b) == []
        session.execute(delete(EventMedia).where(EventMedia.id.in_([a, b])))


def test_what_cannot_show_several_files_is_refused_by_its_field(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        (pdf,) = add_files(session, "a.pdf")
        films = [add_file(session, f"{n}.mp4", MediaType.MP4, now=NOW) for n in range(2)]
        for kind, files, said in (
            (EventType.VIDEO, films, "one file, not 2"),
            (EventType.PRESENTATION, [pdf, films[0]], "type mp4"),
            (EventType.PRESENTATION, [pdf, 404], "number 404"),
            (EventType.PRESENTATION, range(1, FILES_LIMIT + 2), f"{FILES_LIMIT} at most"),
        ):
            first, *further = files
            with pytest.raises(InvalidInputError, match=said) as refused:
                plan(
                    session,
                    group,
                    event_type=kind,
                    event_media_id=first,
                    further_media_ids=further,
                )
            assert refused.value.field == "event_media_id"
        text = plan(session, group, event_media_id=pdf, further_media_ids=films)
        assert (text.event_media_id, text.further_media_ids) == (None, ())


def test_pages_of_all_files_count_for_what_should_move(sessions: Sessions) -> None:
    with sessions.begin() as session:
        a, b = (add_file(session, f"{n}.pdf", MediaType.PDF, now=NOW, page_count=1) for n in "ab")
        (uncounted,) = add_files(session, "c.pdf")
        event = slides(session, [a, b, uncounted])
        (row,) = pictures.list_shown(session, event.group_id, ON_AIR)
        assert row.page_count == 2
