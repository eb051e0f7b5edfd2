"""Groups as the administration lists them: how much is in each, and in which order they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from infoscreen_core.db.queries.groups import GroupRow


@dataclass(frozen=True)
class GroupLine:
    """A group and how much is in it."""

    id: int
    name: str
    description: str
    screen_count: int
    event_count: int


def group_line(row: GroupRow) -> GroupLine:
    """Return a group as the administration shows it."""
    group = row.group
    return GroupLine(group.id, group.name, group.description or "", row.client_count, row.event_count)


def names_of(groups: Iterable[GroupLine]) -> dict[int, str]:
    """Return the groups' names by id, in the order that editors gave them."""
    return {group.id: group.name for group in groups}


def moved(ids: Sequence[int], group_id: int, steps: int) -> list[int]:
    """Return the order with one group moved down by `steps` (up when negative), at most to the end."""
    others = [other for other in ids if other != group_id]
    place = min(max(ids.index(group_id) + steps, 0), len(others))
    return [*others[:place], group_id, *others[place:]]
