"""Files that events show: deleted by force, the events go on without them, on both databases."""

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, ChangeCounter, Event, EventMedia
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.explanation import ReasonCode
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.events import events, occurrence_checks
from infoscreen_core.services.events.event_deletions import (
    find_last_deletion,
    list_lost_files,
    lost_sentence,
    undo_delete,
)
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.media_deletions import delete_with_force, list_losses
from infoscreen_core.services.media import media_deletions
from infoscreen_core.services.playing import playing
from tests.support.at_once import at_once, while_open
from tests.support.databases import Lender, sessions_on
from tests.support.events.planning import MONDAY, Sessions, add_group, plan, utc
from tests.support.media.files import add_file
from tests.support.playing.explaining import ask, codes

NOW = MONDAY
ON_AIR = utc("2026-09-07T06:10")
ROUNDS = 6


def add_pdfs(session: Session, *names: str) -> list[int]:
    return [add_file(session, name, MediaType.PDF, now=NOW) for name in names]


def slides(session: Session, group: int, *files: int, title: str = "Aushang") -> Event:
    return plan(
        session,
        group,
        title=title,
        event_type=EventType.PRESENTATION,
        event_media_id=files[0],
        further_media_ids=files[1:],
    )


def test_a_file_in_use_is_refused_with_the_events_that_show_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = add_pdfs(session, "old.pdf", "new.pdf")
        group = add_group(session)
        slides(session, group, old, title="Menü")
        slides(session, group, new, old, title="Plan")
        with pytest.raises(ConflictError, match=r"2.*Menü \(Aula\), Plan \(Aula\)"):
            media_deletions.delete(session, old, actor=CLI, now=NOW)
        losses = list_losses(session, [old], now=NOW)
        assert [(one.use.title, one.files_left) for one in losses] == [("Menü", 0), ("Plan", 1)]
        assert [str(one.sentence) for one in losses] == [
            "“Menü” (Aula) has nothing to show any more.",
            "“Plan” (Aula) goes on without it; files left: 1.",
        ]
        both = list_losses(session, [new, old], now=NOW)
        assert sorted((one.use.title, one.files_left) for one in both) == [("Menü", 0), ("Plan", 0)]


def test_by_force_events_lose_it_and_go_on_with_what_is_left(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, a, b = add_pdfs(session, "old.pdf", "a.pdf", "b.pdf")
        group, other = add_group(session), add_group(session, "Foyer")
        alone = slides(session, group, old)
        first = slides(session, other, old, a, b)
        versions = {one.id: one.version for one in (alone, first)}
        counter = session.get_one(ChangeCounter, changes.SCHEDULE)
        before = counter.value
        losses = delete_with_force(session, old, actor=CLI, now=NOW)
        session.refresh(counter)
        assert counter.value > before
        assert {one.use.event_id for one in losses} == set(versions)
        assert session.scalar(select(EventMedia.id).where(EventMedia.id == old)) is None
        assert EventDraft.of(first).media_ids == (a, b)
        assert EventDraft.of(alone).media_ids == ()
        assert all(one.version > versions[one.id] for one in (alone, first))
        lists = playing.active_lists(session, now=ON_AIR)
        shown = [lists[one][0].presentation for one in (group, other)]
        assert [[file.name for file in one.files] for one in shown if one] == [
            [],
            ["a.pdf", "b.pdf"],
        ]
        assert codes(ask(session, group)) == [ReasonCode.LEADS, ReasonCode.NO_CONTENT]
        assert occurrence_checks.verify(session, now=NOW) == []


def test_each_event_keeps_in_the_audit_trail_what_it_lost(sessions: Sessions) -> None:
    with sessions.begin() as session:
        old, new = add_pdfs(session, "old.pdf", "new.pdf")
        event = slides(session, add_group(session), new, old)
        delete_with_force(session, old, actor=CLI, now=NOW)
        rows = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(2)))
        assert [row.action for row in rows] == ["media.deleted", "event.updated"]
        assert rows[1].entity_id == str(event.id)
        assert rows[1].before is not None
        assert rows[1].after is not None
        assert rows[1].before["further_media_ids"] == [old]
        assert rows[1].after["further_media_ids"] == []


