"""The report of a month as a page to print, for whoever may open the analysis."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.analysis.report.asked import choices, read_asked
from console.analysis.report.controls import controls
from console.analysis.report.document import Document, report_document, sentence_document
from console.i18n import _, use_language
from console.runtime import OutageError, explanation_of
from console.web.files.downloads import find_reader
from console.web.visitors import language_of
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError, NotAllowedError, NotFoundError

_PAGE = "analysis"


def page(request: Request) -> Response:
    """Serve the report of `month` and `group`; what is wrong with them is said in a sentence."""
    with use_language(language_of(request)):
        try:
            _check_role(request)
            found = read_asked(request.query_params)
            made = report_document(found, controls(found, choices(found)))
        except InfoscreenError as error:
            return _refusal(error, 404 if isinstance(error, NotFoundError) else 400)
        except OutageError as error:
            return _refusal(explanation_of(error), 503)
        return _answer(made, 200)


def _check_role(request: Request) -> None:
    if find_reader(request, _PAGE) is None:
        raise NotAllowedError("Your role does not allow this.")


def _refusal(error: InfoscreenError, status: int) -> Response:
    status = 403 if isinstance(error, NotAllowedError) else status
    return _answer(sentence_document(_("No report"), error_sentence(error)), status)


def _answer(made: Document, status: int) -> HTMLResponse:
    headers = {"content-security-policy": made.policy, "cache-control": "no-store"}
    return HTMLResponse(made.html, status, headers=headers)
