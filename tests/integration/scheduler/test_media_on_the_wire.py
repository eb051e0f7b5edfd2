"""What changes about a file, or about who is in a group, is on the wire within a second."""

import json
import statistics
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries.groups import find_link_term
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.links import Signer, Subject, ends_of_links, read_claim
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.events.media_deletions import delete_with_force
from infoscreen_core.services.media import conversion_claims, library
from infoscreen_core.services.media.conversion_claims import Made
from infoscreen_core.services.screens import clients
from infoscreen_core.settings import load_settings
from tests.support.events.planning import Sessions, add_group, plan
from tests.support.media.conversions import ALL
from tests.support.media.samples import pdf, sample
from tests.support.media.shelves import Shelf
from tests.support.people import add_client, uuid_of
from tests.support.playing.scheduling import Ear, SchedulerProcess
from tests.support.ports import wait_until

OLD, MADE = pdf(1), "d" * 64


class School:
    """A group that shows a file for a long while, and its wire."""

    def __init__(self, sessions: Sessions, ear: Ear, shelf: Shelf, signer: Signer) -> None:
        self.sessions, self.ear, self.shelf, self.signer = sessions, ear, shelf, signer
        with sessions.begin() as session:
            self.group, self.other = add_group(session), add_group(session, "Hof")
            for number in (1, 2):
                add_client(session, number, group_id=self.group)

    def show(self, name: str, data: bytes) -> int:
        now = utc_now()
        with self.sessions.begin() as session:
            media = self.shelf.add(session, name, data, now=now).id
            plan(
                session,
                self.group,
                now=now,
                title="Slides",
                event_type=EventType.PRESENTATION,
                event_media_id=media,
                message_text=None,
                timezone="UTC",
                start=(now - timedelta(hours=1)).replace(tzinfo=None),
                end=(now + timedelta(days=30)).replace(tzinfo=None),
            )
            return media

    def files(self) -> list[dict[str, Any]] | None:
        """Return the files on the group's newest list; None before there is one."""
        payload = self.ear.last(self.group)
        items = json.loads(payload) if payload else []
        return items[0]["presentation"]["files"] if items else None

    def change(
        self, work: Callable[[Session], object], until: Callable[[list[dict[str, Any]]], bool]
    ) -> float:
        """Do it; return the seconds from then until the wire says so."""
        with self.sessions.begin() as session:
            work(session)
        committed = utc_now()
        wait_until(lambda: until(self.files() or []), what="the wire", pause=0.005)
        topic = f"infoscreen/events/{self.group}"
        heard = next(one for one in reversed(self.ear.heard) if one.topic == topic)
        return (heard.received_at - committed).total_seconds()

    def opens(self, url: str, media: int) -> bool:
        claim = read_claim(dict(parse_qsl(urlsplit(url).query)))
        assert claim
        with self.sessions() as session:
            term = find_link_term(session, self.group)
            checksum = library.get(session, media).checksum
        assert term is not None
        return self.signer.is_good(
            claim, Subject.of_file(media, checksum), term=term, now=utc_now()
        )


@pytest.fixture
def school(
    scheduler: SchedulerProcess, ear: Ear, sqlite_sessions: Sessions, tmp_path: Path
) -> School:
    settings = load_settings(infoscreen_data_dir=tmp_path / "var")
    wait_until(_is_midnight_far, seconds=90, what="the lists of the next day")
    made = School(sqlite_sessions, ear, Shelf.at(tmp_path), load_signer(settings))
    scheduler.start()
    return made


def _is_midnight_far() -> bool:
    """Whether no list is signed anew while a test runs."""
    now = utc_now()
    return ends_of_links(now, ZoneInfo("Europe/Vienna"))[1] - now > timedelta(minutes=1)


