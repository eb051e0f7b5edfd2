"""The report of a month as one HTML document: to read, to print, to keep; it runs no scripts."""

import hashlib
import re
from base64 import b64encode
from dataclasses import dataclass
from html import escape

from console.analysis.presenters.figures import percent_text
from console.analysis.report.sections import every_section
from console.analysis.report.words import made, month_words, scope, summary, title
from console.i18n import _, current_language, use_language
from console.theme import stylesheet
from console.words.formatting import duration, number
from infoscreen_core.services.monitoring.monthly.views import MonthReport


@dataclass(frozen=True)
class Document:
    """A whole HTML document, and what a browser may load with it: nothing but its own style."""

    html: str
    style: str

    @property
    def policy(self) -> str:
        """Its content security policy."""
        digest = b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        return (
            f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self'; "
            "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )


def document(report: MonthReport, *, language: str) -> str:
    """Return the report as a document that stands for itself, such as a file."""
    with use_language(language):
        return report_document(report, "").html


def report_document(report: MonthReport, controls: str) -> Document:
    """Return the report in the current language; `controls` is HTML that is not printed."""
    name = report.organization or "Infoscreen"
    foot = f"{name} · {title(report)}"
    style = stylesheet("report.css") + _page_feet(foot, _("Page"))
    body = (
        f"{controls}<main><header><p>{escape(name)}</p><h1>{escape(title(report))}</h1>"
        f"<p>{escape(scope(report))}</p></header>"
        f'<p class="summary">{_unbroken(summary(report))}</p>{_key_figures(report)}'
        f"{every_section(report)}<footer><p>{escape(made(report))}</p></footer></main>"
    )
    return _document(f"{title(report)} – {name}", style, body)


def _unbroken(text: str) -> str:
    """Return a text as HTML in which no line ends between a number and its unit."""
    return re.sub(r"(?<=\d) (?=%|h\b|min\b|s\b)|(?<=\bh) (?=\d\d\b)", "&nbsp;", escape(text))


def sentence_document(heading: str, sentence: str) -> Document:
    """Return a document that says why there is no report, and leads back."""
    back = f'<p><a href="/analysis">{escape(_("Back to the analysis"))}</a></p>'
    body = f"<main><h1>{escape(heading)}</h1><p>{escape(sentence)}</p>{back}</main>"
    return _document(heading, stylesheet("report.css"), body)


def _document(title_text: str, style: str, body: str) -> Document:
    html = (
        f'<!DOCTYPE html>\n<html lang="{current_language()}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="only light">\n'
        f"<title>{escape(title_text)}</title>\n<style>{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return Document(html, style)


def _key_figures(report: MonthReport) -> str:
    pairs = (
        (_("Available"), percent_text(report.whole)),
        (month_words(report.month.before), percent_text(report.before)),
        (_("Outages"), number(report.whole.outage_count)),
        (_("Down"), duration(report.whole.down)),
        (_("Not seen"), duration(report.unseen)),
    )
    cells = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in pairs
    )
    return f'<dl class="figures">{cells}</dl>'


def _page_feet(text: str, page: str) -> str:
    """Return the style that numbers the pages; browsers that cannot do that leave it out."""
    return (
        f'@page {{ @bottom-left {{ content: "{_quoted(text)}"; }} '
        f'@bottom-right {{ content: "{_quoted(page)} " counter(page) " / " counter(pages); }} }}'
    )


def _quoted(text: str) -> str:
    """Return a text for a CSS string; whatever is not plain is written by its number."""
    return "".join(
        character if character.isascii() and character.isalnum() else f"\\{ord(character):06x}"
        for character in text
    )
