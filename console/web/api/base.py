"""The forms of what comes in and goes out: camelCase names, times in UTC with `Z`, nothing guessed.

A number that comes as text is no number, and a field that nobody knows is refused: whoever writes a
script learns of a slip at once.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated, Final

import orjson
from fastapi import Path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError
from starlette.responses import Response

MAX_ID: Final = 2**31 - 1
_LOST_PLUS: Final = re.compile(r" (?=[0-9]{2}:?[0-9]{2}\Z)")
"""Of a zone in an address, where a plus that is not written as `%2B` means a space."""
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


class ApiModel(BaseModel):
    """What is answered; it may be made of a view that has the same names."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        from_attributes=True,
        allow_inf_nan=False,
    )


class InputModel(ApiModel):
    """What is sent to us. Enums and times come as texts: give them the types below."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        from_attributes=False,
        validate_by_name=False,
    )


def _text_of_instant(value: object) -> object:
    text = _text_or(value, "instant")
    return _LOST_PLUS.sub("+", text) if isinstance(text, str) and "T" in text else text


def _text_of_day(value: object) -> object:
    return _text_or(value, "day")


def _text_or(value: object, kind: str) -> object:
    """Return a text; numbers, also written as texts, would be taken for seconds since 1970."""
    if isinstance(value, str) and "-" in value.strip().lstrip("+-"):
        return value
    raise _unfit(kind)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise _unfit("instant")
    _check_year(value)
    return value.astimezone(UTC)


def _near(value: date) -> date:
    _check_year(value)
    return value


def _check_year(value: date) -> None:
    if not _FIRST_YEAR < value.year < _LAST_YEAR:
        raise _unfit("years")


def _unfit(kind: str) -> PydanticCustomError:
    # `console/web/api/refusals.py` has the sentence, by this kind.
    return PydanticCustomError(kind, "unfit")


FROM_TEXT: Final = Field(strict=False)
"""For enums in an `InputModel`: `Annotated[Role, FROM_TEXT]`."""
Instant = Annotated[datetime, FROM_TEXT, BeforeValidator(_text_of_instant), AfterValidator(_in_utc)]
"""An instant with its zone, such as `2026-11-23T07:00:00Z`; in UTC afterwards."""
Day = Annotated[date, FROM_TEXT, BeforeValidator(_text_of_day), AfterValidator(_near)]
"""A day, such as `2026-11-23`."""
Id = Annotated[int, Field(ge=1, le=MAX_ID)]
"""The number of something stored, in a body or a query."""
IdInPath = Annotated[int, Path(ge=1, le=MAX_ID)]
"""The same in an address."""


def answer(
    content: object, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    """Return models, or plain values of them, straight as JSON; what holds data is kept nowhere."""
    return Response(
        to_json(content),
        status_code=status,
        media_type="application/json",
        headers={"cache-control": "no-store", **(headers or {})},
    )


def to_json(content: object) -> bytes:
    """Return JSON as it leaves the API."""
    return orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(by_alias=True)
    raise TypeError(type(value).__name__)
