"""Fetches one file by byte ranges, and goes on after a cut where it stopped."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpcore

from workers.simulator.media.files import Failure, MediaError, WantedFile

PORTION: Final = 4 * 1024 * 1024
"""Bytes asked for at once; so a player with a large file lets others have their turn."""
_TIMEOUTS: Final = {"connect": 5.0, "read": 15.0, "write": 15.0, "pool": 60.0}
_RANGE: Final = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")
_ADDRESS: Final = re.compile(r"https?://[^/\s]+", re.IGNORECASE)
_RESTARTS: Final = 2
_REFUSALS: Final = {
    HTTPStatus.UNAUTHORIZED: Failure.FORBIDDEN,
    HTTPStatus.FORBIDDEN: Failure.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Failure.MISSING,
    HTTPStatus.GONE: Failure.MISSING,
    HTTPStatus.REQUEST_TIMEOUT: Failure.UNREACHABLE,
    HTTPStatus.TOO_MANY_REQUESTS: Failure.UNREACHABLE,
}


class Part:
    """What of a file has come, beside the tag of the content that it belongs to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tag_path = path.with_name(f"{path.name}.tag")

    @property
    def size(self) -> int:
        """Bytes that have come."""
        return self.path.stat().st_size if self.path.exists() else 0

    @property
    def tag(self) -> str | None:
        """The server's strong tag for the content, None without one."""
        return self._tag_path.read_text() if self._tag_path.exists() else None

    def begin(self, tag: str | None) -> None:
        """Start from nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"")
        if tag is not None and tag.startswith('"'):  # a weak one promises no equal bytes
            self._tag_path.write_text(tag)
        else:
            self._tag_path.unlink(missing_ok=True)

    def append(self, chunks: Iterable[bytes], expected: int | None, limit: int) -> None:
        """Add what comes, as it comes; raise `MediaError` when that is too much.

        Too much is more bytes in all than `expected`, if that is known, or than `limit`.
        """
        size = self.size
        with self.path.open("ab") as file:
            for chunk in chunks:
                size += len(chunk)
                if expected is not None and size > expected:
                    raise MediaError(Failure.DAMAGED, f"more than {expected} bytes came")
                if size > limit:
                    raise MediaError(Failure.TOO_LARGE, f"more than {limit} bytes came")
                file.write(chunk)

    def remove(self) -> None:
        """Forget all of it."""
        self.path.unlink(missing_ok=True)
        self._tag_path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Range:
    """Where an answer's bytes begin, and how many there are in all."""

    start: int | None
    total: int


def fetch(pool: httpcore.ConnectionPool, file: WantedFile, part: Part, *, limit: int) -> None:
    """Complete a part and check it; raise `MediaError` when it can't be had.

    After a failure that may pass, what has come stays, and the next call goes on from there.
    """
    _check_wish(file, limit)
    if part.tag is None and file.checksum is None:
        part.remove()  # nothing would tell whether what follows belongs to it
    try:
        _complete(pool, file, part, limit)
        _check(file, part)
    except MediaError as error:
        if not error.failure.may_pass_soon:
            part.remove()
        raise


def _complete(pool: httpcore.ConnectionPool, file: WantedFile, part: Part, limit: int) -> None:
    idle = 0
    while True:
        before = part.size
        if _take_portion(pool, file, part, limit):
            return
        idle += part.size <= before
        if idle > _RESTARTS:
            raise MediaError(Failure.DAMAGED, "the content changes while it is fetched")


def _check_wish(file: WantedFile, limit: int) -> None:
    if not _ADDRESS.match(file.url):
        raise MediaError(Failure.UNSUPPORTED, "the address is none of http or https")
    if file.size is not None and file.size > limit:
        raise MediaError(
            Failure.TOO_LARGE, f"it has {file.size} bytes, and there is room for {limit}"
        )


