"""Frozen views on their way out: into JSON by the names of a model, a piece of a list at a time."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from console.runtime import now, resources
from console.web.api.base import ApiModel
from console.web.api.paging import PageQuery, listed
from infoscreen_core.services.monitoring.directory.pages import Clockwork

T = TypeVar("T")
Json = dict[str, Any]
Shape = Callable[[T], Json]
"""Turns a view into what is answered of it."""


def shape_of(model: type[ApiModel]) -> Callable[[object], Json]:
    """Return what writes views as a model does, without checking again what is our own.

    For lists: a model of each entry would take longer than the database.
    """
    names = tuple(model.model_fields)
    keys = tuple(field.alias or name for name, field in model.model_fields.items())
    read = attrgetter(*names)
    return lambda view: dict(zip(keys, read(view), strict=True))


def piece(found: Sequence[T], page: PageQuery) -> tuple[Sequence[T], T | None]:
    """Return a piece of a list, and its last entry if more follow; one more was looked for."""
    kept = found[: page.limit]
    return kept, kept[-1] if len(found) > page.limit else None


def listed_as(
    request: Request,
    page: PageQuery,
    found: Sequence[T],
    *,
    shape: Shape[T],
    place: Callable[[T], Sequence[object]],
) -> Response:
    """Answer a piece of a list; `place` says what an entry is sorted by."""
    kept, last = piece(found, page)
    return listed([shape(one) for one in kept], None if last is None else place(last), request)


def clockwork() -> Clockwork:
    """Return how players are read now."""
    settings = resources().settings
    ttl = timedelta(seconds=settings.priority_screenshot_ttl_seconds)
    return Clockwork(now(), settings.heartbeat_grace, ttl)
