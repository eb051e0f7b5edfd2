"""The button that opens the search over everything, with the words of its box."""

import json
from html import escape

from console.i18n import _


def find_button() -> str:
    """Return the button; `theme/find.js` reads the words from it, in the page's language."""
    words = {
        "label": _("Find anything"),
        "hint": _("Screen, group, event, file, user or page"),
        "keys": _("Arrows choose, Enter opens, Ctrl+Enter opens beside this page, Esc closes."),
        "nothing": _("Nothing has a name with these words."),
        "away": _("The console gives no answer."),
    }
    said = escape(json.dumps(words, ensure_ascii=False))
    return (
        f'<button type="button" class="is-find" data-words="{said}" aria-keyshortcuts="Control+K">'
        f"{escape(words['label'])}<kbd>{escape(_('Ctrl K'))}</kbd></button>"
    )
