"""Groups as the administration lists them: how much is in each, and in which order they stand."""

from collections.abc import Iterable, Sequence

from infoscreen_core.services.screens.views import GroupView


def names_of(groups: Iterable[GroupView]) -> dict[int, str]:
    """Return the groups' names by id, in the order that editors gave them."""
    return {group.id: group.name for group in groups}


def moved(ids: Sequence[int], group_id: int, steps: int) -> list[int]:
    """Return the order with one group moved down by `steps` (up if negative), at most to an end."""
    others = [other for other in ids if other != group_id]
    place = min(max(ids.index(group_id) + steps, 0), len(others))
    return [*others[:place], group_id, *others[place:]]
