"""nginx sends the files in the console's stead, configured as the documentation says."""

import http.client
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from infoscreen_core.settings import load_settings
from tests.support.console_process import running_console
from tests.support.events.planning import add_group
from tests.support.media.kept import addresses, keep_file, link_to
from tests.support.media.nginx import Nginx

pytestmark = pytest.mark.server
DOCUMENT = Path(__file__).parents[3] / "docs" / "media.md"
CONTENT = bytes(range(256)) * 4096


class Proxied:
    def __init__(self, nginx: Nginx, link: str, script: str, console_port: int) -> None:
        self.nginx, self.link, self.script = nginx, link, script
        self.console_port = console_port

    def ask(
        self, address: str, *, method: str = "GET", port: int | None = None, **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        link = http.client.HTTPConnection("127.0.0.1", port or self.nginx.port, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            link.request(method, address, headers=named)
            answer = link.getresponse()
            said = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, answer.read(), said
        finally:
            link.close()


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    directory = tmp_path_factory.mktemp("proxied")
    settings = load_settings(infoscreen_data_dir=directory)
    store = MediaStore(settings.media_dir)
    links: list[str] = []

    def furnish(session: Session) -> None:
        group = add_group(session)
        made = addresses(session, settings, group, now=utc_now())
        for name, kind in (("Täglich 1.mp4", MediaType.MP4), ("logo.svg", MediaType.SVG)):
            content = CONTENT if kind is MediaType.MP4 else b"<svg/>"
            media = keep_file(session, store, name, kind, content, now=utc_now())
            links.append(link_to(session, made, media))

    with running_console(directory, furnish, with_workers=False, MEDIA_ACCEL="nginx") as console:
        nginx = Nginx(directory / "nginx", documented(directory, console.port))
        nginx.start()
        try:
            film, script = links
            yield Proxied(nginx, film, script, console.port)
        finally:
            nginx.stop()


def documented(directory: Path, console_port: int) -> str:
    """Return the documentation's configuration with the test's ports and folders."""
    block = re.search(r"```nginx\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    text = block[1]
    for documented_text, ours in (
        ("listen 80;", "listen 127.0.0.1:{port};"),
        ("127.0.0.1:8501", f"127.0.0.1:{console_port}"),
        ("/var/lib/infoscreen/", f"{directory}/"),
        ("/var/log/nginx/", f"{directory}/nginx/"),
    ):
        assert documented_text in text
        text = text.replace(documented_text, ours)
    return text


def test_the_file_comes_from_nginx_with_all_that_we_say_of_it(proxied: Proxied) -> None:
    status, content, said = proxied.ask(proxied.link)
    assert (status, content) == (200, CONTENT)
    assert said["server"].startswith("nginx")
    assert said["content-type"] == "video/mp4"
    assert said["content-disposition"].endswith("filename*=UTF-8''T%C3%A4glich%201.mp4")
    assert said["cache-control"] == "private, no-cache"
    assert said["accept-ranges"] == "bytes"
    assert said["x-content-type-options"] == "nosniff"
    assert re.fullmatch(r'"[0-9a-f]{64}"', said["etag"])
    assert "x-accel-redirect" not in said
    assert proxied.ask(proxied.script)[2]["content-security-policy"].startswith("sandbox;")


def test_ranges_and_conditions_hold(proxied: Proxied) -> None:
    size = len(CONTENT)
    etag = proxied.ask(proxied.link)[2]["etag"]
    status, content, said = proxied.ask(proxied.link, range="bytes=0-1")
    assert (status, content) == (206, CONTENT[:2])
    assert said["content-range"] == f"bytes 0-1/{size}"
    assert proxied.ask(proxied.link, range="bytes=-3")[:2] == (206, CONTENT[-3:])
    status, _, said = proxied.ask(proxied.link, range=f"bytes={size}-")
    assert (status, said["content-range"]) == (416, f"bytes */{size}")
    assert proxied.ask(proxied.link, if_none_match=etag)[:2] == (304, b"")
    assert proxied.ask(proxied.link, range="bytes=0-1", if_range=etag)[0] == 206
    assert proxied.ask(proxied.link, range="bytes=0-1", if_range='"x"')[:2] == (200, CONTENT)
    status, content, said = proxied.ask(proxied.link, method="HEAD")
    assert (status, content, said["content-length"]) == (200, b"", str(size))


def test_what_may_not_be_fetched_is_refused_and_the_folder_is_not_open(proxied: Proxied) -> None:
    assert proxied.ask(proxied.link[:-2] + "AA")[0] == 403
    status, _, said = proxied.ask(proxied.link, port=proxied.console_port)
    assert status == 200
    assert proxied.ask(said["x-accel-redirect"])[0] == 404


def test_its_logs_hold_no_signature(proxied: Proxied) -> None:
    signature = proxied.link.rpartition("s=")[2]
    assert proxied.ask(proxied.link)[0] == 200
    assert proxied.ask("/_media/missing?s=" + signature)[0] == 404
    logs = proxied.nginx.logs()
    assert "/api/eventmedia/stream/" in logs
    assert signature not in logs