def _take_portion(pool: httpcore.ConnectionPool, file: WantedFile, part: Part, limit: int) -> bool:
    """Ask for the next bytes; return whether the file is complete."""
    try:
        with pool.stream(
            "GET", file.url, headers=_headers(part), extensions={"timeout": _TIMEOUTS}
        ) as answer:
            return _read(answer, file, part, limit)
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
        raise MediaError(Failure.UNREACHABLE, type(error).__name__) from error
    except (httpcore.UnsupportedProtocol, ValueError) as error:  # no address at all
        raise MediaError(Failure.UNSUPPORTED, str(error)) from error
    except OSError as error:
        raise MediaError(Failure.NO_ROOM, error.strerror or type(error).__name__) from error


def _headers(part: Part) -> dict[bytes | str, bytes | str]:
    start = part.size
    headers: dict[bytes | str, bytes | str] = {
        "Range": f"bytes={start}-{start + PORTION - 1}",
        "User-Agent": "infoscreen-player",
    }
    if start and part.tag is not None:
        headers["If-Range"] = part.tag
    return headers


def _read(answer: httpcore.Response, file: WantedFile, part: Part, limit: int) -> bool:
    match answer.status:
        case HTTPStatus.PARTIAL_CONTENT:
            return _read_range(answer, file, part, limit)
        case HTTPStatus.OK:  # no ranges here, or the content is another one than that of the part
            part.begin(_header(answer, b"etag"))
            part.append(answer.iter_stream(), file.size, limit)
            return True
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return _read_end(answer, part)
    raise MediaError(_refusal(answer.status), f"the server answers {answer.status}")


def _read_range(answer: httpcore.Response, file: WantedFile, part: Part, limit: int) -> bool:
    found, tag = _range(answer), _header(answer, b"etag")
    if found is None or found.start is None:
        raise MediaError(Failure.DAMAGED, "an answer with a part does not say which one")
    if found.total > limit:
        raise MediaError(Failure.TOO_LARGE, f"it has {found.total} bytes")
    if file.size is not None and found.total != file.size:
        raise MediaError(
            Failure.DAMAGED, f"it has {found.total} bytes, and {file.size} were announced"
        )
    known = part.tag
    if part.size == 0:
        part.begin(tag)
    elif known is not None and tag is not None and tag != known:
        part.begin(None)
        return False
    if found.start != part.size:
        raise MediaError(Failure.DAMAGED, "an answer holds another part than was asked for")
    part.append(answer.iter_stream(), found.total, limit)
    return part.size >= found.total


def _read_end(answer: httpcore.Response, part: Part) -> bool:
    """Read that there is nothing from here on: it may be complete, or another content by now."""
    found = _range(answer)
    if found is not None and found.total == part.size:
        part.path.parent.mkdir(parents=True, exist_ok=True)
        part.path.touch()
        return True
    part.begin(None)
    return False


def _range(answer: httpcore.Response) -> _Range | None:
    match = _RANGE.fullmatch((_header(answer, b"content-range") or "").strip())
    if match is None:
        return None
    return _Range(int(match[1]) if match[1] else None, int(match[2]))


def _header(answer: httpcore.Response, name: bytes) -> str | None:
    found = [value for key, value in answer.headers if key.lower() == name]
    return found[0].decode("latin-1") if found else None


def _refusal(status: int) -> Failure:
    if status in _REFUSALS:
        return _REFUSALS[HTTPStatus(status)]
    is_fault = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return Failure.UNREACHABLE if is_fault else Failure.UNSUPPORTED


def _check(file: WantedFile, part: Part) -> None:
    """Compare what came with what was announced."""
    if file.size is not None and part.size != file.size:
        raise MediaError(Failure.DAMAGED, f"{part.size} bytes came, not {file.size}")
    if file.checksum is None:
        return
    with part.path.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != file.checksum:
        raise MediaError(Failure.DAMAGED, f"its SHA-256 is {found}, not {file.checksum}")
