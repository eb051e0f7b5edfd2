"""`/about/licence/NAME`: the licence and the notices of a package that the program is made of."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from console.about.packages import read_texts


def text(request: Request) -> Response:
    """Serve them as plain text."""
    found = read_texts(request.path_params["name"])
    if found is None:
        return PlainTextResponse("There is no such package.", status_code=404)
    return PlainTextResponse(found)
