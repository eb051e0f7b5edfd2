"""In which language the API speaks: errors are sentences."""

from contextlib import AbstractContextManager

from starlette.requests import HTTPConnection

from console.i18n import LANGUAGES, use_language
from console.identity import house_language
from console.runtime import read_session
from console.shared import shared
from console.web.api.callers import find_caller
from console.web.visitors import language_of


def spoken_language(request: HTTPConnection) -> str:
    """Return `?lang=`, else the first known one of Accept-Language, else the caller's own."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    if accepted := _accepted(request.headers.get("accept-language", "")):
        return accepted
    caller = find_caller(request)
    return caller.identity.language if caller else language_of(request)


def spoken(request: HTTPConnection) -> AbstractContextManager[None]:
    """Let `_` answer in the caller's language inside the block."""
    return use_language(spoken_language(request))


@shared(seconds=5, entries=1)
def kept_house_language() -> str:
    """Return the language of those who chose none, without a question each time."""
    with read_session() as session:
        return house_language(session)


def _accepted(header: str) -> str | None:
    weighted = sorted(map(_weighted, header.split(",")), key=lambda one: -one[1])
    return next((name for name, weight in weighted if weight > 0 and name in LANGUAGES), None)


def _weighted(part: str) -> tuple[str, float]:
    name, _, weight = part.strip().partition(";q=")
    try:
        return name.strip().partition("-")[0].lower(), float(weight) if weight else 1.0
    except ValueError:
        return name, 0.0
