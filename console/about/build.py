"""Which version of the program this is, and from which state of its sources it was built."""

import re
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from console.about.packages import OWN

_ROOT: Final = Path(__file__).parents[2]
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_SHOWN: Final = 10
"""Digits of a commit that people read."""


@cache
def own_version() -> str:
    """Return the version of the program, such as `0.2.0`."""
    return version(OWN)


def build_name(told: str, root: Path = _ROOT) -> str:
    """Return what the build is called: as told, else the commit that is checked out, else ''."""
    return told or _commit(root / ".git")[:_SHOWN]


def _commit(folder: Path) -> str:
    head = _read(folder / "HEAD")
    if not head.startswith("ref: "):
        return head if _COMMIT.fullmatch(head) else ""
    name = head.removeprefix("ref: ")
    loose = _read(folder / name)
    return loose if _COMMIT.fullmatch(loose) else _packed(folder, name)


def _packed(folder: Path, name: str) -> str:
    for line in _read(folder / "packed-refs").splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name and _COMMIT.fullmatch(commit):
            return commit
    return ""


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:  # no checkout, or another kind of one
        return ""
