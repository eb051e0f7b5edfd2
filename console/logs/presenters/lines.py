"""A log line in a list, and unfolded with all that is known of it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _
from console.monitoring.presenters.logs import level_label
from console.words.formatting import instant
from console.words.html import facts, link, table
from console.words.markdown import literal
from infoscreen_core.services.monitoring.logs.search import FoundLine

_LONGEST_LABEL: Final = 180
_LONGEST_FIELD: Final = 400
_MOST_FIELDS: Final = 40


def line_label(line: FoundLine, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a line as the label of the button that unfolds it: time, level, screen, message."""
    at = literal(instant(line.at, zone, now=now, with_seconds=True))
    mark = " ⚠" if line.is_clock_skewed else ""
    message = " ".join(line.message.split())
    if len(message) > _LONGEST_LABEL:
        message = f"{message[:_LONGEST_LABEL]}…"
    return (
        f"{at}{mark} **{literal(level_label(line.level))}** "
        f"*{literal(line.client_name)}* {literal(message)}"
    )


def line_html(line: FoundLine, zone: ZoneInfo, *, now: datetime, shape: str | None) -> str:
    """Return the whole message and the line's fields; then what the player added, if any."""
    pairs = [
        (_("Screen"), link("client", line.client_name, uuid=line.client_uuid)),
        (_("Group"), escape(line.group_name or _("Unassigned"))),
        (_("Time"), escape(_exact(line.at, zone, now))),
        (_("Received"), escape(_exact(line.received_at, zone, now))),
    ]
    if line.is_clock_skewed:
        pairs.append((_("Player's clock"), escape(_exact(line.said_at, zone, now))))
    if shape is not None:
        pairs.append((_("Family"), f"<code>{escape(shape)}</code>"))
    context = facts(_fields(line.context or {})) if line.context else ""
    told = f"<p><strong>{escape(_('Context'))}</strong></p>{context}" if context else ""
    return f'<pre class="is-log">{escape(line.message)}</pre>{facts(pairs)}{told}'


def around_html(
    line: FoundLine, around: Sequence[FoundLine], zone: ZoneInfo, *, now: datetime
) -> str:
    """Return what the same screen logged just before and after, with the line itself marked."""
    rows = [
        (
            _marked(escape(instant(one.at, zone, now=now, with_seconds=True)), one, line),
            _marked(escape(level_label(one.level)), one, line),
            _marked(escape(one.message[:_LONGEST_FIELD]), one, line),
        )
        for one in around
    ]
    caption = _("What this screen logged before and after")
    return table((_("Time"), _("Level"), _("Log message")), rows, caption=caption)


def _marked(html: str, one: FoundLine, line: FoundLine) -> str:
    return f"<strong>{html}</strong>" if one.id == line.id else html


def _exact(at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    text = instant(at, zone, now=now, with_seconds=True)
    return text if at is None else f"{text}.{at.microsecond // 1000:03}"


def _fields(context: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Return a player's fields by their dotted names, values as HTML."""
    for place, (name, value) in enumerate(_flat(context, "")):
        if place == _MOST_FIELDS:
            yield "…", escape(_("and more"))
            return
        yield name[:80], f'<span class="is-mono">{escape(_value(value))}</span>'


def _flat(value: object, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, value


def _value(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_FIELD else f"{text[:_LONGEST_FIELD]}…"
