"""Conversions without a database: real programs in the sandbox, on files that a test made."""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.media.conversion_claims import Claimed, Made
from workers.converter.bench import Bench, Rules
from workers.converter.making import make
from workers.converter.sandbox import Sandbox

_numbers = count(1)


def put(store: MediaStore, path: Path) -> str:
    """Lay a copy of a file into the store; return its checksum."""
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    store.uploads.mkdir(parents=True, exist_ok=True)
    part = store.uploads / f"part-{next(_numbers)}"
    shutil.copyfile(path, part)
    store.keep(part, checksum)
    return checksum


@dataclass
class Lab:
    """A store and a sandbox."""

    store: MediaStore
    sandbox: Sandbox
    rules: Rules = field(default_factory=Rules)
    told: list[int] = field(default_factory=list)
    """Progress, per cent."""

    @contextmanager
    def bench(
        self, path: Path, kind: MediaType, target: Target, source: str | None = None
    ) -> Iterator[Bench]:
        """A bench at which this is made of a file; `source`: of what was made of it before."""
        claimed = Claimed(next(_numbers), "lab", 1, kind, target, put(self.store, path), 1, source)
        folder = self.store.work / str(claimed.id)
        folder.mkdir(parents=True)
        yield Bench(
            claimed,
            self.store,
            folder,
            self.sandbox,
            self.rules,
            threading.Event(),
            self.told.append,
        )
        shutil.rmtree(folder)

    def make(self, path: Path, kind: MediaType, target: Target, source: str | None = None) -> Made:
        """Make something of a file; raise `ConversionError` as the converter would."""
        with self.bench(path, kind, target, source) as bench:
            return make(bench)

    def made(self, made: Made) -> Path:
        """Return where what was made lies."""
        assert made.path is not None
        return self.store.root / made.path


def soffice(path: Path, filter_name: str) -> Path:
    """Have LibreOffice write a document in another format, such as `ppt`, beside it."""
    profile = path.parent / "profile"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            *("--headless", "--convert-to", filter_name, "--outdir", str(path.parent), str(path)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return path.with_suffix("." + filter_name.partition(":")[0])


def film(path: Path, *options: str, seconds: float = 2, size: str = "320x180") -> Path:
    """Have ffmpeg write a film with a tone; `options` say how."""
    picture = f"testsrc=duration={seconds}:size={size}:rate=25"
    sound = f"sine=frequency=440:duration={seconds}"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", picture]
    command += ["-f", "lavfi", "-i", sound, *options, str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return path
