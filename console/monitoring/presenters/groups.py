"""The groups in which something is wrong, worst first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from console.i18n import _, ngettext
from console.words.content import content_counts
from console.words.groups import group_word
from console.words.html import entry_html, health_bar, status_counts
from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.fleet_count import FleetCount, FleetFigures
from infoscreen_core.domain.monitoring.fleet_wish import URGENCY
from infoscreen_core.domain.monitoring.liveness import Status


@dataclass(frozen=True)
class GroupLine:
    """A group and how its screens in service do; `group_id` is None for the unassigned ones."""

    group_id: int | None
    name: str
    count: FleetCount


def troubled_groups(figures: FleetFigures, names: Mapping[int, str]) -> list[GroupLine]:
    """Return the groups with a screen that is not well, or not as planned.

    The worst come first, equal ones as saved.
    """
    lines = [
        GroupLine(group_id, name, figures.groups[group_id])
        for group_id, name in [*names.items(), (None, _("Unassigned"))]
        if group_id in figures.groups
    ]
    troubled = [line for line in lines if _badness(line.count) > _NOTHING]
    return sorted(troubled, key=lambda line: _badness(line.count), reverse=True)


def group_lines_html(lines: Iterable[GroupLine]) -> str:
    """Return groups as a list: each name leads to its screens, beside it is how these do."""
    return "".join(
        entry_html(group_word(line.group_id), _choice(line), f"<div>{_statuses(line)}</div>")
        for line in lines
    )


def _choice(line: GroupLine) -> str:
    why = escape(_("Only the screens of {name}", name=line.name))
    return (
        f'<button type="button" class="is-choice" data-deed="choose" title="{why}">'
        f"{escape(line.name)}</button>"
    )


def _statuses(line: GroupLine) -> str:
    """Return how many of a group's screens have each status, with the bar of their shares."""
    statuses, behind = line.count.statuses, line.count.behind
    counts = f'<div class="is-counts">{status_counts(statuses)}</div>'
    contents = content_counts({Content.BEHIND: behind}) if behind else ""
    return f"{health_bar(statuses)}{counts}{contents}"


def others_text(hidden: int, well: int) -> str:
    """Return how many groups stand nowhere: troubled ones for want of room, and well ones."""
    parts = [
        ngettext("and {n} more", "and {n} more", hidden) if hidden else "",
        ngettext("{n} group is well", "{n} groups are well", well) if well else "",
    ]
    return escape(" · ".join(filter(None, parts)))


_BAD = tuple(status for status in URGENCY if status is not Status.HEALTHY)
_NOTHING = (0,) * (len(_BAD) + 1)


def _badness(count: FleetCount) -> tuple[int, ...]:
    return (*(count.statuses[status] for status in _BAD), count.behind)
