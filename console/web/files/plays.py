"""What screens showed as a file to download, for whoever may open its page."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from console.i18n import use_language
from console.plays.asked import Asked, read_asked
from console.plays.data import each_screen, read_totals
from console.plays.presenters.files import PlayWords, play_words, plays_csv
from console.runtime import now
from console.web.files.downloads import CSV, download_headers, find_reader, not_allowed
from console.web.visitors import language_of
from infoscreen_core.formats.csv_writer import BYTE_ORDER_MARK


def as_csv(request: Request) -> Response:
    """Serve every play of what the address asks for, as the page reads it."""
    if find_reader(request, "plays") is None:
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
