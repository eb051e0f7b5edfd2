"""What a conversion is made with: its claim, the store, the sandbox, limits and a place to work."""

import hashlib
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.types import Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.media.conversion_claims import Claimed, Made
from workers.converter.sandbox import (
    Ended,
    Limits,
    Sandbox,
    Task,
    View,
    python_command,
    python_folders,
)

PICTURE_SIDE: Final = 640
"""Pixels of the longer side of small pictures."""
_INSIDE: Final = Path(__file__).with_name("inside")
_PIECE: Final = 2**20
_FEW_SECONDS: Final = 60.0
_SAID: Final = 500


class ConversionError(Exception):
    """Nothing can be made of the file, for this reason."""

    def __init__(
        self, failure: Failure, message: str = "", facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{failure}: {message}")
        self.failure = failure
        self.message = message
        self.facts = dict(facts or {})


@dataclass(frozen=True)
class Rules:
    """What the installation allows a conversion."""

    seconds: float = 120.0
    """For one program that reads or converts a document or a picture."""
    memory_bytes: int = 2 * 2**30
    file_bytes: int = 2 * 2**30
    video_minutes: int = 10
    service_url: str | None = None
    """Of a Gotenberg that converts documents instead of this machine."""

    @property
    def limits(self) -> Limits:
        """Of one program."""
        return Limits(self.seconds, self.memory_bytes, self.file_bytes)

    @property
    def brief(self) -> Limits:
        """Of a program that only reads."""
        return Limits(min(self.seconds, _FEW_SECONDS), self.memory_bytes, self.file_bytes)


@dataclass(frozen=True)
class Bench:
    """One conversion at work."""

    claimed: Claimed
    store: MediaStore
    folder: Path
    """Empty, and on the store's disk."""
    sandbox: Sandbox
    rules: Rules
    stop: threading.Event = field(default_factory=threading.Event)
    """Set when nobody waits for the result any more."""
    tell: Callable[[int], None] = lambda _percent: None
    """Told how much is done."""

    @property
    def content(self) -> Path:
        """The file's bytes."""
        return self._there(self.store.content_path(self.claimed.checksum))

    @property
    def source(self) -> Path:
        """What this is made of: the file, or a document's PDF."""
        if self.claimed.source_path is None:
            return self.content
        return self._there(self.store.root / self.claimed.source_path)

    def place(self, name: str) -> Path:
        """Return an empty folder for one program."""
        number = sum(1 for _ in self.folder.iterdir()) + 1
        folder = self.folder / f"{number}-{name}"
        folder.mkdir()
        return folder

    def run(self, task: Task) -> Ended:
        """Run a program; raise `ConversionError` when it met a limit."""
        ended = self.sandbox.run(task, self.stop)
        if ended.limit is not None:
            raise ConversionError(ended.limit, said(ended))
        return ended

    def ask(self, script: str, source: Path, *arguments: str) -> dict[str, Any]:
        """Return what one of our own readers, `script`, finds in a file.

        Raises `ConversionError` with what it says, as when the file is broken.
        """
        return self._read(script, source, arguments, ())[0]

    def shrink(self, script: str, source: Path, *arguments: str) -> Path:
        """Return the small picture that one of our own readers makes of a file."""
        small = "small.webp" if script == "picture.py" else "small.png"
        _, folder = self._read(script, source, ("small", *arguments), (small, str(PICTURE_SIDE)))
        return folder / "out" / small

    def keep(self, part: Path, target: Target, **more: Any) -> Made:  # noqa: ANN401 - JSON
        """Move what was made to where it belongs; return it with its size and checksum."""
        path = self.store.keep_derived(part, self.claimed.checksum, target)
        result = {"size": path.stat().st_size, "checksum_sha256": checksum_of(path)}
        return Made(self.store.relative(path), result | more)

    def _read(
        self, script: str, source: Path, arguments: Sequence[str], target: Sequence[str]
    ) -> tuple[dict[str, Any], Path]:
        path, folder = _INSIDE / script, self.place(script)

        def command(view: View) -> list[str]:
            made = [str(view.out / target[0]), *target[1:]] if target else []
            return python_command(path, *arguments, str(view.inputs / "source"), *made)

        inputs, needs = {"source": source}, python_folders(path)
        ended = self.run(Task(command, folder, self.rules.brief, inputs, needs=needs))
        return _answer(ended), folder

    @staticmethod
    def _there(path: Path) -> Path:
        if not path.is_file():
            raise ConversionError(Failure.LOST, f"{path.name} is not there")
        return path


def checksum_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def said(ended: Ended) -> str:
    """Return the last of what a program said, and how it ended."""
    text = (ended.errors or ended.output).strip()[-_SAID:]
    return f"{text} (exit code {ended.code})".strip()


def _answer(ended: Ended) -> dict[str, Any]:
    if not ended.has_succeeded:
        out_of_memory = "MemoryError" in ended.errors
        raise ConversionError(Failure.TOO_LARGE if out_of_memory else Failure.CRASHED, said(ended))
    try:
        found = json.loads(ended.output)
    except ValueError:
        raise ConversionError(Failure.CRASHED, said(ended)) from None
    if isinstance(found, dict) and "failure" in found:
        raise ConversionError(Failure(found["failure"]), str(found.get("message", "")))
    return dict(found)
