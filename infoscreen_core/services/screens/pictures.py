"""Check the pictures that screens send, judge the screens by them, and keep a file and a row each.

A file's name follows from its contents and occasion, so a message that is delivered twice writes
the same file. Files are written before the commit and removed after it: a row always has its file.
"""

import hashlib
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageStat, UnidentifiedImageError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientScreenshot
from infoscreen_core.db.outages import outage_of
from infoscreen_core.db.queries import pictures as queries
from infoscreen_core.db.queries.monitoring.history import judge_soon
from infoscreen_core.domain.events.contents import is_moving
from infoscreen_core.domain.events.schedule import on_screen
from infoscreen_core.domain.monitoring.logs.lines import digest
from infoscreen_core.domain.monitoring.retention import KEPT_PICTURES
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType, taken_at
from infoscreen_core.domain.screens.screens import FROZEN_REPEATS, ScreenHealth, judge_picture
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.clients import get_client

_MEBIBYTE = 1024 * 1024
MAX_BYTES = 8 * _MEBIBYTE
MAX_PIXELS = 40_000_000
# Luminance is measured on a picture of about this size: JPEG decodes to it in a fraction of the
# time.
_MEASURED_SIZE = (960, 540)
_SUFFIXES = {"JPEG": "jpg", "PNG": "png"}
_DEPTH = 257
"""Steps of 16-bit grey for one of 8 bits: 65,535 is 255."""
_OBJECT = re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>|'<[^>]*>'")


class PictureError(InfoscreenError):
    """The bytes are no picture that may be kept."""

    code = "picture"


class PictureTooLargeError(PictureError):
    """The picture has too many bytes or pixels."""


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What was measured: size in bytes, width and height in pixels.

    `mean` and `deviation` are those of the luminance, which goes from 0 to 255; `suffix` is the
    file name's, without a dot.
    """

    md5: str
    size: int
    width: int
    height: int
    mean: float
    deviation: float
    suffix: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked picture; `occasion` tells it from an equal one that was taken at another time."""

    client_uuid: str
    type: PictureType
    captured_at: datetime | None
    received_at: datetime
    event_id: int | None
    occasion: str
    facts: PictureFacts

    @property
    def filename(self) -> str:
        """The file's name in the player's directory, the same for each delivery of a message."""
        return f"{digest(self.client_uuid, self.occasion, self.facts.md5)[:32]}.{self.facts.suffix}"


def pictures_directory(data_dir: Path) -> Path:
    """Return where pictures lie: one directory per player, named by its UUID."""
    return data_dir / "screenshots"


def inspect(data: bytes) -> PictureFacts:
    """Decode a JPEG or PNG and measure it.

    Raises `PictureError` for other data and a broken file, `PictureTooLargeError` for a large one.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(
            "The picture has {size} bytes; {limit} MiB are allowed.",
            size=len(data),
            limit=MAX_BYTES // _MEBIBYTE,
        )
    try:
        return _measure(data)
    except PictureError:
        raise
    except UnidentifiedImageError:  # its text names a Python object
        raise PictureError("The picture is neither a JPEG nor a PNG.") from None
    except Exception as error:  # decoders raise whatever they stumble over
        if outage_of(error):
            raise  # such as too many open files: the picture may be in order
        raise PictureError(
            "The picture cannot be decoded: {problem}.", problem=_problem(error)
        ) from None


def _problem(error: Exception) -> str:
    """Return what a decoder says, without the names that Python gives its objects."""
    return _OBJECT.sub("", str(error)).strip(" .:") or type(error).__name__


def _measure(data: bytes) -> PictureFacts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
        image = Image.open(BytesIO(data), formats=tuple(_SUFFIXES))
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureTooLargeError(
            "The picture has {width} x {height} pixels; {limit} million are allowed.",
            width=width,
            height=height,
            limit=MAX_PIXELS // 1_000_000,
        )
    suffix = _SUFFIXES[image.format or ""]
    image.draft("L", _MEASURED_SIZE)
    luminance = ImageStat.Stat(_luminance(image))
    return PictureFacts(
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        size=len(data),
        width=width,
        height=height,
        mean=luminance.mean[0],
        deviation=luminance.stddev[0],
        suffix=suffix,
    )


def _luminance(image: Image.Image) -> Image.Image:
    """Return the picture in grey from 0 to 255.

    Pillow clips deeper grey at 255 when it converts it, so that near-black would count as white.
    """
    if image.mode.startswith("I"):  # PNG's 16 bits of grey
        return image.convert("I").point(lambda value: value * (1 / _DEPTH)).convert("L")
    return image.convert("L")


def write_file(directory: Path, filename: str, data: bytes) -> None:
    """Write a picture so that a reader sees all of it or nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    temporary = directory / f".{filename}.part"
    try:
        temporary.write_bytes(data)
        temporary.replace(directory / filename)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)  # half a picture only takes up room
        raise


