"""The way from a thing to what was ever changed about it, for those who may read the audit."""

from console.i18n import _
from console.navigation import link_to, may_open
from console.runtime import current_identity
from console.words.html import link_about


def history_link(entity: str, entity_id: object) -> None:
    """Draw the link to a thing's history of changes; nothing if the reader may not open that."""
    icon = ":material/history:"
    link_to("audit", _("History of changes"), icon=icon, entity=entity, id=str(entity_id))


def history_link_html(entity: str, entity_id: object, about: str) -> str:
    """Return the same link as HTML, for rows; empty if the reader may not open that."""
    if not may_open(current_identity().role, "audit"):
        return ""
    return link_about("audit", _("History of changes"), about, entity=entity, id=str(entity_id))
