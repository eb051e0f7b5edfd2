"""Long lists in pieces: `?limit=50`, and a link to what comes next.

A list is an array, as scripts expect it; `Link: <…>; rel="next"` (RFC 8288) and `X-Next-Cursor` say
where it goes on. A cursor holds what the last entry of a piece is sorted by, so the database goes
on there, however long the list is. It is signed together with the address and the filters it
belongs to: nothing else can be asked with it.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

import orjson
from fastapi import Depends, Query
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from console.runtime import resources
from console.web.api.base import answer, to_json
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.encryption import load_cursor_key

T = TypeVar("T")
MOST: Final = 1000
_PAGING: Final = frozenset({"limit", "cursor"})
_SIGNATURE_BYTES: Final = 16
_MAX_CURSOR: Final = 2000


@dataclass(frozen=True)
class PageQuery:
    """Which piece of a list is asked for."""

    limit: int
    """How many entries, at most."""
    after: tuple[Any, ...] | None
    """What the last entry of the piece before is sorted by; None: from the beginning."""

    def after_as(self, form: type[T]) -> T | None:
        """Return `after` in its types, such as `tuple[datetime, int]`, which JSON does not have."""
        if self.after is None:
            return None
        try:
            return TypeAdapter(form).validate_python(self.after)
        except ValidationError:
            raise _unknown_cursor() from None


async def page_query(
    request: Request,
    limit: Annotated[
        int, Query(ge=1, le=MOST, description="How many entries the answer has at most.")
    ] = MOST,
    cursor: Annotated[
        str | None,
        Query(
            max_length=_MAX_CURSOR,
            description="Where to go on: `X-Next-Cursor` of the answer before.",
        ),
    ] = None,
) -> PageQuery:
    """Return which piece is asked for; refuse a cursor that was not given for this list."""
    return PageQuery(limit, None if cursor is None else _read(request, cursor))


Paging = Annotated[PageQuery, Depends(page_query)]


def listed(
    items: Sequence[object], next_cursor: Sequence[object] | None, request: Request
) -> Response:
    """Answer a piece of a list; `next_cursor` is what its last entry is sorted by."""
    return answer(list(items), headers=links(request, next_cursor))


def links(request: Request, next_cursor: Sequence[object] | None) -> dict[str, str]:
    """Return the headers that say where a list goes on; none where it ends."""
    if next_cursor is None:
        return {}
    cursor = _written(request, next_cursor)
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    address = f"{request.scope['path']}?{urlencode([*kept, ('cursor', cursor)])}"
    return {"link": f'<{address}>; rel="next"', "x-next-cursor": cursor}


def _written(request: Request, values: Sequence[object]) -> str:
    data = to_json(list(values))
    return urlsafe_b64encode(_signature(request, data) + data).rstrip(b"=").decode("ascii")


def _read(request: Request, cursor: str) -> tuple[Any, ...]:
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except (Base64Error, UnicodeEncodeError):
        raise _unknown_cursor() from None
    signature, data = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(request, data)):
        raise _unknown_cursor()
    return tuple(orjson.loads(data))


def _signature(request: Request, data: bytes) -> bytes:
    filters = sorted(pair for pair in request.query_params.multi_items() if pair[0] not in _PAGING)
    about = to_json([request.scope["path"], filters])
    key = _key(resources().serial)
    return hmac.new(key, about + b"\n" + data, hashlib.sha256).digest()[:_SIGNATURE_BYTES]


@lru_cache(maxsize=1)
def _key(_serial: int) -> bytes:
    return load_cursor_key(resources().settings)


def _unknown_cursor() -> InvalidInputError:
    return InvalidInputError(
        "This cursor does not belong to this list; begin anew without it.", field="cursor"
    )
