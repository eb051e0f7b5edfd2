"""An entry of the audit trail in a list, and unfolded with all that is known of it."""

from html import escape
from typing import Final

from console.audit.presenters.actions import action_word
from console.audit.presenters.things import entity_word
from console.audit.presenters.values import Reader, subject_name
from console.i18n import _
from console.words.formatting import instant, short_uuid
from console.words.html import facts, link
from console.words.markdown import literal
from console.words.people.actors import actor_word
from console.words.settings import setting_word
from infoscreen_core.domain.people.audit_seals import Seal
from infoscreen_core.services.audit_trail.views import EntryView

_LONGEST_NAME: Final = 80
_UUID: Final = 36
_PAGES: Final = {
    "client": ("client", "uuid"),
    "event": ("calendar", "event"),
    "rollout": ("commands", "rollout"),
}
"""The page of a thing, and what it is called in its address."""


def entry_label(entry: EntryView, reader: Reader) -> str:
    """Return an entry as the label of the button that unfolds it: time, who, what, where from."""
    at = literal(instant(entry.at, reader.zone, now=reader.now, with_seconds=True))
    what = literal(what_text(entry, reader))
    source = literal(entry.source) if entry.source != entry.actor_name else ""
    return f"{at} **{literal(actor_word(entry.actor_name))}** {what} *{source}*".removesuffix(" **")


def what_text(entry: EntryView, reader: Reader) -> str:
    """Return what was done to which thing: `Event changed: “Mathe 3B”`."""
    name = thing_name(entry, reader)
    done = action_word(entry.action)
    return f"{done}: {name}" if name else done


def thing_name(entry: EntryView, reader: Reader) -> str:
    """Return what the thing of an entry is called, by its number where it has no name."""
    if entry.entity == "setting":
        return setting_word(entry.entity_id)
    values = {**(entry.before or {}), **(entry.after or {})}
    named = subject_name(entry.entity, entry.entity_id, values, reader)
    short = f"{named[:_LONGEST_NAME]}…" if len(named) > _LONGEST_NAME else named
    return _("“{name}”", name=short) if short else _number(entry.entity_id)


def entry_html(entry: EntryView, seal: Seal | None, reader: Reader) -> str:
    """Return the facts of an entry; what changed comes below them."""
    pairs = [
        (_("Time"), escape(_exact(entry, reader))),
        (_("Who"), escape(actor_word(entry.actor_name))),
        (_("From where"), escape(entry.source)),
        (_("Action"), f"{escape(action_word(entry.action))} {_code(entry.action)}"),
        (_("Thing"), _thing(entry, reader)),
        (_("Seal"), escape(_sealed(seal, reader))),
    ]
    return facts(pairs)


def _thing(entry: EntryView, reader: Reader) -> str:
    name = thing_name(entry, reader)
    page, key = _PAGES.get(entry.entity, ("", ""))
    shown = link(page, name, **{key: entry.entity_id}) if page else escape(name)
    return f"{escape(entity_word(entry.entity))} {shown} {_code(entry.entity_id)}"


def _code(text: str) -> str:
    return f'<span class="is-quiet is-small is-mono">{escape(text)}</span>'


def _sealed(seal: Seal | None, reader: Reader) -> str:
    if seal is None:
        return _("not yet; a few seconds after the entry")
    at = instant(seal.sealed_at, reader.zone, now=reader.now, with_seconds=True)
    return _("number {number}, {time}", number=seal.number, time=at)


def _exact(entry: EntryView, reader: Reader) -> str:
    text = instant(entry.at, reader.zone, now=reader.now, with_seconds=True)
    return f"{text}.{entry.at.microsecond // 1000:03}"


def _number(entity_id: str) -> str:
    if entity_id.isdecimal():
        return f"#{entity_id}"
    return short_uuid(entity_id) if len(entity_id) == _UUID else entity_id
