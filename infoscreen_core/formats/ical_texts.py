"""Texts of calendar files, brought into the bounds of our events, and what to say of that."""

import re
from typing import Final

from infoscreen_core.domain.events.limits import TEXT_LIMIT, TITLE_LIMIT
from infoscreen_core.domain.text.wording import Sentence

_CALLED_OFF: Final = re.compile(
    r"(?:cancell?ed|abgesagt|storniert|annul[ée]e?|annullato|cancelado|geannuleerd)\s?:",
    re.IGNORECASE,
)
"""How Outlook marks what is called off; elsewhere it may forget to."""
_ELLIPSIS: Final = "…"


def fit_title(text: str) -> tuple[str, list[Sentence]]:
    """Return a title that is short enough, and what to say of it."""
    title, notes = _fit(text, "title", TITLE_LIMIT)
    if _CALLED_OFF.match(title):
        notes.append(
            Sentence(
                "By its title the event is called off, but the file keeps it; delete it if it does "
                "not take place.",
                field="title",
            )
        )
    return title, notes


def fit_description(text: str) -> tuple[str, list[Sentence]]:
    """Return a text that is short enough, and what to say of it."""
    return _fit(text, "description", TEXT_LIMIT)


def _fit(text: str, field: str, limit: int) -> tuple[str, list[Sentence]]:
    if len(text) <= limit:
        return text, []
    note = Sentence(
        "{name} has {length} characters; it is cut off after {limit}.",
        field=field,
        name=field,
        length=len(text),
        limit=limit,
    )
    return text[: limit - 1].rstrip() + _ELLIPSIS, [note]
