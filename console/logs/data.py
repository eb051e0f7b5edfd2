"""What the page reads: one question, answered by the database."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from console.logs.filters import Question
from console.runtime import read_session
from infoscreen_core.domain.monitoring.logs.filter import LinePlace
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.services.monitoring.logs import search as log_search
from infoscreen_core.services.monitoring.logs.search import FoundFamily, FoundLine, LinePage

LINES: Final = 50
"""Lines of a page."""
FAMILIES: Final = 50
NEW_WITHIN: Final = timedelta(days=1)
"""A family first seen no longer ago than this is new."""


@dataclass(frozen=True)
class Unfolded:
    """A line with its surroundings, and its family's shape."""

    line: FoundLine
    around: tuple[FoundLine, ...]
    shape: str | None


def count_lines(question: Question, *, now: datetime) -> list[LogCount]:
    """Return the lines by level and stretch of time; a text narrows nothing."""
    with read_session() as session:
        return log_search.count_lines(
            session, question.filter_in(session), step=question.span.step(now)
        )


def find_lines(question: Question, *, before: LinePlace | None, with_context: bool) -> LinePage:
    """Return a page of lines, newest first."""
    with read_session() as session:
        return log_search.find_lines(
            session,
            question.filter_in(session),
            before=before,
            limit=LINES,
            with_context=with_context,
        )


def unfold(line_id: int, *, with_context: bool) -> Unfolded | None:
    """Return a line in full; None when there is none, or no longer."""
    with read_session() as session:
        line, around = log_search.find_around(session, line_id, with_context=with_context)
        if line is None:
            return None
        shape = None if line.family_id is None else log_search.find_shape(session, line.family_id)
        return Unfolded(line, around, shape)


def list_families(question: Question, *, only_new: bool, now: datetime) -> list[FoundFamily]:
    """Return the families of the question's lines, the most frequent first."""
    with read_session() as session:
        wanted = replace(question.filter_in(session), family_id=None)
        since = now - NEW_WITHIN if only_new else None
        return log_search.list_families(session, wanted, new_since=since, limit=FAMILIES)


def find_shape(family_id: int) -> str | None:
    """Return what lines of a family look like; None when there is no such family."""
    with read_session() as session:
        return log_search.find_shape(session, family_id)
