"""What screens showed as a file to download, for whoever may open its page."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.i18n import use_language
from console.navigation import may_open
from console.plays.asked import Asked, read_asked
from console.plays.data import each_screen, read_totals
from console.plays.presenters.files import PlayWords, play_words, plays_csv
from console.runtime import now, read_session
from console.web.files.downloads import CSV, download_headers, not_allowed
from console.web.visitors import language_of, session_token
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK
from infoscreen_core.services.people import sign_in


def as_csv(request: Request) -> Response:
    """Serve every play of what the address asks for, as the page reads it."""
    with read_session() as session:
        person = sign_in.find_person(session, session_token(request) or "", now=now())
    if person is None or not may_open(person.role, "plays"):
        return not_allowed()
    name = f"infoscreen-plays-{now():%Y%m%d}.csv"
    with use_language(language_of(request)):
        words = play_words()
    chunks = _chunks(read_asked(request.query_params), words)
    return StreamingResponse(chunks, media_type=CSV, headers=download_headers(name))


def _chunks(asked: Asked, words: PlayWords) -> Iterator[str]:
    found = read_totals(asked)
    yield BYTE_ORDER_MARK
    yield from plays_csv(each_screen(asked), found.groups, found.zone, words)
