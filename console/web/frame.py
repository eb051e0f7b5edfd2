"""The frame around every page: Streamlit's index with our title, icon, stylesheet and script."""

import json
import re
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from streamlit.file_util import get_static_dir

from console.i18n import LANGUAGES, _, use_language
from console.navigation import UNKNOWN
from console.theme import THEME
from console.web.own import address_of
from console.web.visitors import language_of, theme_of

_ICON_SIZE: Final = 64
_UNKNOWN_PATH: Final = f"/{UNKNOWN}"
_DAY: Final = {"cache-control": "public, max-age=86400"}
_REVALIDATE: Final = {"cache-control": "no-cache"}


def page(request: Request) -> HTMLResponse:
    """Serve the document that runs the console's pages, in the visitor's language."""
    return HTMLResponse(_document(request), headers=_REVALIDATE)


def unknown(request: Request) -> HTMLResponse:
    """Serve the same for an address without a page: the console's page that says so."""
    text, path = _document(request), request.scope["path"]
    if path != _UNKNOWN_PATH:
        target = json.dumps(f"{_UNKNOWN_PATH}?{urlencode({'address': path})}")
        move = f"<script>history.replaceState(null, '', {target})</script>"
        text = text.replace("<head>", f"<head>{move}", 1)
    return HTMLResponse(text, status_code=404, headers=_REVALIDATE)


async def icon(_request: Request) -> Response:
    """Serve the icon for browsers that take SVG."""
    return Response((THEME / "icon.svg").read_bytes(), media_type="image/svg+xml", headers=_DAY)


async def favicon(_request: Request) -> Response:
    """Serve the icon as PNG, where a browser asks for nothing else."""
    return Response(_drawn_icon(), media_type="image/png", headers=_DAY)


def _document(request: Request) -> str:
    look = f'lang="{language_of(request)}" data-theme="{theme_of(request) or ""}"'
    return _index().replace('<html lang="en">', f"<html {look}>")


@cache
def _index() -> str:
    text = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    words = escape(json.dumps(_words(), ensure_ascii=False))
    head = (
        "<title>Infoscreen</title>"
        f'<link rel="stylesheet" href="{address_of("console.css")}">'
        f'<script src="{address_of("console.js")}" data-words="{words}" '
        f'data-media="{address_of("media.js")}" data-listing="{address_of("listing.js")}"></script>'
    )
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r'<link\s+rel="(?:service-desc|preload)".*?/>', "", text, flags=re.DOTALL)
    text = text.replace("./favicon.png", "/icon.svg")  # one picture less: the pages show it, too
    noscript = (
        "<noscript><p>Diese Seite braucht JavaScript. This page needs JavaScript.</p></noscript>"
    )
    text = re.sub(r"<noscript>.*?</noscript>", noscript, text, flags=re.DOTALL)
    return re.sub(r"<title>.*?</title>", lambda _found: head, text.strip(), flags=re.DOTALL)


def _words() -> dict[str, dict[str, str]]:
    """Return what `connection.js` says, in every language: people change it on the page."""
    words = {}
    for language in LANGUAGES:
        with use_language(language):
            words[language] = {
                "silent": _("The console gives no answer."),
                "since": _(
                    "What stands here is as of {time}, {age} old.", time="{time}", age="{age}"
                ),
                "again": _("It goes on by itself; what you have typed stays."),
                "over": _("Your session is over."),
                "rescue": _("Copy what you have typed since then."),
                "sign_in": _("Sign in"),
                "ago": _("{amount} ago", amount="{amount}"),
                "to_come": _("in {amount}", amount="{amount}"),
                "now": _("just now"),
                "due": _("now"),
            }
    return words


@cache
def _drawn_icon() -> bytes:
    """Draw `icon.svg`'s shapes: a screen on its stand."""
    image = Image.new("RGBA", (_ICON_SIZE, _ICON_SIZE))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((4, 8, 60, 46), 8, fill="#3F51B5")
    draw.rounded_rectangle((11, 15, 31, 39), 3, fill="#FFFFFF")
    for top, bottom, color in ((15, 21, "#DCE0F3"), (25, 31, "#A9B2DF"), (34, 39, "#5FD0B2")):
        draw.rounded_rectangle((36, top, 53, bottom), 2, fill=color)
    draw.rounded_rectangle((22, 52, 42, 57), 2, fill="#8A94A6")
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
