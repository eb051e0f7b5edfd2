"""What a saved view may hold: the filters that its page knows, and nothing that leads elsewhere."""

from collections.abc import Collection, Mapping
from typing import Final

from infoscreen_core.domain.text.names import normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

NAME_LIMIT: Final = 60
VALUE_LIMIT: Final = 300
"""Characters of one filter's value."""


def checked_view_name(name: str) -> str:
    """Return the name in one form; raise `InvalidInputError` on `name` if it is unfit."""
    text = clean_line(normalised(name), field="name", limit=NAME_LIMIT)
    if not text:
        raise InvalidInputError("The view needs a name.", field="name")
    return text


def checked_query(query: Mapping[str, str], known: Collection[str]) -> dict[str, str]:
    """Return the filters that are set; raise `InvalidInputError` for one that is not `known`.

    The page checks what a value means, as it does with addresses that somebody typed.
    """
    for name, value in query.items():
        if name not in known:
            raise InvalidInputError("The page has no filter “{value}”.", value=shown(name))
        if len(value) > VALUE_LIMIT or not value.isprintable():
            raise InvalidInputError(
                "The filter “{value}” has more than {limit} characters, or some that cannot be "
                "shown; shorten it.",
                value=shown(name),
                limit=VALUE_LIMIT,
            )
    return {name: value for name, value in query.items() if value}
