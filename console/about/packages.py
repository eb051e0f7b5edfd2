"""The programs of others that this one is made of, as the installed packages describe them."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from console.about.presenters.tables import Package

OWN: Final = "infoscreen"
_TEXT: Final = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_LONGEST: Final = 60
"""Characters of a licence's name; what is longer is its text."""
_CLASSIFIER: Final = "License :: "


@cache
def list_packages() -> tuple[Package, ...]:
    """Return what runs here besides our own, by name: all that is needed, directly or not."""
    found = {name: _package(one) for name, one in _needed().items()}
    return tuple(found[name] for name in sorted(found))


def read_texts(name: str) -> str | None:
    """Return the licence and the notices of one of these packages; None if it is none of them."""
    installed = _needed().get(canonicalize_name(name))
    if installed is None:
        return None
    texts = (path.read_text(encoding="utf-8") for path in _text_files(installed))
    return "\n\n".join(texts)


@cache
def _needed() -> dict[str, Distribution]:
    found: dict[str, Distribution] = {}
    waiting = list(_requirements(distribution(OWN)))
    while waiting:
        name = waiting.pop()
        if name in found or name == OWN:
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # wanted on other systems only
            continue
        waiting += _requirements(found[name])
    return found


def _requirements(installed: Distribution) -> Iterator[str]:
    for text in installed.requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            yield canonicalize_name(wanted.name)


def _package(installed: Distribution) -> Package:
    return Package(
        _value(installed, "Name"),
        installed.version,
        _licence(installed),
        _value(installed, "Summary"),
        _address(_value(installed, "Home-page"), _values(installed, "Project-URL")),
        tuple(path.name for path in _text_files(installed)),
    )


def _licence(installed: Distribution) -> str:
    named = _value(installed, "License-Expression") or _value(installed, "License")
    if named and len(named) <= _LONGEST and "\n" not in named:
        return named
    classifiers = (one for one in _values(installed, "Classifier") if _is_licence(one))
    return ", ".join(one.rpartition(" :: ")[2] for one in classifiers)


def _value(installed: Distribution, name: str) -> str:
    return next(iter(_values(installed, name)), "")


def _values(installed: Distribution, name: str) -> list[str]:
    return installed.metadata.get_all(name) or []


def _is_licence(classifier: str) -> bool:
    return classifier.startswith(_CLASSIFIER) and classifier != f"{_CLASSIFIER}OSI Approved"


def _address(home: str, urls: Iterable[str]) -> str:
    labelled = dict(url.split(", ", 1) for url in urls if ", " in url)
    known = {label.casefold(): url for label, url in labelled.items()}
    for label in ("homepage", "home", "repository", "source", "source code"):
        home = home or known.get(label, "")
    found = home or next(iter(known.values()), "")
    return found if found.startswith(("https://", "http://")) else ""


def _text_files(installed: Distribution) -> list[Path]:
    """Return the files beside the package's metadata that are called like a licence."""
    return [
        Path(str(path.locate()))
        for path in installed.files or ()
        if path.parts[0].endswith(".dist-info") and _TEXT.match(path.name)
    ]
