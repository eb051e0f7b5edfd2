"""Whether a request wants its answer, as its conditional headers say (RFC 9110, section 13)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Final

_TAGS: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


class Verdict(Enum):
    """What is answered instead of the file, or with it."""

    SEND = auto()
    SEND_WHOLE = auto()
    """Without looking at ranges: those were meant for another content."""
    NOT_MODIFIED = auto()
    FAILED = auto()
    """The client asked for a content that this is not."""


def judge(headers: Mapping[str, str], etag: str, changed_at: datetime) -> Verdict:
    """Return what a GET or HEAD is answered, whose file has a strong tag and a date.

    The tag decides wherever both are asked for. `If-Range` with a date never holds: our tag is
    strong, a date is not, since a file may be replaced twice in a second.
    """
    if _is_failed(headers, etag, changed_at):
        return Verdict.FAILED
    if _is_known(headers, etag, changed_at):
        return Verdict.NOT_MODIFIED
    wanted = headers.get("if-range")
    is_other = wanted is not None and wanted.strip() != etag
    return Verdict.SEND_WHOLE if is_other else Verdict.SEND


def knows(asked: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` names the tag, weak or not, or any there is."""
    tags = {tag.removeprefix("W/") for tag in _TAGS.findall(asked or "")}
    return (asked or "").strip() == "*" or etag in tags


def _is_failed(headers: Mapping[str, str], etag: str, changed_at: datetime) -> bool:
    if (match := headers.get("if-match")) is not None:
        return match.strip() != "*" and etag not in _TAGS.findall(match)
    since = _moment(headers.get("if-unmodified-since"))
    return since is not None and _second(changed_at) > since


def _is_known(headers: Mapping[str, str], etag: str, changed_at: datetime) -> bool:
    if (none_match := headers.get("if-none-match")) is not None:
        return knows(none_match, etag)
    since = _moment(headers.get("if-modified-since"))
    return since is not None and _second(changed_at) <= since


def _moment(text: str | None) -> datetime | None:
    """Return the instant of an HTTP date; None for whatever is none, which is then ignored."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _second(moment: datetime) -> datetime:
    """Return what a date can say of an instant."""
    return moment.replace(microsecond=0)
