"""The way from a thing to what was ever changed about it, for those who may read the audit."""

from console.i18n import _
from console.navigation import link_to


def history_link(entity: str, entity_id: object | None = None, *, label: str = "") -> None:
    """Draw the link to a thing's history of changes, or to that of all of its kind.

    `label` tells apart those that stand on one page. Nothing is drawn for readers who may not open
    that.
    """
    one = {} if entity_id is None else {"id": str(entity_id)}
    icon = ":material/history:"
    link_to("audit", label or _("History of changes"), icon=icon, entity=entity, **one)
