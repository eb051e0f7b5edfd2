"""Who may fetch a file: whoever is signed in, and whoever has a link that is good."""

import re
from functools import lru_cache
from typing import Final

from starlette.requests import HTTPConnection, Request
from starlette.types import Scope

from console.runtime import now, read_session, resources
from console.shared import shared
from console.web.visitors import bearer_of, has_api_token, has_session
from infoscreen_core.domain.media.links import Claim, Signer, read_claim
from infoscreen_core.services.encryption import load_signer
from infoscreen_core.services.media.delivery import Asked, Delivery, find_asked, is_allowed

FOLDERS: Final = ("/api/eventmedia/stream/", "/api/files/converted/", "/files/")
_FILE: Final = re.compile(
    r"/api/eventmedia/stream/[0-9]+/.*|/api/files/converted/.*|/files/[0-9]+/(?!pages$)[^/]+",
    re.DOTALL,
)
"""What `console/web/media/delivery.py` answers; below `/files` pages of documents lie, too."""
_KEPT_SECONDS: Final = 1.0
"""How long a player fetches on, range by range, without the database being asked again."""
_KEPT_FILES: Final = 1024
_SIGNATURE: Final = re.compile(rb"(?:^|&)s=")


def is_of_file(path: str) -> bool:
    """Whether a path is that of a file, whose route looks at links itself."""
    return _FILE.fullmatch(path) is not None


def carries_key(scope: Scope) -> bool:
    """Whether a request brings a player's link or an API token, good or not, to a file's route."""
    return (
        scope["type"] == "http"
        and is_of_file(scope["path"])
        and (
            _SIGNATURE.search(scope["query_string"]) is not None
            or bearer_of(HTTPConnection(scope)) is not None
        )
    )


def claim_of(request: Request) -> Claim | None:
    """Return what the request's link claims; None where it has none, or nothing of that form."""
    return read_claim(request.query_params)


@shared(seconds=_KEPT_SECONDS, entries=_KEPT_FILES)
def find(asked: Asked) -> tuple[Delivery | None, int | None]:
    """Return what is asked for, and the present term of the asking group's links."""
    with read_session() as session:
        return find_asked(session, resources().media_store, asked)


def has_good_link(claim: Claim | None, delivery: Delivery | None, term: int | None) -> bool:
    """Whether the file may be fetched without a session."""
    if claim is None:
        return False
    return is_allowed(_signer(resources().serial), claim, delivery, term, now=now())


def is_person(request: HTTPConnection) -> bool:
    """Whether somebody asks who is signed in, or their program: every role may look at media."""
    return has_session(request) or has_api_token(request)


@lru_cache(maxsize=1)
def _signer(_serial: int) -> Signer:
    return load_signer(resources().settings)
