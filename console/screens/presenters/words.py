"""What an act on screens or groups will do, said before it is done, and what it did."""

from collections.abc import Sequence

from console.i18n import _, ngettext
from console.monitoring.presenters.fleet import apart_parts
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.services.monitoring.views import ClientView
from infoscreen_core.services.screens.views import GroupView

_NAMED_AT_MOST = 3


def names_in_short(names: Sequence[str]) -> str:
    """Return `Aula, Foyer, Bibliothek und 4 weitere`."""
    listed = ", ".join(names[:_NAMED_AT_MOST])
    more = len(names) - _NAMED_AT_MOST
    return (
        listed
        if more <= 0
        else ngettext("{names} and {n} more", "{names} and {n} more", more, names=listed)
    )


def roster_line(fleet: FleetCount, groups: int) -> str:
    """Return how much there is of everything, in one line."""
    parts = [
        ngettext("{n} screen", "{n} screens", fleet.in_service),
        ngettext("{n} group", "{n} groups", groups),
        *apart_parts(fleet),
    ]
    return " · ".join(parts)


def approve_label(count: int) -> str:
    """Return the label of the button that lets players in."""
    return ngettext("Approve screen", "Approve {n} screens", count)


def assign_label(count: int) -> str:
    """Return the label of the button that puts players into a group."""
    return ngettext("Assign screen", "Assign {n} screens", count)


def remove_label(count: int) -> str:
    """Return the label of the button that makes the server forget players."""
    return ngettext("Remove screen", "Remove {n} screens", count)


def remove_consequence(rows: Sequence[ClientView]) -> str:
    """Return what removing these players takes away."""
    return ngettext(
        "{names}: its name, logs, pictures and commands are deleted for good, and it shows "
        "nothing any more. If the player still runs, it announces itself again and then waits for "
        "approval.",
        "{names}: their names, logs, pictures and commands are deleted for good, and they show "
        "nothing any more. Players that still run announce themselves again and then wait for "
        "approval.",
        len(rows),
        names=names_in_short([row.name for row in rows]),
    )


def assign_consequence(count: int) -> str:
    """Return what assigning does to the screens."""
    return ngettext(
        "The screen switches at once to what its new group plays; unassigned, it shows nothing.",
        "The {n} screens switch at once to what their new group plays; unassigned, they show "
        "nothing.",
        count,
    )


def delete_consequence(group: GroupView) -> str:
    """Return what deleting a group takes away."""
    if not group.all_screens and not group.event_count:
        return _("The group {name} is empty; nothing else is lost with it.", name=group.name)
    return _(
        "{screens} and {events} are in the group {name}. They must go to another group first; "
        "choose it here.",
        screens=ngettext("{n} screen", "{n} screens", group.all_screens),
        events=ngettext("{n} event", "{n} events", group.event_count),
        name=group.name,
    )


def approved_sentence(names: Sequence[str], group: str | None) -> str:
    """Return what approving did."""
    text = ngettext(
        "{names} is approved.", "{names} are approved.", len(names), names=names_in_short(names)
    )
    return text if group is None else f"{text} {_('Group: {group}.', group=group)}"


def assigned_sentence(names: Sequence[str], group: str | None) -> str:
    """Return what assigning did."""
    listed = names_in_short(names)
    if group is None:
        return ngettext(
            "{names} is in no group now.", "{names} are in no group now.", len(names), names=listed
        )
    return ngettext(
        "{names} is in the group {group} now.",
        "{names} are in the group {group} now.",
        len(names),
        names=listed,
        group=group,
    )


def removed_sentence(names: Sequence[str]) -> str:
    """Return what removing did."""
    return ngettext(
        "{names} is removed.", "{names} are removed.", len(names), names=names_in_short(names)
    )
