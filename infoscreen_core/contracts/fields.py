"""Types of single values on the wire: as strict as JSON Schema, and always storable."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

OUT_OF_RANGE = "out_of_range"
"""Error type of a number outside its range: the schema's or, without one, the column's."""

TOO_DEEP = "too_deep"
"""Error type of a free-form value that is nested too deep for a database to take as JSON."""

MAX_DEPTH = 16
"""Levels of objects and arrays in a free-form value; MariaDB's JSON functions end at 32."""

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_LARGEST_NUMBER = 1e38  # what a single-precision column holds
_LONGEST_SECONDS = 1e9  # 31 years; counted back from now, every database has a date for it

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")

T = TypeVar("T")
Word = TypeVar("Word", bound=StrEnum)


def read_timestamp(value: object) -> datetime:
    """Read RFC 3339 text with any offset, or none (then UTC), as an aware UTC datetime."""
    if isinstance(value, str):
        moment = _parse_timestamp(value)
    elif isinstance(value, datetime) and value.tzinfo is not None:
        moment = value
    else:
        code, message = "timestamp_type", "Input should be an RFC 3339 timestamp in a string"
        raise PydanticCustomError(code, message)
    # The margin of a year keeps the conversion itself from overflowing at year 1 and year 9999.
    if _FIRST_YEAR - 1 <= moment.year <= _LAST_YEAR + 1:
        moment = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
        if _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return moment
    code, message = "timestamp_year", "Input should be a timestamp between the years 1970 and 2199"
    raise PydanticCustomError(code, message)


@lru_cache(maxsize=4096)
def _parse_timestamp(text: str) -> datetime:
    # Remembered, since a fleet says the same second a thousand times.
    if _RFC3339.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            pass  # no such day: the sentence below fits it as well
        else:
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    code, message = (
        "timestamp_format",
        "Input should be an RFC 3339 timestamp such as 2026-09-07T08:00:00Z",
    )
    raise PydanticCustomError(code, message)


def write_timestamp(moment: datetime) -> str:
    """Write an aware UTC datetime as RFC 3339 with a trailing Z."""
    return moment.replace(tzinfo=None).isoformat() + "Z"


def read_uuid(value: object) -> str:
    """Read a UUID with its hyphens, in any case, as canonical lower-case text."""
    if isinstance(value, str) and _UUID.fullmatch(value):
        return value.lower()
    code, message = "uuid_format", "Input should be a UUID with hyphens, in a string"
    raise PydanticCustomError(code, message)