def test_a_new_version_and_a_new_name_follow_at_once(school: School) -> None:
    media = school.show("Plan.pdf", OLD)
    wait_until(school.files, what="the first list")
    took = []
    for number in range(5):
        content = pdf(number + 2)
        part = school.shelf.incoming("Plan.pdf", content)
        took += [
            school.change(
                lambda s, part=part: library.replace(s, media, part, actor=CLI, now=utc_now()),  # type: ignore[misc]
                lambda files, part=part: files[0]["checksum_sha256"] == part.checksum,  # type: ignore[misc]
            ),
            school.change(
                lambda s, n=number: library.rename(s, media, f"{n}.pdf", actor=CLI, now=utc_now()),  # type: ignore[misc]
                lambda files, n=number: files[0]["name"] == f"{n}.pdf",  # type: ignore[misc]
            ),
        ]
        (file,) = school.files() or []
        assert file["size"] == len(content)
        assert school.opens(file["url"], media)
    print(f"library to subscriber: median {statistics.median(took):.3f} s, most {max(took):.3f} s")  # noqa: T201 - the figure is worth seeing
    assert statistics.median(took) < 1.0


def test_a_file_that_is_deleted_by_force_leaves_the_screens_at_once(school: School) -> None:
    media = school.show("Plan.pdf", OLD)
    wait_until(school.files, what="the first list")
    took = school.change(
        lambda session: delete_with_force(session, media, actor=CLI, now=utc_now()),
        lambda files: not files,
    )
    print(f"forced deletion to subscriber: {took:.3f} s")  # noqa: T201 - the figure is worth seeing
    assert took < 5.0  # a second where nothing else runs


def test_a_pdf_is_on_the_wire_when_it_is_ready(school: School) -> None:
    school.show("Woche.pptx", sample(MediaType.PPTX))
    wait_until(lambda: school.files() == [], what="a list without files")

    def convert(session: Session) -> None:
        claimed = conversion_claims.claim_next(session, "test", ALL, now=utc_now())
        assert claimed
        assert claimed.target is Target.PDF
        path = f"derived/{claimed.checksum[:2]}/{claimed.checksum}/document.pdf"
        made = Made(path, {"size": 4711, "checksum_sha256": MADE, "page_count": 3})
        assert conversion_claims.succeed(session, claimed, made, now=utc_now())

    assert school.change(convert, lambda files: len(files) == 1) < 5.0
    (file,) = school.files() or []
    assert (file["name"], file["size"], file["checksum_sha256"]) == ("Woche.pdf", 4711, MADE)
    assert "/api/files/converted/derived/" in file["url"]


@pytest.mark.parametrize("target", ["another group", "nowhere"])
def test_the_others_have_new_links_when_a_screen_has_left(school: School, target: str) -> None:
    media = school.show("Plan.pdf", OLD)
    wait_until(school.files, what="the first list")
    (before,) = school.files() or []
    heard = len(school.ear.heard)

    def leave(session: Session) -> None:
        if target == "nowhere":
            clients.remove_clients(session, [uuid_of(1)], actor=CLI, now=utc_now())
        else:
            clients.assign_clients(session, [uuid_of(1)], school.other, actor=CLI, now=utc_now())

    school.change(leave, lambda files: files[0]["url"] != before["url"])
    (after,) = school.files() or []
    assert not school.opens(before["url"], media)
    assert school.opens(after["url"], media)
    assert {**before, "url": ""} == {**after, "url": ""}
    assert len(school.ear.heard) == heard + 1  # no other list had a reason to change


def test_a_scheduler_that_starts_again_finds_the_list_as_it_was(
    school: School, scheduler: SchedulerProcess
) -> None:
    school.show("Plan.pdf", OLD)
    wait_until(school.files, what="the first list")
    before, heard = school.ear.last(school.group), len(school.ear.heard)
    scheduler.terminate()
    scheduler.start()
    wait_until(lambda: len(school.ear.heard) > heard, what="the list of the new one")
    assert school.ear.last(school.group) == before
