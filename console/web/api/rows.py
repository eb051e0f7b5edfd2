"""Frozen views as rows of the API, without a detour: only names change, and JSON takes the rest.

A form is asked for its names once; its types are what the description says, and tests compare both.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from operator import attrgetter
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from console.web.api.base import ApiModel
from console.web.api.paging import PageQuery, listed
from infoscreen_core.errors import InfoscreenError

ViewT = TypeVar("ViewT")


def row(view: object, form: type[ApiModel], **more: object) -> dict[str, object]:
    """Return a view by the names of its form; `more` are fields, by ours, that it has not."""
    if more:
        return {
            alias: more[name] if name in more else getattr(view, name)
            for alias, name in _names(form)
        }
    aliases, values_of = _whole(form)
    return dict(zip(aliases, values_of(view), strict=True))


def pieces(
    found: Sequence[ViewT],
    page: PageQuery,
    request: Request,
    *,
    key: Callable[[ViewT], Sequence[object]],
    write: Callable[[ViewT], dict[str, object]],
) -> Response:
    """Answer a piece of a list, of which one more than asked for was read where there is more."""
    told = found[: page.limit]
    goes_on_after = key(told[-1]) if len(found) > page.limit else None
    return listed([write(one) for one in told], goes_on_after, request)


@contextmanager
def told_as(**names: str) -> Iterator[None]:
    """Let refusals name fields as the request does, where services call them otherwise."""
    try:
        yield
    except InfoscreenError as error:
        for one in {error, *error.parts}:
            one.field = names.get(one.field or "", one.field)
        raise


@cache
def _whole(form: type[ApiModel]) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    aliases, names = zip(*_names(form), strict=True)
    return aliases, attrgetter(*names)


@cache
def _names(form: type[ApiModel]) -> tuple[tuple[str, str], ...]:
    return tuple((field.alias or name, name) for name, field in form.model_fields.items())
