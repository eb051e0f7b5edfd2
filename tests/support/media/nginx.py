"""A private nginx on a free loopback port."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.ports import free_port, is_open, wait_until
from tests.support.servers import program

_FRAME = """
daemon off;
worker_processes auto;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
{user}
events {{ worker_connections 256; }}
http {{
    sendfile on;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    {body}
}}
"""


@dataclass
class Nginx:
    """An nginx whose `http` block holds what the test says; `{port}` there is its port."""

    directory: Path
    body: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        configuration = self.directory / "nginx.conf"
        # Run by root, its workers would be somebody who may not read a test's files.
        is_root = self.directory.owner() == "root"
        configuration.write_text(
            _FRAME.format(
                directory=self.directory,
                body=self.body.replace("{port}", str(self.port)),
                user="user root;" if is_root else "",
            )
        )
        log = (self.directory / "start.log").open("ab")
        self.process = subprocess.Popen(
            [program("nginx"), "-c", str(configuration), "-e", str(self.directory / "error.log")],
            stdout=log,
            stderr=log,
        )
        wait_until(lambda: is_open(self.port), what="nginx's port")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def logs(self) -> str:
        """All that it wrote."""
        return "".join(path.read_text() for path in self.directory.glob("*.log"))
