"""What is new in each version, for people who use the program: read from `console/about/notes`.

A file for each language: `# 0.2.0 · 2026-11-29`, below it `## Section`, below that `- ` and a
sentence or two. A test holds the languages together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Final

from console.i18n import _
from console.words.formatting import day

_CODE: Final = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Release:
    """A version with what came with it."""

    version: str
    on: date
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    """Titles with their notes."""


def read_notes(text: str) -> tuple[Release, ...]:
    """Return the releases that a file tells of, in its order: the newest first."""
    return tuple(_release(part) for part in re.split(r"^# ", text, flags=re.MULTILINE)[1:])


def release_html(release: Release, *, is_new: bool) -> str:
    """Return one version's notes."""
    mark = f' <span class="is-badge">{escape(_("new"))}</span>' if is_new else ""
    on = escape(day(release.on, with_year=True))
    sections = "".join(_section(title, notes) for title, notes in release.sections)
    head = f'<h3>{escape(release.version)} <span class="is-quiet">{on}</span>{mark}</h3>'
    return f'<section class="is-release">{head}{sections}</section>'


def _release(part: str) -> Release:
    head, *blocks = re.split(r"^## ", part, flags=re.MULTILINE)
    version, _dot, on = head.strip().partition(" · ")
    return Release(version, date.fromisoformat(on), tuple(_read_section(one) for one in blocks))


def _read_section(block: str) -> tuple[str, tuple[str, ...]]:
    title, *notes = re.split(r"^- ", block, flags=re.MULTILINE)
    return title.strip(), tuple(" ".join(note.split()) for note in notes)


def _section(title: str, notes: Sequence[str]) -> str:
    lines = "".join(f"<li>{_marked(note)}</li>" for note in notes)
    return f"<h4>{escape(title)}</h4><ul>{lines}</ul>"


def _marked(note: str) -> str:
    return _CODE.sub(r"<code>\1</code>", escape(note))
