"""Office documents that are packages of XML: OOXML and OpenDocument, in any order of parts."""

import re
from collections.abc import Iterator
from typing import Final

from infoscreen_core.domain.media.limits import MEBIBYTE
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content
from infoscreen_core.files.kinds.xml_safely import (
    SEPARATOR,
    Attributes,
    EntitiesError,
    MalformedError,
    OnElement,
    find_root,
    read_elements,
)
from infoscreen_core.files.kinds.zips import Budget, Package, check_parts, opened_package

_TYPES: Final = "[Content_Types].xml"
_RELATIONS: Final = "_rels/.rels"
_MIMETYPE: Final = "mimetype"
_MANIFEST: Final = "META-INF/manifest.xml"
_LARGEST_XML: Final = 16 * MEBIBYTE
"""Of a part that is read whole: a list of parts."""
_FIRST: Final = 4096
_PROLOG: Final = MEBIBYTE
"""Of a part of which only the beginning is read."""
_OOXML: Final = (
    ("presentationml.presentation.main+xml", MediaType.PPTX),
    ("presentationml.slideshow.main+xml", MediaType.PPTX),
    ("presentationml.template.main+xml", MediaType.PPTX),
    ("wordprocessingml.document.main+xml", MediaType.DOCX),
    ("wordprocessingml.template.main+xml", MediaType.DOCX),
)
_ODF: Final = {
    "application/vnd.oasis.opendocument.presentation": MediaType.ODP,
    "application/vnd.oasis.opendocument.presentation-template": MediaType.ODP,
    "application/vnd.oasis.opendocument.text": MediaType.ODT,
    "application/vnd.oasis.opendocument.text-template": MediaType.ODT,
}
_ODF_PREFIX: Final = "application/vnd.oasis.opendocument."
_MACRO_TYPES: Final = re.compile(r"macroEnabled|vbaProject|ms-office\.vba", re.IGNORECASE)
_MACRO_NAMES: Final = re.compile(r"(^|/)vba(Project|Data)\.(bin|xml)$|\.bas$", re.IGNORECASE)
_EMPTY_LIBRARY: Final = frozenset({"script-lb.xml", "script-lc.xml"})
"""Parts of a library of macros in which there are none."""


def check_package(content: Content) -> MediaType:
    """Return which document a package is; raise `InvalidInputError` for a wrong or bad one."""
    budget = Budget(content.name, content.limits)
    with content.path.open("rb") as file, opened_package(file, content.size, budget) as package:
        kind = _kind(package)
        _check_prologs(package)
        check_parts(package)
    return kind


def _kind(package: Package) -> MediaType:
    names = package.names
    if _TYPES in names:
        return _ooxml_kind(package)
    if _MIMETYPE in names:
        return _odf_kind(package)
    raise refusals.wrong_kind(package.budget.name, "ZIP")


def _ooxml_kind(package: Package) -> MediaType:
    name = package.budget.name
    defaults, overrides = _content_types(package)
    types = [*defaults.values(), *overrides.values()]
    if any(map(_MACRO_TYPES.search, types)) or any(map(_MACRO_NAMES.search, package.names)):
        raise refusals.has_macros(name)
    main = _main_part(package)
    if main is None or main not in {one.lower() for one in package.names}:
        raise refusals.damaged(name)
    found = overrides.get(f"/{main}") or defaults.get(main.rpartition(".")[2]) or ""
    for ending, kind in _OOXML:
        if found.endswith(ending):
            return kind
    raise refusals.wrong_kind(name, _shown_type(found))


def _odf_kind(package: Package) -> MediaType:
    name = package.budget.name
    mime = package.read(_MIMETYPE, 200).decode("ascii", "replace").strip()
    kind = _ODF.get(mime)
    if kind is None:
        raise refusals.wrong_kind(name, _shown_type(mime))
    if any(map(_is_odf_macro, package.names)):
        raise refusals.has_macros(name)
    if "content.xml" not in package.names or _MANIFEST not in package.names:
        raise refusals.damaged(name)
    if _has_encryption(package):
        raise refusals.protected(name)
    return kind


def _is_odf_macro(part: str) -> bool:
    first, *inner = part.split("/")
    if first == "Scripts":
        return any(inner)
    return first == "Basic" and part.endswith(".xml") and inner[-1] not in _EMPTY_LIBRARY


def _content_types(package: Package) -> tuple[dict[str, str], dict[str, str]]:
    """Return the types of parts by suffix and by path, in lower case."""
    defaults: dict[str, str] = {}
    overrides: dict[str, str] = {}

    def note(element: str, attributes: Attributes) -> None:
        kind = attributes.get("ContentType", "")
        match element.rpartition(SEPARATOR)[2]:
            case "Default":
                defaults[attributes.get("Extension", "").lower()] = kind
            case "Override":
                overrides[attributes.get("PartName", "").lower()] = kind

    _read_part(package, _TYPES, note)
    return defaults, overrides


def _main_part(package: Package) -> str | None:
    """Return the path, in lower case, of the part that is the document."""
    found: list[str] = []

    def note(_element: str, attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lower().lstrip("/").removeprefix("./"))

    if _RELATIONS in package.names:
        _read_part(package, _RELATIONS, note)
    return found[0] if found else None


def _has_encryption(package: Package) -> bool:
    found: list[str] = []

    def note(element: str, _attributes: Attributes) -> None:
        if element.rpartition(SEPARATOR)[2] == "encryption-data":
            found.append(element)

    _read_part(package, _MANIFEST, note)
    return bool(found)


def _read_part(package: Package, part: str, note: OnElement) -> None:
    try:
        read_elements([package.read(part, _LARGEST_XML)], note)
    except EntitiesError:
        raise refusals.has_entities(package.budget.name) from None
    except MalformedError:
        raise refusals.damaged(package.budget.name) from None


def _check_prologs(package: Package) -> None:
    """Entities are defined before the first element, which has to come soon."""
    name = package.budget.name
    for part in package.members:
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        try:
            root = find_root(_pieces(package, part.filename))
        except EntitiesError:
            raise refusals.has_entities(name) from None
        if root is None and part.file_size > _PROLOG:
            raise refusals.damaged(name)


def _pieces(package: Package, part: str) -> Iterator[bytes]:
    first = package.read(part, _FIRST)
    yield first
    if len(first) == _FIRST:  # there may be more
        yield package.read(part, _PROLOG)[_FIRST:]


def _shown_type(mime: str) -> str:
    """Return a type as people may know it: what stands before the technical ending."""
    if mime.startswith(_ODF_PREFIX):
        return f"OpenDocument ({mime.removeprefix(_ODF_PREFIX)})"
    if "spreadsheetml" in mime:
        return "XLSX"
    return mime or "ZIP"
