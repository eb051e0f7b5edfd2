"""`/find.json?q=`: what the box of the search over everything shows, for whoever is signed in."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.finding.presenters.found import Found, found_pages, found_things
from console.i18n import _, use_language
from console.navigation import REGISTRY
from console.runtime import OutageError, explanation_of, now, read_session
from console.web.visitors import address_of, find_visitor, language_of, zone_of
from console.words.errors import error_sentence
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.finding import search

_NO_STORE: Final = {"cache-control": "no-store"}


def answer(request: Request) -> Response:
    """Return what has the words of `q` in its name; nothing that this person may not see."""
    with use_language(language_of(request)):
        try:
            return _answer(request)
        except OutageError as error:
            sentence = error_sentence(explanation_of(error))
            body = {"error": sentence, "code": "unavailable"}
            return JSONResponse(body, status_code=503, headers=_NO_STORE)


def _answer(request: Request) -> Response:
    text, at = request.query_params.get("q", ""), now()
    person = find_visitor(request)
    if person is None:
        body = {"error": "Sign in first.", "code": "signed_out"}
        return JSONResponse(body, status_code=401, headers=_NO_STORE)
    actor = Actor(person.id, person.username, person.role, address_of(request))
    with read_session() as session:
        hits = search.find(session, text, actor=actor, now=at)
    found = [*_pages(text, person.role), *found_things(hits, zone_of(request), now=at)]
    return JSONResponse({"found": [one.as_json() for one in found]}, headers=_NO_STORE)


def _pages(text: str, role: Role) -> list[Found]:
    listed = (
        (_(entry.title), entry.path)
        for entry in REGISTRY
        if entry.is_listed and has_at_least(role, entry.role)
    )
    return found_pages(text, listed)
