"""The converter at work: what waits is made, once, whatever happens meanwhile."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.media.conversion import LEASE
from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.media.words import unplayable_warning
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import conversion_claims as claims
from infoscreen_core.services.media import conversions
from infoscreen_core.services.monitoring.signs_of_life import trouble_of
from tests.support.media.conversions import ALL, rows_of
from tests.support.media.converters import PATIENCE, Plant, until
from tests.support.media.lab import film, put
from tests.support.media.office_files import pptx
from tests.support.ports import wait_until
from workers.converter import watch
from workers.converter.main import run
from workers.converter.programs import Program, Programs
from workers.converter.sandbox import Sandbox
from workers.runtime import Database, DatabaseError, Worker

OBSTACLES = ("container", "codec", "sound")
READY, FAILED = ConversionStatus.READY, ConversionStatus.FAILED


@pytest.fixture
def plant(
    sessions: sessionmaker[Session], database_url: str, tmp_path: Path, sandbox: Sandbox
) -> Plant:
    """On each database."""
    return Plant(sessions, database_url, tmp_path / "data", sandbox)


@pytest.fixture
def small_plant(
    sqlite_sessions: sessionmaker[Session], sqlite_url: str, tmp_path: Path, sandbox: Sandbox
) -> Plant:
    """On SQLite only."""
    return Plant(sqlite_sessions, sqlite_url, tmp_path / "data", sandbox)


def picture(folder: Path, name: str = "a.png", colour: str = "red") -> Path:
    Image.new("RGB", (64, 48), colour).save(folder / name)
    return folder / name


def test_all_that_is_made_of_a_presentation_comes_by_itself(plant: Plant, tmp_path: Path) -> None:
    media_id = plant.add(pptx(tmp_path / "a.pptx", ["Eins", "Zwei"]), MediaType.PPTX)
    before = _schedule(plant)
    with plant.converter() as converter:
        until([converter], lambda: plant.is_settled(media_id))
        figures = converter.metrics()
        assert sum(figures.pop("job_seconds")["counts"]) == 3
        assert figures == {
            "made": 3,
            "failed": 0,
            "under_way": 0,
            "sandbox": plant.sandbox.cage.value,
        }
    assert plant.states(media_id) == dict.fromkeys(
        (Target.PDF, Target.FACTS, Target.THUMBNAIL), READY
    )
    assert plant.media(media_id).page_count == 2
    assert _schedule(plant) > before
    with plant.sessions() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert row.target_path is not None
        assert (plant.store.root / row.target_path).stat().st_size == (row.result or {})["size"]
    assert [*plant.store.work.iterdir()] == []


def test_a_broken_file_fails_and_the_queue_goes_on(plant: Plant, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(picture(tmp_path).read_bytes()[:60])
    bad = plant.add(broken, MediaType.PNG)
    good = plant.add(picture(tmp_path, "b.png", "blue"), MediaType.PNG)
    with plant.converter() as converter:
        until([converter], lambda: plant.is_settled(bad, good))
    assert set(plant.states(bad).values()) == {FAILED}
    assert set(plant.states(good).values()) == {READY}
    assert plant.media(good).resolution == "64x48"
    with plant.sessions() as session:
        assert {row.failure for row in rows_of(session, bad).values()} == {"broken"}


def test_several_converters_make_each_thing_once(plant: Plant, tmp_path: Path) -> None:
    ids = [
        plant.add(picture(tmp_path, f"{n}.png", f"#0000{n:02}"), MediaType.PNG) for n in range(8)
    ]
    with plant.converter() as one, plant.converter() as two:
        until([one, two], lambda: plant.is_settled(*ids))
        made = [one.metrics()["made"], two.metrics()["made"]]
    assert sum(made) == 16
    assert all(made)
    with plant.sessions() as session:
        assert {row.attempts for one in ids for row in rows_of(session, one).values()} == {1}


def test_what_was_made_of_the_same_content_is_taken(small_plant: Plant, tmp_path: Path) -> None:
    first = small_plant.add(picture(tmp_path), MediaType.PNG)
    with small_plant.converter() as converter:
        until([converter], lambda: small_plant.is_settled(first))
        copy = Path(shutil.copy(tmp_path / "a.png", tmp_path / "copy.png"))
        second = small_plant.add(copy, MediaType.PNG)
        for _ in range(2):
            converter.step()  # no program runs: a step is enough for each
        assert small_plant.is_settled(second)
    assert small_plant.media(second).resolution == "64x48"


def test_a_content_that_was_replaced_meanwhile_is_let_go(
    small_plant: Plant, tmp_path: Path
) -> None:
    media_id = small_plant.add(pptx(tmp_path / "a.pptx", ["Alt"]), MediaType.PPTX)
    fresh = put(small_plant.store, pptx(tmp_path / "b.pptx", ["Neu", "Zwei"]))
    with small_plant.converter() as converter:
        until([converter], lambda: bool(converter.metrics()["under_way"]))
        with small_plant.sessions.begin() as session:
            media = session.get_one(EventMedia, media_id)
            media.checksum_sha256 = fresh
            conversions.request(session, media, now=utc_now())
        until([converter], lambda: small_plant.is_settled(media_id))
    assert small_plant.media(media_id).page_count == 2
    with small_plant.sessions() as session:
        assert {row.file_hash for row in rows_of(session, media_id).values()} == {fresh}


def test_a_video_is_made_for_all_screens_with_its_progress(
    small_plant: Plant, tmp_path: Path
) -> None:
    media_id = small_plant.add(
        film(tmp_path / "a.mkv", "-c:v", "mpeg4", seconds=20, size="640x360"), MediaType.MKV
    )
    with small_plant.converter() as converter:
        until([converter], lambda: small_plant.is_settled(media_id))
        with small_plant.sessions() as session:
            warnings = rows_of(session, media_id)[Target.FACTS].warnings
            assert warnings == [unplayable_warning(tuple(map(Unplayable, OBSTACLES)))]
        with small_plant.sessions.begin() as session:
            conversions.request_mp4(session, media_id, actor=CLI, now=utc_now())
        before = _schedule(small_plant)
        until([converter], lambda: small_plant.is_settled(media_id))
    assert _schedule(small_plant) > before
    with small_plant.sessions() as session:
        rows = rows_of(session, media_id)
        assert (rows[Target.MP4].result or {})["codec"] == "h264"
        assert rows[Target.FACTS].warnings is None


def test_a_claim_that_nobody_renews_is_taken_over(
    plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = plant.add(picture(tmp_path), MediaType.PNG)
    with plant.sessions.begin() as session:
        for _ in range(2):
            assert claims.claim_next(session, "dead", ALL, now=utc_now() + timedelta(days=1))
    monkeypatch.setattr(watch, "LEASE", LEASE / 10)
    with plant.converter() as converter:
        until([converter], lambda: plant.is_settled(media_id))
    with plant.sessions() as session:
        rows = rows_of(session, media_id).values()
        assert {(row.attempts, row.status) for row in rows} == {(2, READY)}


def test_a_claim_that_is_renewed_is_left_alone() -> None:
    moment = [0.0]
    watching = watch.ClaimWatch(lambda: moment[0])
    lease = LEASE.total_seconds()
    now = utc_now()
    for number in range(20):
        moment[0] += lease / 4
        renewed = claims.ClaimRow("one", now + timedelta(seconds=number))
        stuck = claims.ClaimRow("two", now)
        left = watching.list_left({1: renewed, 2: stuck, 3: stuck}, [3])
        assert left == ({2: stuck} if number >= 4 else {})
    moment[0] += lease  # the database was away: nobody could renew
    assert watching.list_left({1: renewed, 2: stuck}, []) == {}


def test_a_converter_that_is_ended_gives_its_work_back(small_plant: Plant, tmp_path: Path) -> None:
    media_id = small_plant.add(pptx(tmp_path / "a.pptx", ["Eins"]), MediaType.PPTX)
    with small_plant.converter() as converter:
        until([converter], lambda: bool(converter.metrics()["under_way"]))
    with small_plant.sessions() as session:
        row = rows_of(session, media_id)[Target.PDF]
        assert (row.status, row.attempts, row.claimed_by) == (ConversionStatus.PENDING, 0, None)
    assert [*small_plant.store.work.iterdir()] == []


def test_what_is_done_while_the_database_takes_nothing_is_settled_later(
    small_plant: Plant, tmp_path: Path
) -> None:
    media_id = small_plant.add(pptx(tmp_path / "a.pptx", ["Eins"]), MediaType.PPTX)
    writable = ["OFF"]
    engine = small_plant.sessions.kw["bind"]

    def limit(connection: DBAPIConnection, *_: object) -> None:
        connection.cursor().execute(f"PRAGMA query_only={writable[0]}")

    event.listen(engine, "checkout", limit)
    refusals = 0

    def is_refused() -> bool:
        nonlocal refusals
        try:
            converter.step()
        except DatabaseError:
            refusals += 1
        return refusals > 2 and not converter.metrics()["under_way"]

    with small_plant.converter() as converter:
        until([converter], lambda: bool(converter.metrics()["under_way"]))
        writable[0] = "ON"
        wait_until(is_refused, seconds=PATIENCE, what="the outage")
        writable[0] = "OFF"
        until([converter], lambda: small_plant.is_settled(media_id))
    with small_plant.sessions() as session:
        assert {row.attempts for row in rows_of(session, media_id).values()} == {1}


def test_missing_programs_are_said_and_files_wait(
    small_plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media_id = small_plant.add(pptx(tmp_path / "a.pptx", ["Eins"]), MediaType.PPTX)
    empty = tmp_path / "bin"
    empty.mkdir()
    (empty / "prlimit").symlink_to(shutil.which("prlimit") or "")
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(empty))
        with small_plant.converter() as converter:
            for _ in range(3):
                assert not converter.step()
            metrics = converter.metrics()
    assert small_plant.states(media_id)[Target.PDF] is ConversionStatus.PENDING
    assert metrics["waiting"] == 1
    sentence = str(trouble_of("converter", metrics))
    assert "apt-get install libreoffice-impress-nogui libreoffice-writer-nogui ffmpeg." in sentence
    with small_plant.converter() as converter:  # once it is there, it goes on
        until([converter], lambda: small_plant.is_settled(media_id))


def test_it_ends_when_it_is_told_to(small_plant: Plant) -> None:
    engine = make_engine(small_plant.url)
    database = Database(engine, small_plant.sessions, make_read_session_factory(engine))
    worker = Worker("converter", small_plant.settings(), database)
    worker.stop.set()
    run(worker)
    engine.dispose()
    assert [*small_plant.store.work.iterdir()] == []


def test_what_each_program_is_needed_for() -> None:
    everything = Programs(frozenset(Program))
    assert everything.missing == ()
    assert MediaType.SVG in everything.abilities()[Target.THUMBNAIL]
    without_office = Programs(frozenset(Program) - {Program.OFFICE})
    assert not without_office.abilities()[Target.PDF]
    assert MediaType.SVG not in without_office.abilities()[Target.THUMBNAIL]
    assert MediaType.SVG in without_office.abilities()[Target.FACTS]
    served = Programs(frozenset(Program) - {Program.OFFICE}, has_service=True)
    assert served.missing == ()
    assert MediaType.PPTX in served.abilities()[Target.PDF]
    assert Programs(frozenset({Program.OFFICE})).abilities() == {}


def _schedule(plant: Plant) -> int:
    with plant.sessions() as session:
        return changes.current(session)
