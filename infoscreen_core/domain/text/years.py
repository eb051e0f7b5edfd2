"""The years that people plan for."""

from datetime import date
from typing import Final

from infoscreen_core.errors import InvalidInputError

YEARS: Final = range(1990, 2101)
FIRST_DAY: Final = date(YEARS[0], 1, 1)
LAST_DAY: Final = date(YEARS[-1], 12, 31)


def check_year(field: str, day: date) -> None:
    """Raise `InvalidInputError` on `field` if the day's (or instant's) year is not in `YEARS`."""
    if day.year not in YEARS:
        raise InvalidInputError(
            "{name} lies in the year {value}; give a date from {first} to {last}.",
            field=field,
            name=field,
            value=day.year,
            first=YEARS[0],
            last=YEARS[-1],
        )
