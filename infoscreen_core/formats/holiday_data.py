"""Public holidays of countries, and some school holidays, from the `holidays` package.

The package is optional: its authors pin an old python-dateutil, so it is installed separately (see
CONTRIBUTING.md), and without it everything else works. It lists single days by name. Consecutive
days of the same name become one holiday here, and a holiday of only a part of the country gets that
part's name as its region.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

_DAY: Final = timedelta(days=1)
_SCHOOL: Final = "school"
_PUBLIC: Final = "public"


@dataclass(frozen=True)
class Subdivision:
    """A part of a country with holidays of its own."""

    code: str
    name: str


@dataclass(frozen=True)
class Choice:
    """The place whose holidays are wanted; `subdivision` is a code or a name that the data know."""

    country: str
    subdivision: str | None = None
    with_school: bool = True
    """Whether school holidays are wanted, too, where the data have them."""


def is_available() -> bool:
    """Whether the data are installed here."""
    return find_spec("holidays") is not None


def list_countries() -> list[str]:
    """Return the codes (ISO 3166) of the countries that the data know."""
    return sorted(_library().list_supported_countries(include_aliases=False))


def list_subdivisions(country: str) -> list[Subdivision]:
    """Return the parts of a country that the data know, by code, with the longest name of each."""
    entity = _entity(country)
    names: dict[str, str] = {code: code for code in entity.subdivisions}
    for alias, code in entity.subdivisions_aliases.items():
        if names[code] == code or len(alias) > len(names[code]):
            names[code] = alias
    return [Subdivision(code, name) for code, name in names.items()]


def has_school_holidays(country: str) -> bool:
    """Whether the data know when schools are closed there."""
    return _SCHOOL in _entity(country).supported_categories


def list_holidays(
    choice: Choice, first: date, last: date, *, language: str = "de"
) -> list[Holiday]:
    """Return a place's school holidays, then its public ones, from `first` to `last`.

    Holidays are cut to these days. Those of the whole country have no region. Names are in the
    user's language where the data have it.
    """
    entity = _entity(choice.country)
    part = _find_subdivision(choice)
    categories = [_SCHOOL] if choice.with_school and _SCHOOL in entity.supported_categories else []
    spoken = _spoken(entity, language)
    days = range((last - first).days + 1)
    found: list[Holiday] = []
    for category in (*categories, _PUBLIC):
        named = _named_days(
            choice.country, part.code if part else None, category, first, last, spoken
        )
        national = (
            _named_days(choice.country, None, category, first, last, spoken) if part else named
        )
        found += _holidays(named, national, [first + _DAY * number for number in days], part)
    return found


def _holidays(
    named: Mapping[date, Sequence[str]],
    national: Mapping[date, Sequence[str]],
    days: Iterable[date],
    part: Subdivision | None,
) -> Iterator[Holiday]:
    """Yield stretches of days of one name; those that the whole country shares have no region."""
    open_: dict[str, list[date]] = {}
    closed: list[tuple[str, list[date]]] = []
    for day in days:
        names = named.get(day, ())
        closed += [(name, open_.pop(name)) for name in [*open_] if name not in names]
        for name in names:
            open_.setdefault(name, []).append(day)
    for name, stretch in sorted([*closed, *open_.items()], key=lambda one: one[1][0]):
        is_national = all(name in national.get(day, ()) for day in stretch)
        region = None if is_national or part is None else part.name
        yield Holiday(name=name, start_date=stretch[0], end_date=stretch[-1], region=region)


def _named_days(
    country: str, code: str | None, category: str, first: date, last: date, language: str | None
) -> dict[date, list[str]]:
    found = _library().country_holidays(
        country.upper(),
        subdiv=code,
        years=range(first.year, last.year + 1),
        categories=(category,),
        language=language,
    )
    return {day: found.get_list(day) for day in found}


def _entity(country: str) -> Any:  # noqa: ANN401 - a class of an optional library
    code = country.strip().upper()
    if code not in _library().list_supported_countries(include_aliases=False):
        raise InvalidInputError(
            "The data know no country “{value}”; give a code of two letters, such as AT.",
            field="country",
            value=shown(country),
        )
    return _library().country_holidays(code)


def _find_subdivision(choice: Choice) -> Subdivision | None:
    wanted = (choice.subdivision or "").strip().casefold()
    if not wanted:
        return None
    entity = _entity(choice.country)
    codes = {code.casefold(): code for code in entity.subdivisions}
    codes |= {alias.casefold(): code for alias, code in entity.subdivisions_aliases.items()}
    known = list_subdivisions(choice.country)
    found = next((part for part in known if part.code == codes.get(wanted)), None)
    if found is None:
        raise InvalidInputError(
            "The data know no part “{value}” of {country}; choose one of: {allowed}.",
            field="subdivision",
            value=shown(choice.subdivision or ""),
            country=choice.country.upper(),
            allowed=", ".join(_described(part) for part in known) or "-",
        )
    return found


def _described(part: Subdivision) -> str:
    return part.code if part.name == part.code else f"{part.code} ({part.name})"


def _spoken(entity: Any, language: str) -> str | None:  # noqa: ANN401 - a class of an optional library
    """Return which of the library's languages to ask for; None: the country's own."""
    supported: list[str] = list(entity.supported_languages)
    return next(
        (one for one in supported if one.split("_")[0] == language), entity.default_language
    )


def _library() -> Any:  # noqa: ANN401 - an optional library
    try:
        return import_module("holidays")
    except ModuleNotFoundError:
        raise InvalidInputError(
            "The public-holiday data are not installed; `make setup` does that. A file can be "
            "imported.",
            field="country",
        ) from None
