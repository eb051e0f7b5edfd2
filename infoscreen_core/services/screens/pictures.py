"""Check the pictures that screens send, judge the screens by them, and keep a file and a row each.

A file's name follows from its contents and occasion, so a message that is delivered twice writes
the same file. Files are written before the commit and removed after it: a row always has its file.
"""

import hashlib
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageStat, UnidentifiedImageError
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client
from infoscreen_core.db.outages import outage_of
from infoscreen_core.db.queries import pictures as queries
from infoscreen_core.db.queries.monitoring.history import judge_soon
from infoscreen_core.db.queries.pictures import Pictured, StoredPicture
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


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of pictures whose files were written."""

    unknown: frozenset[str]
    """Players that do not exist, by UUID; their pictures' files are to be removed."""
    surplus: Mapping[str, Sequence[str]]
    """Names of files that are no longer kept, by player; to be removed after the commit."""


def store(
    root: Path, pictures: Sequence[tuple[Picture, bytes]], *, keep_rows: Callable[[], Kept]
) -> Kept:
    """Write the files of a few pictures, and keep their rows.

    `root` is the directory of all pictures; `keep_rows` calls `keep` in a transaction of its own.
    Files that are no longer kept, or whose player is gone, are removed.
    """
    for picture, data in pictures:
        write_file(root / picture.client_uuid, picture.filename, data)
    kept = keep_rows()
    gone = [
        (picture.client_uuid, picture.filename)
        for picture, _ in pictures
        if picture.client_uuid in kept.unknown
    ]
    gone += [(uuid, name) for uuid, names in kept.surplus.items() for name in names]
    for uuid, name in gone:
        (root / uuid / name).unlink(missing_ok=True)
    return kept


def keep(session: Session, pictures: Sequence[Picture]) -> Kept:
    """Store the rows of a few pictures whose files are written, and judge the screens by them.

    They come in the order of their arrival, no more than a player's pictures that are kept. One
    that is kept already changes nothing. Few statements serve all of them.
    """
    players = queries.lock_pictured(session, {picture.client_uuid for picture in pictures})
    before = defaultdict(list)
    for row in queries.list_stored(session, players.keys()):
        before[row.client_uuid].append(row)
    albums = {uuid: _Album(player, before[uuid]) for uuid, player in players.items()}
    for picture in pictures:
        album = albums.get(picture.client_uuid)
        if album is not None and picture.filename not in album.filenames:
            _judge(session, album.player, picture)
            _note_event(session, album, picture)
            album.new.append(picture)
            album.healths.append(album.player.health)
    changed = [album for album in albums.values() if album.new]
    _write(session, changed)
    surplus = {album.player.uuid: album.surplus() for album in changed}
    if ids := [row.id for rows in surplus.values() for row in rows]:
        queries.delete_pictures(session, ids)
    unknown = frozenset(picture.client_uuid for picture in pictures) - players.keys()
    return Kept(unknown, {uuid: [row.filename for row in rows] for uuid, rows in surplus.items()})


@dataclass(slots=True)
class _Album:
    """A player's kept pictures, and those to be kept."""

    player: Pictured
    stored: list[StoredPicture]
    """The newest first."""
    new: list[Picture] = field(default_factory=list)
    """In the order of their arrival."""
    healths: list[ScreenHealth] = field(default_factory=list)
    """What each of these says about the screen."""

    @property
    def filenames(self) -> set[str]:
        """The names of all files."""
        return {one.filename for one in self.stored} | {one.filename for one in self.new}

    @property
    def last_event(self) -> int | None:
        """The event that the player showed in its newest picture; None without any."""
        newest = self.new[-1:] or self.stored[:1]
        return newest[0].event_id if newest else None

    def surplus(self) -> list[StoredPicture]:
        """Return all stored ones but the newest, and the newest priority one."""
        has_priority = any(one.type.is_priority for one in self.new)
        priority = None if has_priority else next(filter(_is_priority, self.stored), None)
        room = KEPT_PICTURES - len(self.new)
        return [one for one in self.stored[room:] if one is not priority]


def _is_priority(picture: StoredPicture) -> bool:
    return picture.type.is_priority


def _write(session: Session, albums: Sequence[_Album]) -> None:
    if albums:
        rows = [
            _row(picture, health)
            for album in albums
            for picture, health in zip(album.new, album.healths, strict=True)
        ]
        queries.add_pictures(session, rows)
        queries.update_pictured(session, [album.player for album in albums])


def get_pictured(session: Session, client_uuid: str, *, actor: Actor) -> str:
    """Return the UUID of a player of which the actor may send pictures, as it is stored.

    Raises `NotAllowedError` for anybody but administrators, `NotFoundError` for no such player.
    """
    actor.require(Role.ADMIN)
    return get_client(session, client_uuid).uuid


def keep_sent(session: Session, picture: Picture, *, actor: Actor) -> Kept:
    """Keep a picture that a person's program sends for a player, as `keep` does."""
    actor.require(Role.ADMIN)
    return keep(session, [picture])


def find_kept_files(session: Session, client_uuid: str) -> set[str] | None:
    """Return the file names of a player's kept pictures, or None when there is no such player."""
    if session.get(Client, client_uuid) is None:
        return None
    return queries.list_filenames(session, client_uuid)


def _judge(session: Session, player: Pictured, picture: Picture) -> None:
    facts, health = picture.facts, player.health
    repeats = player.same_count if facts.md5 == player.last_hash else 0
    if picture.type.is_priority:
        player.priority_at, player.priority_type = picture.received_at, picture.type
    else:
        # Priority pictures show a change when they differ, but do not count as another look.
        repeats += 1
    player.received_at, player.captured_at = picture.received_at, picture.captured_at
    player.type = picture.type
    player.last_hash, player.same_count = facts.md5, repeats
    player.health = judge_picture(
        mean=facts.mean,
        deviation=facts.deviation,
        same_count=repeats,
        is_motion_expected=repeats >= FROZEN_REPEATS
        and _is_motion_expected(session, player, picture),
    )
    if player.health is not health:
        judge_soon(session, [player.uuid], now=picture.received_at)


def _note_event(session: Session, album: _Album, picture: Picture) -> None:
    """Note that this picture is proof of an event, unless the one before it was that already."""
    player = album.player
    if picture.event_id is None or player.health is ScreenHealth.BLACK:
        return
    is_beginning = picture.type is PictureType.EVENT_START
    if is_beginning or picture.event_id != album.last_event:
        at = taken_at(
            received_at=picture.received_at,
            captured_at=picture.captured_at,
            clock_behind_seconds=player.clock_behind_seconds,
        )
        queries.add_pictured(session, player.uuid, picture.event_id, at=at)


def _is_motion_expected(session: Session, player: Pictured, picture: Picture) -> bool:
    """Whether something on the group's screens should move; an emergency hides all else."""
    if player.group_id is None:
        return False
    shown = on_screen(queries.list_shown(session, player.group_id, picture.received_at))
    return any(
        is_moving(one.event_type, auto_progress=one.auto_progress, page_count=one.page_count)
        for one in shown
    )


def _row(picture: Picture, health: ScreenHealth) -> dict[str, Any]:
    facts = picture.facts
    return {
        "client_uuid": picture.client_uuid,
        "type": picture.type,
        "filename": picture.filename,
        "captured_at": picture.captured_at,
        "received_at": picture.received_at,
        "md5": facts.md5,
        "size": facts.size,
        "width": facts.width,
        "height": facts.height,
        "event_id": picture.event_id,
        "screen_health": health,
    }
