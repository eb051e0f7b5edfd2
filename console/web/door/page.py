"""The page at the door: plain HTML with one form, so that it works before any session exists."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from console.i18n import LANGUAGES, use_language
from console.runtime import OutageError, explanation_of, read_session
from console.theme import THEME
from console.web.visitors import LANGUAGE_COOKIE, language_of
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.system_settings import get_setting

MAX_FORM_BYTES: Final = 16_384
_TEMPLATE: Final = Template((THEME / "sign_in.html").read_text(encoding="utf-8"))
_YEAR_SECONDS: Final = 365 * 24 * 3600
_STATUS: Final = {"busy": 503, "unavailable": 503, "limited": 429, "invalid": 422}


@dataclass(frozen=True)
class Input:
    """One field of the form; `name` is also its id."""

    name: str
    label: str
    value: str = ""
    kind: str = "password"
    autocomplete: str = "current-password"
    most: int = 1024
    hint: str = ""
    has_focus: bool = False

    def html(self) -> str:
        """Return label, field and hint."""
        name = escape(self.name)
        described = f' aria-describedby="{name}-hint"' if self.hint else ""
        hint = f'<p class="note" id="{name}-hint">{escape(self.hint)}</p>' if self.hint else ""
        return (
            f'<label for="{name}">{escape(self.label)}</label>'
            f'<input id="{name}" name="{name}" type="{self.kind}" value="{escape(self.value)}"'
            f' autocomplete="{self.autocomplete}" autocapitalize="none" spellcheck="false"'
            f' maxlength="{self.most}" required{described}{" autofocus" * self.has_focus}>{hint}'
        )


@dataclass(frozen=True)
class DoorForm:
    """What the page shows; all texts are in the visitor's language already."""

    action: str
    """Where the form is sent, and where the links to the other languages lead."""
    title: str
    submit: str
    inputs: tuple[Input, ...]
    message: str = ""
    """HTML above the fields."""
    hidden: Mapping[str, str] = field(default_factory=dict)
    """Sent along."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What the address asked for, and is to ask for in another language, too."""
    below: str = ""
    """HTML below the form."""


def draw(request: Request, form: Callable[[], DoorForm], *, status: int = 200) -> Response:
    """Return the page in the visitor's language, in which `form` is called."""
    language = language_of(request)
    with use_language(language):
        text = _TEMPLATE.substitute(_places(form(), language))
    answer = HTMLResponse(text, status_code=status, headers={"cache-control": "no-store"})
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=_YEAR_SECONDS,
            path="/",
            httponly=True,
            samesite="lax",
        )
    return answer


def refused(
    request: Request, error: InfoscreenError, form: Callable[[str], DoorForm], *, status: int = 401
) -> Response:
    """Return the page with the sentence of an error; `form` gets it as HTML."""
    return draw(
        request,
        lambda: form(error_message(error_sentence(error))),
        status=_STATUS.get(error.code, status),
    )


def unavailable(request: Request, outage: OutageError, form: Callable[[str], DoorForm]) -> Response:
    """Return the page with what is wrong with the machine."""
    return draw(
        request, lambda: form(error_message(error_sentence(explanation_of(outage)))), status=503
    )


def error_message(sentence: str) -> str:
    """Return the sentence as it stands above the fields."""
    return f'<p class="error" role="alert">{escape(sentence)}</p>'


def too_large(request: Request) -> Response | None:
    """Return the refusal of a form that is too large to be one of ours, None for others."""
    if int(request.headers.get("content-length") or 0) <= MAX_FORM_BYTES:
        return None
    return JSONResponse({"error": "The form is too large.", "code": "invalid"}, status_code=413)


async def texts_of(request: Request) -> dict[str, str]:
    """Return the form's texts; files, which none of ours has, are left out."""
    fields = await request.form(max_fields=8, max_files=0)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def foreign() -> Response:
    """Return the refusal of what another site's page asked for."""
    return JSONResponse(
        {"error": "This request came from another site.", "code": "foreign_origin"}, status_code=403
    )


def _places(form: DoorForm, language: str) -> dict[str, str]:
    return {
        "language": language,
        "title": escape(form.title),
        "organization": escape(_organization()),
        "action": escape(form.action),
        "message": form.message,
        "fields": "\n".join((*_hidden(form.hidden), *(one.html() for one in form.inputs))),
        "submit": escape(form.submit),
        "below": form.below,
        "languages": "".join(_language_link(form, code, language) for code in LANGUAGES),
    }


def _hidden(values: Mapping[str, str]) -> list[str]:
    return [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values.items()
    ]


def _language_link(form: DoorForm, code: str, current: str) -> str:
    address = escape(f"{form.action}?{urlencode({'lang': code, **form.asked})}")
    mark = ' aria-current="true"' if code == current else ""
    return (
        f'<a href="{address}" hreflang="{code}" lang="{code}"{mark}>{escape(LANGUAGES[code])}</a>'
    )


def _organization() -> str:
    try:
        with read_session() as session:
            return str(get_setting(session, "organization_name"))
    except OutageError:
        return ""
