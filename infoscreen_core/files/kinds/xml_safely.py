"""XML of strangers, read without what lets it grow or reach for other files.

Expat by itself fetches nothing; here a document that defines any entity is refused before it is
used, so that nothing can grow, either.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final
from xml.parsers import expat

SEPARATOR: Final = "\x1f"
"""Between the namespace and the name of an element or attribute, as they are reported."""

Attributes = dict[str, str]
OnElement = Callable[[str, Attributes], None]


class EntitiesError(Exception):
    """The document defines entities, or relies on definitions in another file."""


class MalformedError(Exception):
    """It is no XML, or not all of it."""


class _Enough(Exception):  # noqa: N818 - no error: what was looked for is found
    """Ends the reading."""


def read_elements(chunks: Iterable[bytes], on_element: OnElement) -> None:
    """Call `on_element` for each element, with its attributes, in the document's order.

    Raises `EntitiesError` or `MalformedError`, or what `on_element` raises.
    """
    parser = _parser()
    parser.StartElementHandler = on_element
    _feed(parser, chunks)


def read_drawing(
    chunks: Iterable[bytes],
    on_element: OnElement,
    on_end: Callable[[str], None],
    on_text: Callable[[str], None],
    on_instruction: Callable[[str, str], None],
) -> None:
    """Read like `read_elements`, and report ends, texts and processing instructions too."""
    parser = _parser()
    parser.StartElementHandler = on_element
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    parser.ProcessingInstructionHandler = on_instruction
    _feed(parser, chunks)


def find_root(chunks: Iterable[bytes]) -> str | None:
    """Return the name of the first element, without its namespace; None if this is no XML.

    Reads no further, and raises `EntitiesError` for a document that defines any before it.
    """
    found: list[str] = []

    def note(name: str, _attributes: Attributes) -> None:
        found.append(name.rpartition(SEPARATOR)[2])
        raise _Enough

    with suppress(_Enough, MalformedError):
        read_elements(chunks, note)
    return found[0] if found else None


def _parser() -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _check_doctype
    parser.EntityDeclHandler = _refuse_entity
    parser.buffer_text = True
    return parser


def _feed(parser: expat.XMLParserType, chunks: Iterable[bytes]) -> None:
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)  # noqa: FBT003 - expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003 - the same
    except expat.ExpatError as error:
        raise MalformedError from error
    except (LookupError, UnicodeError, ValueError) as error:  # an encoding that nobody knows
        raise MalformedError from error


def _check_doctype(
    _name: str, system_id: str | None, public_id: str | None, has_internal_subset: int
) -> None:
    # Old drawings and manifests name their public DTD, which is never fetched.
    if has_internal_subset or (system_id and not public_id):
        raise EntitiesError


def _refuse_entity(*_declaration: object) -> None:
    raise EntitiesError
