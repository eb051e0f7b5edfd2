"""What is wrong with a request's form, in our sentences: field, value, remedy."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.requests import Request

from console.i18n import N_
from console.web.api.base import to_json
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InfoscreenError, InvalidFieldsError, InvalidInputError, Refusals

Finding = Mapping[str, Any]
"""One of pydantic's errors: its type, place, input and context."""
_PLACES: Final = frozenset({"body", "path", "query", "header", "cookie"})
_SECRET: Final = re.compile(r"password|secret|token|code", re.IGNORECASE)
_QUOTED: Final = re.compile(r"'([^']*)'")
_TEXT: Final = N_("The field {name} needs a text, not “{value}”.")
_NUMBER: Final = N_("The field {name} needs a number, not “{value}”.")
_INSTANT: Final = N_(
    "The field {name} cannot be “{value}”; write an instant with its zone, such as "
    "2026-11-23T07:00:00Z."
)
_DAY: Final = N_("The field {name} cannot be “{value}”; write a day such as 2026-11-23.")
_YEARS: Final = N_("The field {name} cannot be “{value}”; choose a year from 1971 to 2199.")
_SHORT: Final = N_("The field {name} is too short; it has at least {low} characters or entries.")
_LONG: Final = N_("The field {name} is too long; it has at most {high} characters or entries.")
_CHOICE: Final = N_("The field {name} cannot be “{value}”; choose one of: {allowed}.")
_OTHER: Final = N_("The field {name} cannot be “{value}”; /api/openapi.json says what it may be.")
_BY_START: Final = {
    "missing": N_("The field {name} is missing; send it."),
    "extra_forbidden": N_("There is no field {name} here; leave it out."),
    "years": _YEARS,
    "instant": _INSTANT,
    "datetime": _INSTANT,
    "day": _DAY,
    "date_": _DAY,
    "int_": N_("The field {name} needs a whole number, not “{value}”."),
    "float_": _NUMBER,
    "finite": _NUMBER,
    "bool_": N_("The field {name} needs true or false, not “{value}”."),
    "string_too_short": _SHORT,
    "string_too_long": _LONG,
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "too_short": _SHORT,
    "too_long": _LONG,
    "list_": N_("The field {name} needs a list, not “{value}”."),
    "model_": N_("The field {name} needs an object with its fields, not “{value}”."),
    "dict_": N_("The field {name} needs an object with its fields, not “{value}”."),
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "greater_than": N_("The field {name} cannot be “{value}”; it is at least {low}."),
    "less_than": N_("The field {name} cannot be “{value}”; it is at most {high}."),
    "uuid": N_(
        "The field {name} cannot be “{value}”; write a UUID such as "
        "00000000-0000-0000-0000-000000000001."
    ),
}
"""By how pydantic's name of the kind begins."""


class SentError(InvalidInputError):
    """Something that was sent is wrong; `field` is called as its sender calls it."""


def refusal_of(findings: Sequence[Finding]) -> InfoscreenError:
    """Return one error that tells all that is wrong, at most one of each field."""
    refusals = Refusals(*map(_sentence, findings))
    told = refusals.found
    return told[0] if len(told) == 1 else InvalidFieldsError(told)


def _sentence(finding: Finding) -> SentError:
    kind, name = str(finding["type"]), _name_of(finding["loc"])
    if kind == "json_invalid":
        return SentError(
            "The body is no JSON: something is wrong at character {position}.", position=name
        )
    if not name:
        return SentError("The request needs a body in JSON: an object with its fields.")
    template = next((text for start, text in _BY_START.items() if kind.startswith(start)), _OTHER)
    places = {"name": shown(name), "value": _value_of(name, finding), **_limits_of(finding)}
    return SentError(template, field=name, **places)


def _name_of(place: Sequence[object]) -> str:
    parts = [str(part) for part in place]
    return ".".join(parts[1:] if parts and parts[0] in _PLACES else parts)


def _value_of(name: str, finding: Finding) -> str:
    if _SECRET.search(name):
        return "…"
    value = finding.get("input")
    return shown(value if isinstance(value, str) else _as_sent(value))


def _as_sent(value: object) -> str:
    """Return a value as JSON has it, which is what its sender knows."""
    try:
        return to_json(value).decode()
    except TypeError:  # whole numbers of more than 64 bits are none to orjson
        return repr(value)


def _limits_of(finding: Finding) -> dict[str, object]:
    context = finding.get("ctx", {})
    low = (context.get(name) for name in ("ge", "gt", "min_length"))
    high = (context.get(name) for name in ("le", "lt", "max_length"))
    return {
        "low": next((one for one in low if one is not None), ""),
        "high": next((one for one in high if one is not None), ""),
        "allowed": ", ".join(_QUOTED.findall(str(context.get("expected", "")))),
    }


async def refuse_unknown_query(request: Request) -> None:
    """Refuse what nobody asks for by that name: a filter with a slip in it would tell too much.

    The dependency of all routes. Names that begin with an underscore keep answers apart, and mean
    nothing.
    """
    known = query_of(request.scope["route"])
    for name in request.query_params:
        if name not in known and not name.startswith("_"):
            raise SentError(
                "There is no {name} to ask for here; leave it out of the address. There are: "
                "{known}.",
                field=name,
                name=shown(name),
                known=", ".join(sorted(known)),
            )


def query_of(route: APIRoute) -> frozenset[str]:
    """Return what a route reads of its query, those fields of a form too that may stand there."""
    if route.unique_id not in _read:
        fields = (
            one.alias
            for one in get_flat_params(route.dependant)
            if not isinstance(one.field_info, params.Path | params.Header | params.Cookie)
        )
        described = (route.openapi_extra or {}).get("parameters", ())
        of_forms = {one["name"] for one in described if one["in"] == "query"}
        _read[route.unique_id] = frozenset({"lang", *of_forms, *fields})
    return _read[route.unique_id]


_read: Final[dict[str, frozenset[str]]] = {}
"""What routes read, by their names: looked up once."""
