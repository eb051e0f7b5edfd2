"""A request's body on its way to the disk: at most a mebibyte of it is ever in memory."""

import asyncio
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from console.web.uploads.headers import Checksum, ProtocolError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

BLOCK: Final = 2**20
"""Bytes that are gathered for one step of a thread."""
SILENCE_SECONDS: Final = 15.0
"""A sender who is silent for so long has lost the connection, and may begin another."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a body belongs."""

    part: Path
    start: int
    """Where in the part it begins; what lies there from an earlier try is overwritten."""
    most: int
    """Bytes that fit."""


async def take(request: Request, room: Room, checksum: Checksum | None) -> None:
    """Write the body: as much as comes, when the connection breaks meanwhile.

    What has a checksum is taken whole or not at all. Raise `ProtocolError` for a body that does not
    fit, or has another checksum; nothing of it stays then. `OSError` when the disk is full.
    """
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    with room.part.open("r+b", buffering=0) as file:
        file.seek(room.start)
        try:
            is_whole = await _write(request, file, most=room.most, digest=digest)
            if digest and checksum:
                _compare(digest, checksum, is_whole=is_whole)
        except ProtocolError:
            await run_in_threadpool(os.ftruncate, file.fileno(), room.start)
            raise


def _compare(digest: "hashlib._Hash", checksum: Checksum, *, is_whole: bool) -> None:
    if not is_whole or digest.digest() != checksum.digest:
        raise ProtocolError(460, "checksum", "The bytes are not those of the checksum.")


async def _write(
    request: Request, file: BinaryIO, *, most: int, digest: "hashlib._Hash | None"
) -> bool:
    """Write what comes; return whether that was all, and not what a broken connection left."""
    gathered, room = bytearray(), most
    stream = request.stream()
    while chunk := await _next(stream):
        if len(chunk) > room:
            raise ProtocolError(400, "too_long", "There are more bytes than Upload-Length says.")
        room -= len(chunk)
        gathered += chunk
        if len(gathered) >= BLOCK:
            await run_in_threadpool(put, file, gathered, digest)
            gathered = bytearray()
    if gathered:
        await run_in_threadpool(put, file, gathered, digest)
    return chunk is not None


async def _next(stream: "AsyncIterator[bytes]") -> bytes | None:
    """Return the next bytes, empty ones at the end; None when the sender is gone."""
    try:
        async with asyncio.timeout(SILENCE_SECONDS):
            return await anext(stream, b"")
    except (ClientDisconnect, TimeoutError):
        return None


def put(file: BinaryIO, data: bytearray, digest: "hashlib._Hash | None" = None) -> None:
    """Write bytes to a raw file, all of them; its digest follows."""
    if digest:
        digest.update(data)
    view = memoryview(data)
    while view:  # a raw file may take less than it is given
        view = view[file.write(view) :]
