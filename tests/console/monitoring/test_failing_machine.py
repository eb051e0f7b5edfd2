"""What people are told when the disk is full, or the database only readable or silent."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from console import runtime
from console.monitoring.presenters.system import database_notices, storage_notices
from console.words.errors import error_sentence
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, User, UserSession, WorkerStatus
from infoscreen_core.db.outages import Outage
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import UnavailableError
from infoscreen_core.services.monitoring.upkeep import storage
from infoscreen_core.services.monitoring.upkeep.storage import StorageView, explain, measured
from tests.support.console import Console, html_of
from tests.support.failing import only_readable
from tests.support.web import Visitor

ROOMY = StorageView("/var/lib/infoscreen", 900_000_000)
FULL = StorageView("/var/lib/infoscreen", 3_000_000)


@pytest.mark.usefixtures("german")
def test_a_full_disk_is_named_with_its_directory_and_what_is_left() -> None:
    (notice,) = storage_notices(FULL)
    assert notice.tone == "error"
    assert "Festplatte ist voll: In /var/lib/infoscreen sind noch 3 MB frei" in notice.text


@pytest.mark.usefixtures("german")
def test_little_room_is_a_warning_and_enough_is_silence() -> None:
    (notice,) = storage_notices(StorageView("/srv", 20_500_000))
    assert (notice.tone, "nur noch 20 MB" in notice.text) == ("warning", True)
    assert storage_notices(ROOMY) == []
    assert storage_notices(StorageView("/srv", 900_000_000, Outage.BUSY)) == []


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("outage", "where", "words"),
    [
        (Outage.DISK_FULL, FULL, "In /var/lib/infoscreen sind noch 3 MB frei"),
        (Outage.DISK_FULL, ROOMY, "Datenbank hat auf ihrer Festplatte keinen Platz"),
        (Outage.AWAY, FULL, "Festplatte ist voll"),
        (Outage.READ_ONLY, FULL, "nur lesen"),
        (Outage.BUSY, FULL, "ausgelastet"),
        (Outage.AWAY, ROOMY, "antwortet nicht"),
        (Outage.HANGING, ROOMY, "hängt"),
        (Outage.DAMAGED, ROOMY, "Festplatte versagt"),
        (None, ROOMY, "antwortet nicht"),
    ],
)
def test_each_outage_has_its_sentence(
    outage: Outage | None, where: StorageView, words: str
) -> None:
    assert words in error_sentence(explain(outage, where))


@pytest.mark.usefixtures("german")
def test_a_silent_database_is_said_with_its_time() -> None:
    assert database_notices(0.0) == []
    (notice,) = database_notices(93.0)
    assert "seit 1 min keine Antwort" in notice.text


def test_room_is_measured_where_it_is_scarcest(tmp_path: Path) -> None:
    found = measured([Path("/proc/nowhere"), tmp_path / "not" / "there" / "yet"])
    assert found.directory == str(tmp_path / "not" / "there" / "yet")
    assert 0 < found.free_bytes < sys.maxsize


@pytest.mark.parametrize("page", ["", "calendar", "monitoring", "client"])
def test_a_full_disk_is_said_on_top_of_every_page_and_reading_goes_on(
    console: Console, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(storage, "FULL_BYTES", sys.maxsize)
    monkeypatch.setattr(storage, "LOW_BYTES", sys.maxsize)
    console.sign_in_as(Role.ADMIN)
    app = console.open(page)
    assert not app.exception
    assert "Die Festplatte ist voll: In" in html_of(app)
    assert len(app.error) == 1


def test_where_nothing_can_be_stored_people_go_on_reading_and_are_told_when_they_write(
    console: Console,
) -> None:
    console.sign_in_as(Role.ADMIN, at=utc_now() - timedelta(hours=1))
    for engine in (runtime.resources().engine, runtime.resources().probe):
        only_readable(engine)
    app = console.open("clients", list="groups")
    assert not app.exception
    assert "nur lesen" in html_of(app)  # that the person is at work could not be noted
    with pytest.raises(UnavailableError, match="only be read"):
        runtime.change(lambda _session, _actor, _now: None)
    with runtime.read_session() as session:
        seen = session.query(UserSession).one().last_seen_at
        assert (session.query(ClientGroup).count(), session.query(User).count()) == (0, 1)
    assert utc_now() - seen > timedelta(minutes=59)


@pytest.mark.usefixtures("console")
def test_the_door_says_why_nobody_can_sign_in(visitor: Visitor) -> None:
    only_readable(runtime.resources().engine)
    assert visitor.visit("/login").status_code == 200
    answer = visitor.post("/login", {"username": "anna", "password": "whatever it is"})
    assert answer.status_code == 503
    assert "Die Datenbank lässt sich zurzeit nur lesen" in answer.text


def test_a_language_is_chosen_for_now_though_it_cannot_be_kept(console: Console) -> None:
    console.sign_in_as(Role.USER)
    app = console.open()
    only_readable(runtime.resources().engine)
    app.button_group(key="shell-language").set_value("en").run()
    assert not app.exception
    assert any("only be read" in item.value or "nur lesen" in item.value for item in app.toast)


def test_what_a_worker_cannot_store_is_said_though_the_smallest_change_is_stored(
    console: Console,
) -> None:
    with console.sessions.begin() as session:
        session.get_one(WorkerStatus, "listener").metrics = {"outage": "disk_full"}
    console.sign_in_as(Role.USER)
    assert "Die Datenbank hat auf ihrer Festplatte keinen Platz" in html_of(console.open())


def _old_news() -> None:
    from datetime import timedelta  # noqa: PLC0415 - a script of its own

    from console.parts.news import age_of_news, warn_of_old_news  # noqa: PLC0415
    from infoscreen_core.clock import utc_now  # noqa: PLC0415

    taken_at = utc_now() - timedelta(seconds=40)
    warn_of_old_news(taken_at)
    age_of_news(taken_at)


@pytest.mark.usefixtures("console")
def test_old_news_say_how_old_they_are() -> None:
    app = AppTest.from_function(_old_news).run(timeout=30)
    text = html_of(app)
    assert "ist der Stand von vor 40 s" in text
    assert "Stand von vor 40 s (" in text
