"""Links to media on the lists of groups: stable, renewed in time, ended when a screen leaves."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.contracts import event_list_payload
from infoscreen_core.db.models import Client, Conversion, EventMedia
from infoscreen_core.db.queries.groups import find_link_term
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.links import Claim, Grant, Signer, Subject, read_claim
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.playing import playing
from infoscreen_core.services.playing.media_links import MediaLinks
from infoscreen_core.services.screens import clients, groups
from infoscreen_core.settings import load_settings
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan
from tests.support.media.files import add_file
from tests.support.people import add_client, uuid_of

NOON = datetime(2026, 9, 7, 10, tzinfo=UTC)
CONTENT, OTHER = "a" * 64, "b" * 64
SIGNER = Signer(b"k" * 32)
LINKS = MediaLinks("http://signage.example", lambda: SIGNER, ZoneInfo("Europe/Vienna"))


def add_presentation(session: Session, group: int, **values: object) -> int:
    """A PDF that is shown for a whole month."""
    media = add_file(
        session, "Plan.pdf", MediaType.PDF, now=MONDAY, checksum_sha256=CONTENT, **values
    )
    plan(
        session,
        group,
        event_type=EventType.PRESENTATION,
        event_media_id=media,
        end=local("2026-10-07T18:00"),
    )
    return media


def urls(session: Session, group: int, *, now: datetime) -> list[str]:
    (item,) = playing.active_lists(session, now=now, media_links=LINKS)[group]
    assert item.presentation
    return [file.url for file in item.presentation.files]


def claim_of(url: str) -> Claim:
    claim = read_claim(dict(parse_qsl(urlsplit(url).query)))
    assert claim
    return claim


def opens(
    url: str, session: Session, group: int, media: int, *, now: datetime, checksum: str = CONTENT
) -> bool:
    subject, term = Subject.of_file(media, checksum), find_link_term(session, group)
    assert term is not None
    return SIGNER.is_good(claim_of(url), subject, term=term, now=now)


def test_a_listed_link_opens_its_file_for_its_group(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        media = add_presentation(session, group)
        (url,) = urls(session, group, now=NOON)
        assert claim_of(url).group_id == group
        assert opens(url, session, group, media, now=NOON)
        assert not opens(url, session, group, media + 1, now=NOON)


def test_a_list_stays_the_same_all_day_and_is_signed_anew_long_before_its_links_end(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        media = add_presentation(session, group)
        now, until, payloads = NOON, NOON + timedelta(days=25), []
        while now < until:
            lists = playing.active_lists(session, now=now, media_links=LINKS)
            payload = event_list_payload(lists[group])
            renewal = LINKS.renewal(now)
            last = renewal - timedelta(seconds=1)
            same = playing.active_lists(session, now=last, media_links=LINKS)[group]
            assert event_list_payload(same) == payload
            (url,) = urls(session, group, now=now)
            assert opens(url, session, group, media, now=renewal + timedelta(days=1, hours=23))
            payloads.append(payload)
            now = renewal
        assert len(set(payloads)) == len(payloads) == 26


def test_what_is_kept_between_readings_is_signed_anew_too(sqlite_sessions: Sessions) -> None:
    made = playing.MadeItems()
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        add_presentation(session, group)

        def listed(now: datetime) -> list[str]:
            lists = playing.active_lists(session, now=now, media_links=LINKS, made=made)
            (item,) = lists[group]
            assert item.presentation
            return [file.url for file in item.presentation.files]

        first = listed(NOON)
        assert listed(NOON + timedelta(hours=1)) == first
        assert listed(NOON + timedelta(days=1)) != first


@pytest.mark.parametrize("leave", ["moved", "unassigned", "removed"])
def test_the_links_of_a_group_end_when_a_screen_leaves_it(sessions: Sessions, leave: str) -> None:
    with sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Hof")
        media = add_presentation(session, group)
        for number in (1, 2):
            add_client(session, number)
        both = [uuid_of(1), uuid_of(2)]
        clients.approve_clients(session, both, group_id=group, actor=CLI, now=MONDAY)
        (url,) = urls(session, group, now=NOON)
        match leave:
            case "moved":
                clients.assign_clients(session, both[:1], other, actor=CLI, now=NOON)
            case "unassigned":
                clients.assign_clients(session, both[:1], None, actor=CLI, now=NOON)
            case _:
                clients.remove_clients(session, both[:1], actor=CLI, now=NOON)
        session.expire_all()
        assert not opens(url, session, group, media, now=NOON)
        (fresh,) = urls(session, group, now=NOON)
        assert opens(fresh, session, group, media, now=NOON)
        assert find_link_term(session, other) == 0


def test_with_a_group_its_links_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Hof")
        add_client(session, 1, group_id=group)
        groups.delete_group(session, group, actor=CLI, now=NOON, move_to=other)
        assert find_link_term(session, group) is None
        assert find_link_term(session, other) == 0


def test_screens_that_come_or_stay_leave_the_links_alone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        add_presentation(session, group)
        add_client(session, 1)
        before = urls(session, group, now=NOON)
        for _ in range(2):
            clients.assign_clients(session, [uuid_of(1)], group, actor=CLI, now=NOON)
        assert session.get_one(Client, uuid_of(1)).group_id == group
        assert urls(session, group, now=NOON) == before


def test_a_new_content_has_a_new_link_and_ends_the_old_one(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        media = add_presentation(session, group)
        (old,) = urls(session, group, now=NOON)
        session.get_one(EventMedia, media).checksum_sha256 = OTHER
        session.flush()
        (new,) = urls(session, group, now=NOON)
        assert new != old
        assert opens(new, session, group, media, now=NOON, checksum=OTHER)
        assert not opens(old, session, group, media, now=NOON, checksum=OTHER)


def test_a_file_is_listed_through_its_last_day_in_the_schools_zone(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        add_presentation(session, group, expires_on=date(2026, 9, 8))
        end = datetime(2026, 9, 8, 22, tzinfo=UTC)  # midnight in Vienna
        assert LINKS.renewal(end - timedelta(seconds=1)) == end  # the scheduler looks then
        assert len(urls(session, group, now=end - timedelta(seconds=1))) == 1
        assert urls(session, group, now=end) == []


def test_a_video_that_expired_is_left_out_and_told(sqlite_sessions: Sessions) -> None:
    told: list[str] = []
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        media = add_file(session, "a.mp4", MediaType.MP4, now=MONDAY, expires_on=date(2026, 9, 6))
        plan(session, group, event_type=EventType.VIDEO, event_media_id=media)
        lists = playing.active_lists(
            session,
            now=MONDAY + timedelta(hours=1),
            media_links=LINKS,
            on_unplayable=lambda _event, reason: told.append(reason),
        )
        assert lists[group] == []
        assert told == ["it has no file"]


def test_a_video_is_listed_as_the_mp4_that_was_made_of_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        media = add_file(
            session,
            "Tag der offenen Tür.mkv",
            MediaType.MKV,
            now=MONDAY,
            checksum_sha256=CONTENT,
            duration=12.5,
            resolution="3840x2160",
        )
        plan(
            session,
            group,
            event_type=EventType.VIDEO,
            event_media_id=media,
            end=local("2026-09-07T18:00"),
        )
        made = Conversion(
            media_id=media, target_format=Target.MP4, file_hash=CONTENT, created_at=MONDAY
        )
        session.add(made)
        session.flush()

        def video() -> tuple[object, ...]:
            (item,) = playing.active_lists(session, now=NOON, media_links=LINKS)[group]
            assert item.video
            found = item.video
            path = urlsplit(found.url).path
            return path, found.mime_type, found.size, found.checksum_sha256, found.resolution

        original = video()
        assert original[1:] == ("video/x-matroska", 1000, CONTENT, "3840x2160")
        made.status, made.target_path = ConversionStatus.READY, f"derived/aa/{CONTENT}/video.mp4"
        made.result = {"size": 77, "checksum_sha256": OTHER, "resolution": "1920x1080"}
        session.flush()
        path = f"/api/files/converted/derived/aa/{CONTENT}/video.mp4"
        assert video() == (path, "video/mp4", 77, OTHER, "1920x1080")


def test_without_a_readable_key_the_rest_of_the_plan_goes_on(
    sqlite_sessions: Sessions, tmp_path: Path
) -> None:
    key = tmp_path / "secret.key"
    key.mkdir()  # whatever keeps it from being read
    settings = load_settings(infoscreen_data_dir=tmp_path)
    with pytest.raises(InvalidInputError):
        load_signer(settings)
    told: list[str] = []
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        add_presentation(session, group)
        message = plan(session, group, end=local("2026-09-07T18:00"))
        lists = playing.active_lists(
            session,
            now=NOON,
            media_links=MediaLinks("", lambda: load_signer(settings)),
            on_unplayable=lambda _event, reason: told.append(reason),
        )
        assert [item.id for item in lists[group]] == [message.id]
    assert "secret.key" in told[0]


def test_console_and_scheduler_know_each_others_links(tmp_path: Path) -> None:
    settings = load_settings(infoscreen_data_dir=tmp_path)
    subject = Subject.of_file(1, CONTENT)
    with_key = load_settings(infoscreen_data_dir=tmp_path, secret_key="s" * 32)
    elsewhere = load_settings(infoscreen_data_dir=tmp_path / "x", secret_key="t" * 32)
    query = load_signer(settings).query(subject, Grant(1, 0, LINKS.until(NOON)))
    claim = claim_of(f"/?{query}")
    for other, is_known in ((settings, True), (with_key, True), (elsewhere, False)):
        signer = load_signer(other)
        assert signer.is_good(claim, subject, term=0, now=NOON) is is_known
