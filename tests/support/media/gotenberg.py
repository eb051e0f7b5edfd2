"""A small service that speaks the route of Gotenberg which we use, and converts with LibreOffice.

Run as `gotenberg.py FOLDER`: it prints its port. Written in FOLDER are the names and sizes of what
came, one line each, in `requests`; a file `answer` there holds an answer to give instead of
converting: a status and a text, `slow`, `endless` or `cut`.
"""

import subprocess
import sys
import tempfile
import time
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FOLDER = Path(sys.argv[1]) if __name__ == "__main__" else Path()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        (part,) = BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        assert part.get_param("name", header="content-disposition") == "files"
        name, content = str(part.get_filename()), part.get_payload(decode=True)
        assert isinstance(content, bytes)
        with (FOLDER / "requests").open("a") as file:
            login = self.headers.get("Authorization", "-")
            file.write(f"{self.path} {name} {len(content)} {login}\n")
        if self.path != "/forms/libreoffice/convert":
            self.answer(404, b"Not Found", "text/plain")
        elif (FOLDER / "answer").exists():
            self.misbehave((FOLDER / "answer").read_text())
        else:
            self.convert(name, content)

    def convert(self, name: str, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, name)
            source.write_bytes(content)
            profile = f"-env:UserInstallation=file://{folder}/profile"
            command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
            subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=100)
            made = source.with_suffix(".pdf")
            if made.exists():
                self.answer(200, made.read_bytes(), "application/pdf")
            else:
                self.answer(400, b"LibreOffice failed to process a document", "text/plain")

    def misbehave(self, answer: str) -> None:
        if answer == "slow":
            time.sleep(30)
        elif answer == "endless":
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            while True:
                self.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        elif answer == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"%PDF-1.7")
            self.close_connection = True
        else:
            status, _, text = answer.partition(" ")
            self.answer(int(status), text.encode(), "text/plain; charset=UTF-8")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