def store(
    root: Path, picture: Picture, data: bytes, *, keep_row: Callable[[], list[str] | None]
) -> bool:
    """Write a picture's file and keep its row; return False when its player is gone.

    `root` is the directory of all pictures; `keep_row` calls `keep` in a transaction of its own.
    Files that are no longer kept are removed.
    """
    directory = root / picture.client_uuid
    write_file(directory, picture.filename, data)
    surplus = keep_row()
    for name in [picture.filename] if surplus is None else surplus:
        (directory / name).unlink(missing_ok=True)
    return surplus is not None


def keep(session: Session, picture: Picture) -> list[str] | None:
    """Store the row of a picture whose file is written, and judge the screen by it.

    Returns the names of files that are no longer kept, to be removed after the commit; None when
    the player does not exist. A picture that is kept already changes nothing.
    """
    client = queries.lock_pictured(session, picture.client_uuid)
    if client is None:
        return None
    if queries.has_picture(session, picture.client_uuid, picture.filename):
        return []
    _judge(session, client, picture)
    _note_event(session, client, picture)
    session.add(_row(picture, client))
    session.flush()
    return queries.delete_surplus(session, picture.client_uuid, keep=KEPT_PICTURES)


def get_pictured(session: Session, client_uuid: str, *, actor: Actor) -> str:
    """Return the UUID of a player of which the actor may send pictures, as it is stored.

    Raises `NotAllowedError` for anybody but administrators, `NotFoundError` for no such player.
    """
    actor.require(Role.ADMIN)
    return get_client(session, client_uuid).uuid


def keep_sent(session: Session, picture: Picture, *, actor: Actor) -> list[str] | None:
    """Keep a picture that a person's program sends for a player, as `keep` does."""
    actor.require(Role.ADMIN)
    return keep(session, picture)


def find_kept_files(session: Session, client_uuid: str) -> set[str] | None:
    """Return the file names of a player's kept pictures, or None when there is no such player."""
    if session.get(Client, client_uuid) is None:
        return None
    return queries.list_filenames(session, client_uuid)


def _judge(session: Session, client: Client, picture: Picture) -> None:
    facts, health = picture.facts, client.screen_health_status
    is_same = facts.md5 == client.last_screenshot_hash
    repeats = client.same_screenshot_count if is_same else 0
    if picture.type.is_priority:
        client.priority_screenshot_at = picture.received_at
        client.priority_screenshot_type = picture.type
    else:
        # Priority pictures show a change when they differ, but do not count as another look.
        repeats += 1
    client.last_screenshot_at = picture.received_at
    client.last_screenshot_captured_at = picture.captured_at
    client.last_screenshot_type = picture.type
    client.last_screenshot_hash = facts.md5
    client.same_screenshot_count = repeats
    client.screen_health_status = judge_picture(
        mean=facts.mean,
        deviation=facts.deviation,
        same_count=repeats,
        is_motion_expected=repeats >= FROZEN_REPEATS
        and _is_motion_expected(session, client, picture),
    )
    if client.screen_health_status is not health:
        judge_soon(session, [client.uuid], now=picture.received_at)


def _note_event(session: Session, client: Client, picture: Picture) -> None:
    """Note that this picture is proof of an event, unless the one before it was that already."""
    if picture.event_id is None or client.screen_health_status is ScreenHealth.BLACK:
        return
    is_beginning = picture.type is PictureType.EVENT_START
    if is_beginning or picture.event_id != queries.find_last_event(session, client.uuid):
        at = taken_at(
            received_at=picture.received_at,
            captured_at=picture.captured_at,
            clock_behind_seconds=client.clock_behind_seconds,
        )
        queries.add_pictured(session, client.uuid, picture.event_id, at=at)


def _is_motion_expected(session: Session, client: Client, picture: Picture) -> bool:
    """Whether something on the group's screens should move; an emergency hides all else."""
    if client.group_id is None:
        return False
    shown = on_screen(queries.list_shown(session, client.group_id, picture.received_at))
    return any(
        is_moving(one.event_type, auto_progress=one.auto_progress, page_count=one.page_count)
        for one in shown
    )


def _row(picture: Picture, client: Client) -> ClientScreenshot:
    facts = picture.facts
    return ClientScreenshot(
        client_uuid=picture.client_uuid,
        type=picture.type,
        filename=picture.filename,
        captured_at=picture.captured_at,
        received_at=picture.received_at,
        md5=facts.md5,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        event_id=picture.event_id,
        screen_health=client.screen_health_status,
    )
