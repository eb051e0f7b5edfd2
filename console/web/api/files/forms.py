"""Files as they are sent to the API, in a form (`multipart/form-data`) or as a body of their own.

Neither is ever held whole: what comes goes to a sink, piece by piece. The small fields of a form
are kept, and may as well stand in the address.
"""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from pydantic import ConfigDict, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from console.web.api.base import ApiModel
from console.web.api.bodies import allow
from console.web.api.problems import TooLargeError, TooSlowError
from console.web.api.refusals import SentError, refusal_of
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

ROOM_OF_FORM: Final = 2**17
"""Bytes of a form beside its file."""
_MOST_FIELDS: Final = 20
_MOST_FIELD_BYTES: Final = 4096
_FORM: Final = b"multipart/form-data"


class Sink(Protocol):
    """Where a file goes."""

    async def take(self, data: bytes) -> None:
        """Take the next bytes of it."""


class FormModel(ApiModel):
    """The small fields of a form, or of the address: texts, read as what they are to be."""

    model_config = ConfigDict(extra="forbid", from_attributes=False)


FormT = TypeVar("FormT", bound=FormModel)
BINARY: Final = {"type": "string", "format": "binary"}


def describe_upload(
    fields: Mapping[str, tuple[dict[str, Any], str]], *, required: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what the API's description says of an upload: a form, or the bytes with an address.

    `fields` has of each its schema and what it means.
    """
    form = {
        "type": "object",
        "required": ["file", *required],
        "additionalProperties": False,
        "properties": {"file": BINARY, **{name: schema for name, (schema, _) in fields.items()}},
    }
    body = {"multipart/form-data": {"schema": form}, "application/octet-stream": {"schema": BINARY}}
    return {
        "requestBody": {"required": True, "content": body},
        "parameters": [
            {"name": name, "in": "query", "schema": schema, "description": meaning}
            for name, (schema, meaning) in fields.items()
        ],
    }


@dataclass
class Form:
    """What came beside the bytes of a file."""

    file_name: str | None = None
    """As its sender calls it; None when no file came."""
    fields: dict[str, str] = field(default_factory=dict)

    def asked(self, form: type[FormT], request: Request) -> FormT:
        """Return the fields, also those in the address; refuse unknown and wrong ones."""
        in_address = {name: value for name, value in request.query_params.items() if name != "lang"}
        for name in in_address.keys() & self.fields.keys():
            raise SentError(
                "The field {name} stands in the address and in the form; send it once.",
                field=name,
                name=name,
            )
        try:
            return form.model_validate({**in_address, **self.fields})
        except ValidationError as error:
            raise refusal_of(error.errors()) from None


class Memory:
    """A sink for small files."""

    def __init__(self, most: int) -> None:
        self._most, self._data = most, bytearray()

    async def take(self, data: bytes) -> None:
        """Keep the bytes; raise `TooLargeError` for too many."""
        check_size(len(self._data) + len(data), self._most)
        self._data += data

    @property
    def content(self) -> bytes:
        """All that came."""
        return bytes(self._data)


def check_size(size: int, most: int) -> None:
    """Raise `TooLargeError` for a file that has more bytes than are taken."""
    if size > most:
        raise TooLargeError(
            "The file has more than {most} bytes, which are allowed; send a smaller one.",
            field="file",
            most=most,
        )


async def read_form(request: Request, sink: Sink, *, most: int) -> Form:
    """Send the request's file, of at most so many bytes, into the sink; return what else came.

    A body that is no form is the file itself. Raises `InvalidInputError` for a form that cannot be
    read or holds no file, `TooSlowError` when its sender is gone.
    """
    allow(request, most + ROOM_OF_FORM)
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind == _FORM:
        form = await _read_parts(request, sink, options.get(b"boundary", b""))
    else:
        form = Form(file_name=request.query_params.get("name"))
        async for chunk in _chunks(request):
            await sink.take(chunk)
    if form.file_name is None:
        raise InvalidInputError(
            "The file is missing; send it as the field file of a form, or as the body, with its "
            "name in the address: ?name=plan.pdf.",
            field="file",
        )
    return form


async def _read_parts(request: Request, sink: Sink, boundary: bytes) -> Form:
    if not boundary:
        raise _unreadable()
    reader, form = _Parts(), Form()
    try:
        parser = MultipartParser(boundary, reader.callbacks)
        async for chunk in _chunks(request):
            parser.write(chunk)
            for part, data in reader.drain():
                await _hand_over(form, part, data, sink)
    except FormParserError:
        raise _unreadable() from None
    if not reader.is_complete:
        raise _unreadable()
    return form


async def _hand_over(form: Form, part: "_Part", data: bytes, sink: Sink) -> None:
    if part.file_name is None:
        _keep(form, part.name, data)
    else:
        form.file_name = part.file_name
        await sink.take(data)


def _keep(form: Form, name: str, data: bytes) -> None:
    text = form.fields.get(name, "") + data.decode("utf-8", "replace")
    if len(form.fields) >= _MOST_FIELDS or len(text) > _MOST_FIELD_BYTES:
        raise InvalidInputError(
            "The form has more, or longer, fields than are known here; leave {name} out.",
            field=name,
            name=shown(name),
        )
    form.fields[name] = text


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            chunk = await anext(stream, b"")
        except ClientDisconnect:
            raise TooSlowError("The file did not come to its end in time; send it again.") from None
        if not chunk:
            return
        yield chunk


@dataclass(frozen=True)
class _Part:
    name: str
    file_name: str | None
    """None for a small field."""


class _Parts:
    """What a parser finds, in order, until somebody takes it."""

    def __init__(self) -> None:
        self.is_complete = False
        self._headers: dict[bytes, bytes] = {}
        self._name = self._value = b""
        self._part = _Part("", None)
        self._has_file = False
        self._found: list[tuple[_Part, bytes]] = []

    @property
    def callbacks(self) -> "MultipartCallbacks":
        """What the parser is to call."""
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": self._on_name,
            "on_header_value": self._on_value,
            "on_header_end": self._on_header,
            "on_headers_finished": self._on_headers,
            "on_part_data": self._on_data,
            "on_end": self._on_end,
        }

    def drain(self) -> Iterator[tuple[_Part, bytes]]:
        """Return what was found since the last time."""
        found, self._found = self._found, []
        yield from found

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _on_headers(self) -> None:
        said = self._headers.get(b"content-disposition", b"").decode("utf-8", "replace")
        options = _options(said)
        self._part = _Part(options.get("name", ""), options.get("filename"))
        if self._part.file_name is not None and self._has_file:
            raise InvalidInputError("Send one file at a time; this form has several.", field="file")
        self._has_file = self._has_file or self._part.file_name is not None
        self._found.append((self._part, b""))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._found.append((self._part, data[start:end]))

    def _on_end(self) -> None:
        self.is_complete = True


def _options(header: str) -> dict[str, str]:
    # The parser knows Latin-1 only, and browsers send UTF-8: its bytes go through as they are.
    _kind, options = parse_options_header(header.encode("utf-8").decode("latin-1"))
    return {
        key.decode("latin-1"): value.decode("utf-8", "replace") for key, value in options.items()
    }


def _unreadable() -> InvalidInputError:
    return InvalidInputError(
        "The form cannot be read, or ends too early; send it as multipart/form-data.", field="file"
    )
