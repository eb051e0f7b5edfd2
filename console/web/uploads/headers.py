"""What the headers of a tus request say; whoever sends something else is told what is wrong."""

import hashlib
import re
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers

TUS_VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,termination,checksum,expiration"
ALGORITHMS: Final = ("sha1", "sha256")
BODY_TYPE: Final = "application/offset+octet-stream"
MOST_METADATA: Final = 4096
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_ID: Final = re.compile(r"[1-9][0-9]{0,8}")


class ProtocolError(Exception):
    """A request that tus does not allow; the sentence is for whoever writes the client."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a sender says about a file."""

    name: str
    folder_id: int | None
    replaces_id: int | None
    text: str
    """As it was sent."""


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the bytes of one request have to be."""

    algorithm: str
    digest: bytes


def check_version(headers: Headers) -> None:
    """Refuse a client that speaks another version of the protocol."""
    if headers.get("tus-resumable") != TUS_VERSION:
        raise ProtocolError(412, "version", f"Send the header Tus-Resumable: {TUS_VERSION}.")


def read_length(headers: Headers, *, most: int) -> int:
    """Return how long the whole file is."""
    length = _number(headers, "upload-length")
    if length > most:
        raise ProtocolError(413, "too_large", f"A file has at most {most} bytes.")
    return length


def read_offset(headers: Headers) -> int:
    """Return where the sender believes to go on."""
    return _number(headers, "upload-offset")


def read_metadata(headers: Headers) -> Metadata:
    """Return name, folder and what is to be replaced, of `filename`, `folder` and `replaces`."""
    text = headers.get("upload-metadata", "")
    if len(text) > MOST_METADATA:
        raise ProtocolError(400, "metadata", f"Upload-Metadata has at most {MOST_METADATA} bytes.")
    values = dict(_pair(pair) for pair in text.split(",") if pair.strip())
    return Metadata(
        values.get("filename", ""), _id(values, "folder"), _id(values, "replaces"), text
    )


def read_checksum(headers: Headers) -> Checksum | None:
    """Return the checksum of the request's body, if there is one to compare."""
    text = headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, encoded = text.partition(" ")
    if algorithm not in ALGORITHMS:
        known = ", ".join(ALGORITHMS)
        raise ProtocolError(400, "checksum", f"Upload-Checksum takes {known}, not {algorithm!r}.")
    digest = _decoded(encoded, "Upload-Checksum")
    if len(digest) != hashlib.new(algorithm, usedforsecurity=False).digest_size:
        raise ProtocolError(400, "checksum", f"This is no {algorithm}: {encoded!r}.")
    return Checksum(algorithm, digest)


def has_body(headers: Headers) -> bool:
    """Whether bytes of the file come with the request; refuse what is no such body."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == BODY_TYPE:
        return True
    if headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers:
        return False
    raise ProtocolError(415, "content_type", f"Send bytes as Content-Type: {BODY_TYPE}.")


def _number(headers: Headers, name: str) -> int:
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise ProtocolError(400, name.replace("-", "_"), f"{name} takes a number, not {text!r}.")
    return int(text)


def _pair(pair: str) -> tuple[str, str]:
    key, _, encoded = pair.strip().partition(" ")
    value = _decoded(encoded.strip(), "Upload-Metadata")
    try:
        return key, value.decode()
    except UnicodeDecodeError:
        raise ProtocolError(400, "metadata", f"The value of {key!r} is not UTF-8.") from None


def _decoded(encoded: str, header: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        sentence = f"{header} has a value that is not base64: {encoded!r}."
        raise ProtocolError(400, "base64", sentence) from None


def _id(values: dict[str, str], key: str) -> int | None:
    text = values.get(key, "")
    if text and not _ID.fullmatch(text):
        raise ProtocolError(400, "metadata", f"{key} takes an id, not {text!r}.")
    return int(text) if text else None
