"""For whom a holiday of a list holds: parts of a country, and groups of schools within them.

A place is stored as one text, the holiday's region, such as `BE · BE-DE`, so that it belongs to
what tells one holiday from another, and stands wherever the region stands.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from infoscreen_core.domain.school.holidays import REGION_LIMIT
from infoscreen_core.domain.text.names import folded

_BETWEEN: Final = " · "
_DIGEST_LENGTH: Final = 6
_word = lru_cache(4096)(folded)
"""Long lists name the same few places again and again."""


@dataclass(frozen=True)
class Place:
    """Where a holiday holds; without subdivisions everywhere, without groups in all schools.

    A subdivision may lie within another one: `BY-AU` is a part of `BY`.
    """

    subdivisions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def region(self) -> str | None:
        """The place as a holiday's region; None for everywhere.

        A longer text than can be stored is cut and gets a digest of the whole, so that two lists
        that only begin alike stay apart.
        """
        lists = (", ".join(sorted(names)) for names in (self.subdivisions, self.groups))
        text = _BETWEEN.join(filter(None, lists))
        if len(text) <= REGION_LIMIT:
            return text or None
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        end = f"… {digest[:_DIGEST_LENGTH]}"
        return text[: REGION_LIMIT - len(end)] + end


EVERYWHERE: Final = Place()


@dataclass(frozen=True)
class PlaceChoice:
    """The subdivision and the group of schools whose holidays are wanted; None: of all."""

    subdivision: str | None = None
    school_group: str | None = None


ALL_PLACES: Final = PlaceChoice()


def applies(place: Place, subdivision: str | None, school_group: str | None) -> bool:
    """Whether a holiday of a place holds for a subdivision and a group (None: for any)."""
    is_theirs = (
        subdivision is None
        or not place.subdivisions
        or bool(around(place.subdivisions, subdivision))
    )
    return is_theirs and (
        school_group is None or not place.groups or _word(school_group) in map(_word, place.groups)
    )


def around(subdivisions: Iterable[str], subdivision: str) -> tuple[str, ...]:
    """Return those that are the subdivision, or that it is a part of; the narrowest last."""
    word = _word(subdivision)
    found = [name for name in subdivisions if f"{word}-".startswith(f"{_word(name)}-")]
    return tuple(sorted(found, key=len))