def is_uuid(value: object) -> bool:
    """Whether the value is text with the form of a UUID, in any case."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _refuse_deep(value: Any) -> Any:  # noqa: ANN401 - a JSON value of any form
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            child for node in level for child in _children(node) if isinstance(child, dict | list)
        ]
        if not level:
            return value
    code, message = TOO_DEEP, "Input should be nested at most {levels} levels deep"
    raise PydanticCustomError(code, message, {"levels": MAX_DEPTH})


def _children(node: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return node.values() if isinstance(node, dict) else node


def _read_list_or_text(value: object) -> list[Any] | str:
    if isinstance(value, list):
        _refuse_deep(value)
        return value
    if isinstance(value, str):
        return value
    code, message = "list_or_text_type", "Input should be an array or text"
    raise PydanticCustomError(code, message)


def _integer_reader(minimum: int | None, bits: int) -> Callable[[object], int]:
    lowest = -(2 ** (bits - 1)) if minimum is None else minimum
    highest = 2 ** (bits - 1) - 1

    def read_integer(value: object) -> int:
        if type(value) is int and lowest <= value <= highest:
            return value
        whole = _as_integer(value)
        if lowest <= whole <= highest:
            return whole
        code, message = OUT_OF_RANGE, "Input should be an integer from {lowest} to {highest}"
        raise PydanticCustomError(code, message, {"lowest": lowest, "highest": highest})

    return read_integer


def _as_integer(value: object) -> int:
    # JSON Schema counts 5.0 as an integer, but not true; the parser gives huge integers as floats.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    code, message = "integer_type", "Input should be an integer"
    raise PydanticCustomError(code, message)


@dataclass(frozen=True, eq=False, slots=True)
class _Read:
    """Annotation: read a value with a function, and describe it by a fixed JSON Schema."""

    reader: Callable[[object], Any]
    json_schema: dict[str, Any]
    writer: Callable[[Any], str] | None = field(default=None)

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        serialization = self.writer and core_schema.plain_serializer_function_ser_schema(
            self.writer, return_schema=core_schema.str_schema(), when_used="json"
        )
        return core_schema.no_info_plain_validator_function(
            self.reader, serialization=serialization
        )

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.json_schema)


@dataclass(frozen=True, eq=False, slots=True)
class _StorableNumber:
    """Annotation: a JSON number (not a boolean) in the range that we can store."""

    lowest: float
    highest: float
    json_schema: dict[str, Any]

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.float_schema(
            strict=True, allow_inf_nan=False, ge=self.lowest, le=self.highest
        )

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(self.json_schema)


class _ReadWord:
    """Annotation: one word of an enumeration, from its text."""

    def __get_pydantic_core_schema__(
        self, source: type[StrEnum], _: GetCoreSchemaHandler
    ) -> CoreSchema:
        words = {word.value: word for word in source}
        allowed = ", ".join(words)

        def read_word(value: object) -> StrEnum:
            if isinstance(value, str) and value in words:
                return words[value]
            code, message = "unknown_word", "Input should be one of: {allowed}"
            raise PydanticCustomError(code, message, {"allowed": allowed})

        return core_schema.no_info_plain_validator_function(
            read_word, metadata={"words": list(words)}
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, _: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"enum": schema["metadata"]["words"]}


class _NeverNull:
    """Annotation: a field that may be missing (None in Python) but is never null on the wire."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        nullable = handler(source)
        return core_schema.lax_or_strict_schema(
            lax_schema=nullable, strict_schema=nullable["schema"]
        )


def _is_none(value: object) -> bool:
    return value is None


WireTimestamp = Annotated[
    datetime, _Read(read_timestamp, {"type": "string", "format": "date-time"}, write_timestamp)
]
"""RFC 3339 on the wire, aware UTC in Python, years 1970 to 2199, written with a trailing Z."""

ClientUuid = Annotated[str, _Read(read_uuid, {"type": "string", "format": "uuid"})]
"""A player's UUID; canonical lower-case text whatever case it came in."""

WireUuid = ClientUuid
"""Any other UUID: of a command, of a power intent."""

Integer = Annotated[int, _Read(_integer_reader(None, 32), {"type": "integer"})]
"""A JSON integer of 32 bits."""

BigInteger = Annotated[int, _Read(_integer_reader(None, 64), {"type": "integer"})]
"""A JSON integer of 64 bits: sizes."""

PositiveInteger = Annotated[int, _Read(_integer_reader(1, 32), {"type": "integer", "minimum": 1})]
"""A JSON integer of 32 bits, 1 or more."""

Count = Annotated[int, _Read(_integer_reader(0, 32), {"type": "integer", "minimum": 0})]
"""A JSON integer of 32 bits, 0 or more."""

Number = Annotated[float, _StorableNumber(-_LARGEST_NUMBER, _LARGEST_NUMBER, {"type": "number"})]
"""Any finite JSON number up to 1e38."""

Seconds = Annotated[float, _StorableNumber(0, _LONGEST_SECONDS, {"type": "number", "minimum": 0})]
"""A length of time, 0 or more and up to 1e9 seconds."""

FreeObject = Annotated[
    dict[str, Any], AfterValidator(_refuse_deep), WithJsonSchema({"type": "object"})
]
"""An object of any content, nested at most 16 levels deep."""

ListOrText = Annotated[list[Any] | str, _Read(_read_list_or_text, {"type": ["array", "string"]})]
"""An array of any content, nested at most 16 levels deep, or text."""

OneOf = Annotated[Word, _ReadWord()]
"""One of an enumeration's words."""

Omittable = Annotated[T | None, _NeverNull(), Field(exclude_if=_is_none)]
"""A field that may be missing but never null on the wire; None in Python when missing."""
