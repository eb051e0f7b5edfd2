"""What differs between before and after: field by field, and within long texts word by word."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Any, Final

from console.audit.presenters.fields import field_word
from console.audit.presenters.values import Reader, value_text
from console.i18n import _, ngettext
from console.words.html import table

_QUIET: Final = frozenset({"updated_at", "version", "indexed_until", "search_name", "place"})
"""What changes along with everything else, and so comes last."""
_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_LONG: Final = 30
"""From so many characters on, texts are compared by words."""
_MOST_TOKENS: Final = 3_000


@dataclass(frozen=True)
class Difference:
    """One field that is not as it was."""

    field: str
    before: object
    after: object


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[Difference, ...], int]:
    """Return the fields that differ, and how many are as before.

    A field that one side has only counts as changed unless it is empty there.
    """
    names = list(dict.fromkeys((*before, *after)))
    found = [
        Difference(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    ]
    found.sort(key=lambda one: one.field in _QUIET)
    return tuple(found), len(names) - len(found)


def values_html(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, reader: Reader
) -> str:
    """Return what an entry holds: a comparison, or what there was, or what there is now."""
    if before is not None and after is not None:
        return _comparison(before, after, reader)
    if before is not None:
        return _single(before, _("What it was"), reader)
    if after is not None:
        return _single(after, _("What it is"), reader)
    return _quiet(_("This entry holds no values."))


def compared(before: str, after: str) -> tuple[str, str]:
    """Return two texts as HTML, with the words marked that only one of them has."""
    old, new = _tokens(before), _tokens(after)
    if max(len(old), len(new)) > _MOST_TOKENS:  # comparing takes the square of that
        return escape(before), escape(after)
    steps = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    left = ((tag, old[begin:end]) for tag, begin, end, *_rest in steps)
    right = ((tag, new[begin:end]) for tag, _begin, _end, begin, end in steps)
    return _marked(left, "del"), _marked(right, "ins")


def _comparison(before: Mapping[str, Any], after: Mapping[str, Any], reader: Reader) -> str:
    changed, same = differences(before, after)
    rest = ngettext("{n} value is as before", "{n} values are as before", same) if same else ""
    if not changed:
        return _quiet(_("Nothing differs."))
    heads = (_("Field"), _("Value before"), _("Value after"))
    rows = [(escape(field_word(one.field)), *_cells(one, reader)) for one in changed]
    return table(heads, rows, caption=_("What changed")) + (_quiet(rest) if rest else "")


def _cells(one: Difference, reader: Reader) -> tuple[str, str]:
    old, new = (value_text(one.field, value, reader) for value in (one.before, one.after))
    are_texts = isinstance(one.before, str) and isinstance(one.after, str)
    if are_texts and max(len(old), len(new)) >= _LONG:
        return compared(old, new)
    return f"<del>{escape(old)}</del>", f"<ins>{escape(new)}</ins>"


def _single(values: Mapping[str, Any], caption: str, reader: Reader) -> str:
    filled = {name: value for name, value in values.items() if value not in (None, "", [])}
    if not filled:
        return _quiet(_("This entry holds no values."))
    ordered = sorted(filled.items(), key=lambda pair: pair[0] in _QUIET)
    rows = [
        (escape(field_word(name)), escape(value_text(name, value, reader)))
        for name, value in ordered
    ]
    return table((_("Field"), caption), rows, caption=caption)


def _marked(parts: Iterable[tuple[str, Sequence[str]]], tag: str) -> str:
    return "".join(
        escape("".join(words))
        if kind == "equal" or not words
        else f"<{tag}>{escape(''.join(words))}</{tag}>"
        for kind, words in parts
    )


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _quiet(text: str) -> str:
    return f'<p class="is-quiet is-small">{escape(text)}</p>'
