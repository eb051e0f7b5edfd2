"""The facts of the installation, and the packages that it is made of, as HTML."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from console.i18n import _
from console.words import html
from console.words.formatting import MISSING
from infoscreen_core.domain.text.names import folded


@dataclass(frozen=True, slots=True)
class Package:
    """One installed package."""

    name: str
    version: str
    licence: str
    """As the package names it; empty where it does not."""
    summary: str
    address: str
    """Where it is at home; empty where it does not say."""
    texts: tuple[str, ...]
    """Names of the files with its licence and notices."""


def facts_html(facts: Iterable[tuple[str, str]]) -> str:
    """Return labels with their values."""
    rows = "".join(
        f'<div><dt>{escape(label)}</dt><dd translate="no">{escape(value or MISSING)}</dd></div>'
        for label, value in facts
    )
    return f'<dl class="is-facts">{rows}</dl>'


def matching(packages: Sequence[Package], text: str) -> list[Package]:
    """Return the packages that have all words of the text in name, licence or summary."""
    words = folded(text).split()
    return [
        one
        for one in packages
        if all(word in folded(f"{one.name} {one.licence} {one.summary}") for word in words)
    ]


def packages_html(packages: Iterable[Package]) -> str:
    """Return the table of packages, each with the way to its licence."""
    head = (_("Program"), _("Package version"), _("Licence"), _("What it does"))
    return html.table(head, [_cells(one) for one in packages], caption=_("Programs of others"))


def _cells(one: Package) -> tuple[str, ...]:
    name = escape(one.name)
    if one.address:
        target = 'target="_blank" rel="noopener noreferrer"'
        name = f'<a href="{escape(one.address)}" {target}>{name}</a>'
    return tuple(map(_in_english, (name, escape(one.version), _licence(one), escape(one.summary))))


def _in_english(html: str) -> str:
    """Return what others wrote, marked as what it is for whoever has it read out."""
    return f'<span lang="en">{html}</span>'


def _licence(one: Package) -> str:
    if not one.texts:
        return escape(one.licence or MISSING)
    hidden = f'<span class="is-hidden"> {escape(one.name)}</span>'
    word = escape(one.licence or _("Text"))
    return f'<a href="/about/licence/{quote(one.name)}" target="_blank">{word}{hidden}</a>'