def test_a_film_without_its_file_is_left_out_of_the_list(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        film, group = add_file(session, "a.mp4", MediaType.MP4, now=NOW), add_group(session)
        plan(session, group, event_type=EventType.VIDEO, event_media_id=film)
        delete_with_force(session, film, actor=CLI, now=NOW)
        assert playing.active_lists(session, now=ON_AIR)[group] == []
        assert ReasonCode.NO_CONTENT in codes(ask(session, group))


@pytest.mark.parametrize("gone", [(0,), (1,), (2,), (0, 2), (0, 1, 2)])
def test_a_deleted_event_comes_back_with_the_files_that_are_left(
    sessions: Sessions, gone: tuple[int, ...]
) -> None:
    names = ("a.pdf", "b.pdf", "c.pdf")
    with sessions.begin() as session:
        files = add_pdfs(session, *names)
        event = slides(session, add_group(session), *files)
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        for one in gone:
            assert delete_with_force(session, files[one], actor=CLI, now=NOW) == ()
        deletion = find_last_deletion(session, actor=CLI, now=NOW)
        assert deletion is not None
        back = undo_delete(session, deletion.id, actor=CLI, now=NOW)
        left = tuple(file for place, file in enumerate(files) if place not in gone)
        assert EventDraft.of(back).media_ids == left
        lost = list_lost_files(session, deletion.id)
        assert lost == tuple(names[one] for one in gone)
        assert all(f"“{name}”" in str(lost_sentence(lost)) for name in lost)


def test_an_event_that_lost_nothing_says_nothing_of_files(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        (file,) = add_pdfs(session, "a.pdf")
        event = slides(session, add_group(session), file)
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        deletion = find_last_deletion(session, actor=CLI, now=NOW)
        assert deletion is not None
        undo_delete(session, deletion.id, actor=CLI, now=NOW)
        assert lost_sentence(list_lost_files(session, deletion.id)) is None


def test_it_is_for_editors_and_for_files_that_are_there(sqlite_sessions: Sessions) -> None:
    looker = Actor(user_id=1, name="u", role=Role.USER, source="here")
    with sqlite_sessions.begin() as session:
        (file,) = add_pdfs(session, "a.pdf")
        with pytest.raises(NotAllowedError):
            delete_with_force(session, file, actor=looker, now=NOW)
        with pytest.raises(NotFoundError):
            delete_with_force(session, 404, actor=CLI, now=NOW)


def _planned(session: Session, group: int, *files: int) -> int:
    return slides(session, group, *files).id


def _deleted(session: Session, file: int, *, with_force: bool) -> None:
    act = delete_with_force if with_force else media_deletions.delete
    act(session, file, actor=CLI, now=NOW)


def alone(sessions: Sessions, work: Callable[[Session], object]) -> Callable[[], object]:
    return partial(in_transaction, sessions, work)


@pytest.mark.parametrize("with_force", [True, False])
def test_planning_while_the_file_is_deleted_ends_well_for_both(
    sessions: Sessions, *, with_force: bool
) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        files = add_pdfs(session, *(f"{n}.pdf" for n in range(ROUNDS)))
        (kept,) = add_pdfs(session, "kept.pdf")
    for file in files:
        planned, deleted = at_once(
            alone(sessions, partial(_shown_after, group, kept, file)),
            alone(sessions, partial(_deleted, file=file, with_force=with_force)),
        )
        with sessions() as session:
            is_gone = session.get(EventMedia, file) is None
            assert is_gone is (deleted.exception() is None)
            if deleted.exception() is not None:
                assert isinstance(deleted.exception(), ConflictError)
                assert not with_force
            if planned.exception() is not None:
                assert isinstance(planned.exception(), InvalidInputError)
                assert is_gone
            else:
                event = events.get_event(session, int(str(planned.result())))
                assert EventDraft.of(event).media_ids == ((kept,) if is_gone else (kept, file))


def _shown_after(group: int, kept: int, file: int, session: Session) -> int:
    return _planned(session, group, kept, file)


@pytest.fixture
def mariadb_sessions(lender: Lender) -> Iterator[Sessions]:
    """Where two can write at once: SQLite lets one wait for the other from the start."""
    with lender.lend() as url, sessions_on(url) as made:
        yield made


def test_who_plans_first_is_waited_for_and_loses_the_file(mariadb_sessions: Sessions) -> None:
    with mariadb_sessions.begin() as session:
        group = add_group(session)
        kept, file = add_pdfs(session, "kept.pdf", "file.pdf")
    planned: list[int] = []
    later = while_open(
        mariadb_sessions,
        lambda session: planned.append(_planned(session, group, kept, file)),
        alone(mariadb_sessions, partial(_deleted, file=file, with_force=True)),
    )
    assert later.exception() is None
    with mariadb_sessions() as session:
        assert EventDraft.of(events.get_event(session, planned[0])).media_ids == (kept,)


def test_who_plans_second_is_told_that_the_file_is_gone(mariadb_sessions: Sessions) -> None:
    with mariadb_sessions.begin() as session:
        group = add_group(session)
        (file,) = add_pdfs(session, "file.pdf")
    later = while_open(
        mariadb_sessions,
        partial(_deleted, file=file, with_force=True),
        alone(mariadb_sessions, lambda session: _planned(session, group, file)),
    )
    assert isinstance(later.exception(), InvalidInputError)
    assert "no file with the number" in str(later.exception())
