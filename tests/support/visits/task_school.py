"""A whole installation with what ten tasks need: for each person rooms, plans and a screen."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

from PIL import Image
from sqlalchemy import update
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientScreenshot, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.sessions import SESSION_IDLE
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.screens import clients, groups
from tests.support.console_process import PASSWORD
from tests.support.events.planning import plan
from tests.support.installation import Installation
from tests.support.people import add_user, uuid_of
from workers.simulator.control import leave_note, parse_note
from workers.simulator.identity import fleet

SILENT: Final = uuid_of(900)
"""A screen that is silent, with the last pictures that it sent."""
SILENT_NAME: Final = "Turnsaal"
SERIES_AT: Final = time(11)
TAKEN_AT: Final = time(8)
_PREFIX: Final = "tasks"
_DAY: Final = timedelta(days=1)
_VIENNA: Final = load_zone("Europe/Vienna")
_PICTURES: Final = 20
_APART: Final = timedelta(hours=12)


@dataclass(frozen=True)
class TaskSchool:
    """The running installation, with hands on what happens outside of the console."""

    installation: Installation

    @property
    def url(self) -> str:
        return str(self.installation.state()["console_url"])

    def crash(self, number: int) -> None:
        """Let a player's display process die."""
        directory = self.installation.data_dir / "simulator" / _PREFIX / "notes"
        leave_note(directory, parse_note(f"crash {number}"), now=utc_now())

    def let_session_end(self, name: str) -> None:
        """Let somebody have done nothing for too long."""
        long_ago = utc_now() - SESSION_IDLE - timedelta(minutes=1)
        with self.installation.sessions.begin() as session:
            who = session.query(User.id).filter_by(username=name).scalar_subquery()
            session.execute(
                update(UserSession).where(UserSession.user_id == who).values(last_seen_at=long_ago)
            )


def name_of(number: int) -> str:
    return f"planer{number}"


def screen_of(number: int) -> str:
    """Return the UUID of the screen that crashes for this person."""
    return fleet(_PREFIX, number)[-1].uuid


def waiting_of(number: int) -> str:
    """Return the UUID of the new player that this person lets in."""
    return uuid_of(800 + number)


def free_group(number: int) -> str:
    return f"Freihof {number}"


def busy_group(number: int) -> str:
    return f"Gang {number}"


def series_of(number: int) -> str:
    return f"Chor {number}"


def taken_day() -> datetime:
    """Return the last Tuesday before today, at midnight."""
    today = to_local(utc_now(), _VIENNA).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - _DAY * ((today.weekday() - 1) % 7 or 7)


@contextmanager
def task_school(directory: Path, languages: Sequence[str]) -> Iterator[TaskSchool]:
    """Run it for as many people as languages are given, with a simulated screen for each."""
    installation = Installation(directory, demo=0)
    installation.start()
    try:
        installation.wait_ready()
        school = TaskSchool(installation)
        with installation.sessions.begin() as session:
            _furnish(session, languages, utc_now(), installation.data_dir)
        with _players(installation, len(languages)):
            yield school
    finally:
        installation.stop()


@contextmanager
def _players(installation: Installation, count: int) -> Iterator[None]:
    """Run a fleet that is back from a reboot at once."""
    state = installation.state()
    program = Path(sys.executable).with_name("infoscreen")
    options = (
        *("--clients", str(count), "--prefix", _PREFIX, "--reboot-seconds", "1"),
        *("--host", state["mqtt_host"], "--port", str(state["mqtt_port"])),
        *("--user", state["mqtt_user"], "--password", state["mqtt_password"]),
    )
    with (installation.directory / "fleet.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, str(program), "simulate", *options],
            env=installation.environment,
            cwd=installation.directory,
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def _furnish(session: Session, languages: Sequence[str], now: datetime, data_dir: Path) -> None:
    for number, language in enumerate(languages, start=1):
        who = add_user(session, name_of(number), PASSWORD, Role.SUPERADMIN, actor=SYSTEM, now=now)
        who.ui_language = language
        group_id = _add_plans(session, number, now)
        _hang_up(session, screen_of(number), group_id, f"Bildschirm {number}", now)
        session.add(_new_player(number, now))
    _add_silent(session, now, data_dir)


def _new_player(number: int, now: datetime) -> Client:
    return Client(
        uuid=waiting_of(number), hostname=f"neu-{number}", registration_time=now, last_alive=now
    )


def _hang_up(session: Session, uuid: str, group_id: int, name: str, now: datetime) -> None:
    session.add(Client(uuid=uuid, registration_time=now))
    session.flush()
    clients.approve_clients(session, [uuid], group_id=group_id, actor=SYSTEM, now=now)
    clients.describe_client(session, uuid, name, actor=SYSTEM, now=now)


def _add_plans(session: Session, number: int, now: datetime) -> int:
    """Two groups: one whose morning is free, one whose morning is taken; return the first one."""
    today = to_local(now, _VIENNA).replace(tzinfo=None).date()
    ids = []
    for name, title, at in (
        (free_group(number), series_of(number), SERIES_AT),
        (busy_group(number), f"Frühdienst {number}", TAKEN_AT),
    ):
        group = groups.create_group(session, name, actor=SYSTEM, now=now)
        start = datetime.combine(today, at)
        plan(
            session,
            group.id,
            now=now,
            title=title,
            start=start,
            end=start + timedelta(hours=1),
            recurrence_rule="FREQ=DAILY",
        )
        ids.append(group.id)
    return ids[0]


def _add_silent(session: Session, now: datetime, data_dir: Path) -> None:
    """A screen that fell silent yesterday; it had sent a picture every twelve hours."""
    long_ago = now - 60 * _DAY
    session.add(
        Client(
            uuid=SILENT,
            description=SILENT_NAME,
            registration_time=long_ago,
            approved_at=long_ago,
            last_alive=now - _DAY,
        )
    )
    session.flush()
    folder = data_dir / "screenshots" / SILENT
    folder.mkdir(parents=True)
    for place in reversed(range(_PICTURES)):
        session.add(_picture(folder, place, now - place * _APART))
        session.flush()


def _picture(folder: Path, place: int, at: datetime) -> ClientScreenshot:
    path = folder / f"{place}.jpg"
    Image.new("RGB", (320, 180), (place * 12, 90, 160)).save(path)
    content = path.read_bytes()
    return ClientScreenshot(
        client_uuid=SILENT,
        type=PictureType.PERIODIC,
        filename=path.name,
        received_at=at,
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        size=len(content),
        width=320,
        height=180,
        screen_health=ScreenHealth.OK,
    )
