"""Clients of tus: a real one, and one that breaks off wherever it is told to."""

import http.client
import socket
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tusclient.client import TusClient
from tusclient.uploader.uploader import Uploader

from console.runtime import SESSION_COOKIE
from tests.support.media.samples import box

VERSION = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
_PIECE = 256 * 1024


def metadata(name: str, **values: str) -> str:
    pairs = {"filename": name, **values}
    return ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())


def tus_client(console_url: str, token: str) -> TusClient:
    return TusClient(f"{console_url}/uploads", headers={"Cookie": f"{SESSION_COOKIE}={token}"})


def uploader(client: TusClient, path: Path, **values: object) -> Uploader:
    """tuspy's own uploader for a file, in pieces of 1 MiB unless told otherwise."""
    given = {"chunk_size": 2**20, "metadata": {"filename": path.name}} | values
    made: Uploader = client.uploader(str(path), **given)
    return made


class Sender:
    """Speaks HTTP by hand, so that it can stop in the middle of a body."""

    def __init__(self, console_url: str, token: str) -> None:
        parts = urlsplit(console_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._headers = {**VERSION, "Cookie": f"{SESSION_COOKIE}={token}"}

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self._address, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {**self._headers, **named})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    def begin(self, length: int, name: str, **values: str) -> str:
        """Begin an upload; return its address."""
        said = metadata(name, **values)
        answer = self.ask("POST", "/uploads", Upload_Length=str(length), Upload_Metadata=said)
        assert answer.status == 201, answer.status
        return answer.getheader("Location") or ""

    def offset(self, path: str) -> int:
        answer = self.ask("HEAD", path)
        assert answer.status == 200, answer.status
        return int(answer.getheader("Upload-Offset") or -1)

    def send(self, path: str, offset: int, body: bytes, **headers: str) -> http.client.HTTPResponse:
        return self.ask("PATCH", path, body, Upload_Offset=str(offset), **BYTES, **headers)

    def send_and_break_off(self, path: str, offset: int, content: Path, *, after: int) -> None:
        """Promise the whole rest of a file and close the connection after so many bytes of it."""
        with self.stalled(path, offset, content, after=after):
            pass

    @contextmanager
    def stalled(self, path: str, offset: int, content: Path, *, after: int) -> Iterator[None]:
        """Promise the whole rest of a file, and send no more than so many bytes of it meanwhile."""
        size = content.stat().st_size
        headers = {
            **self._headers,
            **BYTES,
            "Host": "localhost",
            "Upload-Offset": str(offset),
            "Content-Length": str(size - offset),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection(self._address) as connection, content.open("rb") as file:
            connection.sendall(f"PATCH {path} HTTP/1.1\r\n{head}\r\n".encode())
            file.seek(offset)
            while after > 0 and (piece := file.read(min(after, _PIECE))):
                connection.sendall(piece)
                after -= len(piece)
            yield


def write_video(path: Path, mebibytes: int) -> Path:
    """Write boxes as those of a video, as large as asked for; no two mebibytes are alike."""
    head = box(b"ftyp", b"isom" + bytes(4) + b"isom")
    movie = box(b"moov", box(b"mvhd", bytes(100)))
    with path.open("wb") as file:
        file.write(head + movie + (8 + mebibytes * 2**20).to_bytes(4, "big") + b"mdat")
        for number in range(mebibytes):
            file.write(number.to_bytes(4, "big") * 2**18)
    return path
